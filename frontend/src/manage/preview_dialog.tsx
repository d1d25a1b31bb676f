import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { clock } from "@/lib/format";
import { room, sets } from "@/text";
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
      <div className="rounded-card border border-line bg-bg">
        <div className="flex items-center justify-between gap-3 rounded-t-card border-b border-line bg-surface px-4 py-3 text-sm">
          <span className="inline-flex items-center gap-2 rounded-full bg-rec-soft px-3 py-1 font-medium text-rec">
            <span aria-hidden className="size-2 rounded-full bg-current opacity-60" />
            {room.states.listening}
          </span>
          <span className="tabular text-muted">
            {room.timeGuide} {clock(question.time_limit)}
          </span>
        </div>
        <div aria-live="polite" className="flex min-h-48 flex-col items-center justify-center gap-3 px-6 py-10 text-center">
          <p className="text-sm text-muted">{room.question(place + 1, questions.length)}</p>
          <p className="text-lg font-semibold break-words sm:text-xl">{question.text}</p>
        </div>
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
