import type { Schemas } from "@/api/client";
import { ScoreBar } from "@/components/score";
import { cn } from "@/lib/cn";
import { report as t } from "@/text";
import { Quote, type QuoteData } from "./quote";
import type { Word } from "./words";

type Evaluation = Schemas["EvaluationOut"];
type Measure = Schemas["MeasureOut"];

/** Measures of one answer, in the order in which they are shown. */
export const SHOWN = ["relevance", "coverage", "grammar", "fluency", "structure", "confidence"];

/** Every measure with what it rests on. */
export function Measures({ evaluation, typed, onShow }: { evaluation: Evaluation; typed: boolean; onShow: (quote: QuoteData) => void }) {
  const found = SHOWN.flatMap((key) => (evaluation.measures[key]?.value == null ? [] : [[key, evaluation.measures[key]] as const]));
  return (
    <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2">
      {found.map(([key, measure]) => (
        <div key={key} className="flex flex-col gap-1">
          {typed && key === "fluency" ? (
            <p className="text-sm">
              {t.measures[key]} <span className="text-muted">· {t.notMeasured}</span>
            </p>
          ) : (
            <>
              <ScoreBar name={t.measures[key] ?? key} value={measure.value} hint={t.measureHints[key]} />
              {measure.note && <p className="text-sm text-muted">{measure.note}</p>}
              {measure.evidence.slice(0, 2).map((quote) => (
                <Quote key={quote.begin} quote={quote} onShow={onShow} />
              ))}
            </>
          )}
        </div>
      ))}
    </div>
  );
}

const STORY = ["situation", "task", "action", "result", "reflection"] as const;
const FILLS: Record<(typeof STORY)[number], string> = {
  situation: "bg-primary",
  task: "bg-edge",
  action: "bg-voice",
  result: "bg-caution",
  reflection: "bg-muted",
};

/** Where situation, action, result and lesson stand in the answer, from its first word to its last. */
export function StarMap({ parts, words, onShow }: { parts: Record<string, Measure>; words: readonly Word[]; onShow: (quote: QuoteData) => void }) {
  const present = STORY.filter((part) => (parts[part]?.evidence.length ?? 0) > 0);
  const length = words.at(-1)?.end ?? 0;
  if (!("action" in parts) || length === 0) return null;
  const missing = STORY.filter((part) => part in parts && !present.includes(part));
  return (
    <div className="flex flex-col gap-3">
      <h4 className="text-sm font-semibold">{t.starTitle}</h4>
      {present.map((part) => (
        <div key={part} className="grid grid-cols-[7.5rem_1fr] items-center gap-3 text-sm">
          <span>{t.partNames[part]}</span>
          <div className="relative h-6 overflow-hidden rounded-control bg-sunken">
            {parts[part]?.evidence.map((quote) => (
              <button
                key={quote.begin}
                type="button"
                onClick={() => onShow(quote)}
                aria-label={t.find(quote.text)}
                title={quote.text}
                className={cn("absolute inset-y-0 min-w-1.5 rounded-control", FILLS[part])}
                style={{ left: `${(quote.begin / length) * 100}%`, width: `${((quote.end - quote.begin) / length) * 100}%` }}
              />
            ))}
          </div>
        </div>
      ))}
      {missing.length > 0 && <p className="text-sm text-muted">{t.starMissing(missing.map((part) => t.partNames[part]?.toLowerCase()).join(", "))}</p>}
    </div>
  );
}
