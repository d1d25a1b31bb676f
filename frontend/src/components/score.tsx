import { cn } from "@/lib/cn";
import { range, score } from "@/lib/format";
import type { Schemas } from "@/api/client";
import { account, common } from "@/text";

/** A score from 0 to 100 as a ring around its number. */
export function ScoreRing({ value, size = 56, label }: { value: number | null; size?: number; label: string }) {
  const radius = 24;
  const round = 2 * Math.PI * radius;
  return (
    <span role="img" aria-label={`${label}: ${score(value)}`} className="relative inline-grid shrink-0 place-items-center">
      <svg aria-hidden width={size} height={size} viewBox="0 0 56 56" className="-rotate-90">
        <circle cx="28" cy="28" r={radius} fill="none" strokeWidth="5" className="stroke-sunken" />
        {value !== null && value > 0 && <circle cx="28" cy="28" r={radius} fill="none" strokeWidth="5" strokeLinecap="round" strokeDasharray={`${(round * value) / 100} ${round}`} className="stroke-primary" />}
      </svg>
      <span aria-hidden className={cn("tabular absolute font-semibold", size > 80 ? "text-2xl" : "text-base")}>
        {score(value)}
      </span>
    </span>
  );
}

/** Where a score likely lies. */
export function Range({ value, uncertainty, className }: { value: number | null; uncertainty: number | null; className?: string }) {
  const found = range(value, uncertainty);
  return found && <span className={cn("tabular text-muted", className)}>{common.likely(...found)}</span>;
}

/** A measure as a bar with its name and number, and a hint on what it means where its name does not say. */
export function ScoreBar({ name, value, aside, hint }: { name: string; value: number | null; aside?: React.ReactNode; hint?: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <span>
          {name} {aside}
        </span>
        <span className="tabular font-medium">{score(value)}</span>
      </div>
      <div aria-hidden className="h-2 overflow-hidden rounded-full bg-sunken">
        <div className="h-full rounded-full bg-primary" style={{ width: `${value ?? 0}%` }} />
      </div>
      {hint && <p className="text-sm text-muted">{hint}</p>}
    </div>
  );
}

const MEASURES = ["relevance", "keywords", "fluency", "grammar"] as const;
type Scores = Pick<Schemas["ScoresOut"], "breakdown" | "heard_fluency">;

/** The measures of a whole interview by name; fluency is that of the answers that were heard. */
export function measuresOf({ breakdown, heard_fluency: heard }: Scores): Record<(typeof MEASURES)[number], number | null> {
  return { relevance: breakdown.relevance.raw, keywords: breakdown.keywords.raw, fluency: heard, grammar: breakdown.grammar.raw };
}

/** The measures of a whole interview as bars; where nothing was heard, without fluency. */
export function MeasureBars({ scores }: { scores: Scores }) {
  const values = measuresOf(scores);
  return MEASURES.filter((key) => key !== "fluency" || values.fluency !== null).map((key) => <ScoreBar key={key} name={account.measures[key] ?? key} value={values[key]} hint={account.measureHints[key]} />);
}
