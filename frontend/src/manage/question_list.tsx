import { ArrowDown, ArrowUp, ChevronDown, GripVertical, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { Select, TextArea, TextField } from "@/components/field";
import { useReorder } from "@/components/use_reorder";
import { cn } from "@/lib/cn";
import { oneOf } from "@/lib/search";
import { practice, sets } from "@/text";
import { CATEGORIES, DIFFICULTIES, type DraftQuestion, kindOf, linesOf, LONGEST, SHORTEST } from "./draft";

const t = sets.edit;
type Change = Partial<Omit<DraftQuestion, "key" | "id">>;
export type Problems = Readonly<Record<string, { text?: string; time_limit?: string }>>;
type Actions = { onMove: (from: number, to: number) => void; onChange: (key: string, change: Change) => void; onRemove: (place: number) => void };

/** The questions of a set in their order: moved by a handle or by buttons, opened to be changed. */
export function QuestionList({ questions, open, onOpen, problems, onMove, onChange, onRemove }: { questions: readonly DraftQuestion[]; open: string | null; onOpen: (key: string | null) => void; problems: Problems } & Actions) {
  const [told, tell] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const move = (from: number, to: number) => {
    onMove(from, to);
    if (to >= 0 && to < questions.length) tell(t.moved(to + 1, questions.length));
  };
  const { dragged, handle } = useReorder(onMove);
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {told}
      </p>
      <ol ref={list} data-reorder className="flex flex-col gap-3">
        {questions.map((one, place) => {
          const number = place + 1;
          const isOpen = open === one.key;
          const problem = problems[one.key];
          return (
            <li key={one.key} data-place className={cn("rounded-card border bg-surface", place === dragged ? "border-primary" : problem ? "border-rec" : "border-line")}>
              <div className="flex items-start gap-1 p-2 sm:gap-2 sm:p-3">
                <span aria-hidden {...handle(place)} title={t.drag(number)} className="grid size-11 shrink-0 cursor-grab touch-none place-items-center rounded-control text-muted select-none hover:bg-sunken active:cursor-grabbing max-sm:w-7">
                  <GripVertical className="size-5" />
                </span>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  onClick={() => onOpen(isOpen ? null : one.key)}
                  className="flex min-h-11 min-w-0 flex-1 items-start gap-3 rounded-control px-1 py-2.5 text-left hover:bg-sunken"
                >
                  <span aria-hidden className="tabular w-5 shrink-0 text-right text-muted">
                    {number}
                  </span>
                  <span className="min-w-0 flex-1">
                    <span className="sr-only">{isOpen ? t.close(number) : t.open(number)}: </span>
                    <span className={cn("block break-words", !one.text.trim() && "text-muted")}>{one.text.trim() || t.untitled}</span>
                    <span className="mt-0.5 block text-sm text-muted">
                      {[kindOf(one), t.seconds(one.time_limit), one.expected_points.length > 0 ? t.pointsCount(one.expected_points.length) : t.noPoints].join(" · ")}
                    </span>
                  </span>
                  <ChevronDown aria-hidden className={cn("mt-0.5 size-5 shrink-0 text-muted transition-transform", isOpen && "rotate-180")} />
                </button>
                <div className="flex shrink-0 max-sm:flex-col">
                  <Button variant="ghost" size="icon" aria-label={t.up(number)} title={t.up(number)} disabled={place === 0} onClick={() => move(place, place - 1)}>
                    <ArrowUp aria-hidden className="size-4" />
                  </Button>
                  <Button variant="ghost" size="icon" aria-label={t.down(number)} title={t.down(number)} disabled={number === questions.length} onClick={() => move(place, place + 1)}>
                    <ArrowDown aria-hidden className="size-4" />
                  </Button>
                  <Button variant="ghost" size="icon" className="max-sm:hidden" aria-label={t.remove(number)} title={t.remove(number)} onClick={() => onRemove(place)}>
                    <Trash2 aria-hidden className="size-4" />
                  </Button>
                </div>
              </div>
              {isOpen && <Fields question={one} problem={problem} onChange={(change) => onChange(one.key, change)} onRemove={() => onRemove(place)} number={number} />}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function Fields({ question, problem, onChange, onRemove, number }: { question: DraftQuestion; problem?: Problems[string]; onChange: (change: Change) => void; onRemove: () => void; number: number }) {
  return (
    <div className="flex flex-col gap-5 border-t border-line p-4 sm:p-6">
      <TextArea label={t.text} rows={3} maxLength={2000} value={question.text} error={problem?.text} autoFocus={!question.text} onChange={(event) => onChange({ text: event.target.value })} />
      <div className="grid gap-5 sm:grid-cols-3">
        <Select
          label={t.kind}
          value={question.category ?? ""}
          onChange={(event) => onChange({ category: oneOf(CATEGORIES, event.target.value) ?? null })}
          options={[["", t.byWording], ...CATEGORIES.map((one) => [one, practice.categories[one] ?? one] as const)]}
        />
        <Select
          label={t.difficulty}
          value={question.difficulty}
          onChange={(event) => onChange({ difficulty: oneOf(DIFFICULTIES, event.target.value) })}
          options={DIFFICULTIES.map((one) => [one, practice.difficulties[one] ?? one] as const)}
        />
        <TextField
          label={t.time}
          type="number"
          inputMode="numeric"
          min={SHORTEST}
          max={LONGEST}
          step={10}
          value={question.time_limit || ""}
          error={problem?.time_limit}
          onChange={(event) => onChange({ time_limit: Number(event.target.value) })}
        />
      </div>
      <Lines label={t.points} hint={t.pointsHint} values={question.expected_points} onChange={(expected_points) => onChange({ expected_points })} />
      <Lines label={t.hints} hint={t.hintsHint} values={question.hints} onChange={(hints) => onChange({ hints })} />
      <Button variant="outline" className="self-start sm:hidden" onClick={onRemove}>
        <Trash2 aria-hidden className="size-4" />
        {t.remove(number)}
      </Button>
    </div>
  );
}

/** Short texts, one on each line; what is typed stays as it is until the field is left. */
function Lines({ label, hint, values, onChange }: { label: string; hint: string; values: readonly string[]; onChange: (values: string[]) => void }) {
  const [text, setText] = useState(values.join("\n"));
  return (
    <TextArea
      label={label}
      optional
      hint={hint}
      rows={Math.min(8, Math.max(2, values.length + 1))}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onChange(linesOf(event.target.value));
      }}
    />
  );
}
