import { Clock } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { sets } from "@/text";
import type { DraftQuestion } from "./draft";

const t = sets.preview;

/** The questions one by one, with no more than the candidate is shown. */
export function PreviewDialog({ open, onClose, questions }: { open: boolean; onClose: () => void; questions: readonly DraftQuestion[] }) {
  return (
    <Dialog open={open} onClose={onClose} title={t.title} className="w-[min(40rem,calc(100vw-2rem))]">
      <Steps questions={questions} />
    </Dialog>
  );
}

function Steps({ questions }: { questions: readonly DraftQuestion[] }) {
  const [place, setPlace] = useState(0);
  const question = questions[place];
  if (!question) return null;
  return (
    <div className="mt-4 flex flex-col gap-6">
      <div aria-live="polite" className="flex min-h-56 flex-col justify-center gap-4 rounded-card bg-sunken p-6">
        <p className="text-sm text-muted">{t.question(place + 1, questions.length)}</p>
        <p className="text-lg font-semibold break-words whitespace-pre-line">{question.text}</p>
        <p className="flex items-center gap-2 text-sm text-muted">
          <Clock aria-hidden className="size-4" />
          {t.time(sets.edit.seconds(question.time_limit))}
        </p>
      </div>
      <p className="text-sm text-muted">{t.note}</p>
      <div className="flex justify-between">
        <Button variant="outline" disabled={place === 0} onClick={() => setPlace(place - 1)}>
          {t.previous}
        </Button>
        <Button disabled={place === questions.length - 1} onClick={() => setPlace(place + 1)}>
          {t.next}
        </Button>
      </div>
    </div>
  );
}
