import { Video } from "lucide-react";
import { Note } from "@/components/page";
import { room as t } from "@/text";
import { useSending } from "./films";

/** How far the films of an interview are on their way; nothing when none is. */
export function SendingNote({ session, className }: { session: string; className?: string }) {
  const sending = useSending(session);
  if (sending.length === 0) return null;
  const failed = sending.every((one) => one.failed);
  const share = sending.reduce((sum, one) => sum + (one.failed ? 1 : one.sent), 0) / sending.length;
  return (
    <div role="status" className={className}>
      <Note tone={failed ? "caution" : "primary"} className="flex items-center gap-3">
        <Video aria-hidden className="size-5 shrink-0" />
        {failed ? t.filmNotSent : t.sendingFilm(share)}
      </Note>
    </div>
  );
}
