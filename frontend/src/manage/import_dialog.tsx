import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DropFile } from "@/components/drop_file";
import { download } from "@/lib/download";
import { manage, sets } from "@/text";
import { kindOf } from "./draft";
import { type Found, readQuestions, sampleCsv } from "./question_file";

const t = manage.importing;
const LARGEST = 1_000_000;

/** Questions from a file: what will be made of it and what is wrong with it, line by line, before anything is added. */
export function ImportDialog({ open, onClose, onAdd }: { open: boolean; onClose: () => void; onAdd: (found: Found) => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t.title} className="w-[min(40rem,calc(100vw-2rem))]">
      <Import onAdd={onAdd} />
    </Dialog>
  );
}

function Import({ onAdd }: { onAdd: (found: Found) => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [error, setError] = useState<string>();
  const [found, setFound] = useState<Found | null>(null);
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setFound(null);
    setError(undefined);
    if (chosen === null) return;
    const problem = !/\.(csv|ya?ml)$/i.test(chosen.name) ? t.wrongKind : chosen.size > LARGEST ? t.large : undefined;
    if (problem) {
      setFile(null);
      return setError(problem);
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
      setFound(await readQuestions(chosen.name, text));
    } catch {
      setFile(null);
      setError(t.unreadable);
    }
  };
  return (
    <div className="mt-3 flex flex-col gap-5">
      <p className="text-sm text-muted">{t.lead}</p>
      <Button variant="outline" size="sm" className="self-start" onClick={() => download(t.sampleName, new Blob([sampleCsv()], { type: "text/csv" }))}>
        <Download aria-hidden className="size-4" />
        {t.sample}
      </Button>
      <DropFile label={t.file} optional={false} prompt={t.drop} kinds={t.kinds} accept=".csv,.yaml,.yml" file={file} error={error} onFile={(chosen) => void choose(chosen)} />
      {found && (
        <div aria-live="polite" className="flex flex-col gap-4">
          {found.problems.length > 0 && (
            <section>
              <h3 className="mb-2 text-sm font-semibold text-caution">{t.wrong(new Set(found.problems.map(({ line }) => line)).size)}</h3>
              <ul tabIndex={0} aria-label={t.wrong(found.problems.length)} className="max-h-36 divide-y divide-line overflow-y-auto rounded-card border border-line text-sm">
                {found.problems.map(({ line, text }) => (
                  <li key={`${line} ${text}`} className="flex gap-3 px-4 py-2">
                    <span className="tabular w-16 shrink-0 text-muted">{t.line(line)}</span>
                    <span className="min-w-0 break-words">{text}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <section>
            <h3 className="mb-2 text-sm font-semibold">{t.will(found.questions.length)}</h3>
            {found.questions.length > 0 && (
              <ol tabIndex={0} aria-label={t.will(found.questions.length)} className="max-h-56 divide-y divide-line overflow-y-auto rounded-card border border-line text-sm">
                {found.questions.map((one) => (
                  <li key={one.key} className="px-4 py-2">
                    <span className="block">{one.text}</span>
                    <span className="block text-muted">
                      {[kindOf(one), sets.edit.seconds(one.time_limit), one.expected_points.length > 0 ? sets.edit.pointsCount(one.expected_points.length) : sets.edit.noPoints].join(" · ")}
                    </span>
                  </li>
                ))}
              </ol>
            )}
          </section>
          {found.questions.length > 0 && (
            <Button className="self-end" onClick={() => onAdd(found)}>
              {t.add(found.questions.length)}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
