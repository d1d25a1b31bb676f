import { AudioLines, Download, Film } from "lucide-react";
import { address } from "@/api/base";
import { buttonClass } from "@/components/button";
import { Card, Heading } from "@/components/page";
import { bytes, clock } from "@/lib/format";
import { conducted as text } from "@/text";
import type { Recording } from "./queries";

const t = text.one;

/** Where the file of a recording is played from. */
export function fileOf(recording: Pick<Recording, "id">): string {
  return address(`/api/v1/recordings/${recording.id}/file`);
}

/** Sound and film of an interview, to be played and downloaded. `numbers` are the numbers of its questions by their ids. */
export function Recordings({ recordings, numbers, candidate }: { recordings: readonly Recording[]; numbers: ReadonlyMap<string, number>; candidate: string }) {
  if (recordings.length === 0) return null;
  return (
    <Card>
      <Heading>{t.recordings}</Heading>
      <ul className="flex flex-col divide-y divide-line">
        {recordings.map((one) => {
          const name = t.recordingOf(one.question_id === null ? undefined : numbers.get(one.question_id));
          const Icon = one.kind === "video" ? Film : AudioLines;
          return (
            <li key={one.id} className="flex flex-col gap-3 py-4 first:pt-0 last:pb-0">
              <div className="flex items-center gap-3">
                <Icon aria-hidden className="size-5 shrink-0 text-muted" />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">{name}</p>
                  <p className="tabular text-sm text-muted">
                    {[t.media[one.kind], clock(one.duration), bytes(one.size_bytes), one.status !== "completed" && t.recordingStates[one.status], one.reason].filter(Boolean).join(" · ")}
                  </p>
                </div>
                <a href={fileOf(one)} download={`${candidate} - ${name}.${one.format}`} aria-label={t.downloadOf(name)} title={t.download} className={buttonClass({ variant: "ghost", size: "icon" })}>
                  <Download aria-hidden className="size-4" />
                </a>
              </div>
              {one.kind === "video" ? (
                <video controls preload="none" poster={one.thumbnail_url ? address(`/api/v1/recordings/${one.id}/thumbnail`) : undefined} src={fileOf(one)} aria-label={t.play(name)} className="aspect-video w-full rounded-control bg-sunken" />
              ) : (
                <audio controls preload="none" src={fileOf(one)} aria-label={t.play(name)} className="w-full" />
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
