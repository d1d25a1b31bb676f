import { Link } from "@tanstack/react-router";
import { NotebookPen } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Badge, type Tone } from "@/components/page";
import { TableHead } from "@/components/table_head";
import { Range } from "@/components/score";
import { day, score } from "@/lib/format";
import { cn } from "@/lib/cn";
import { common, conducted, manage } from "@/text";
import type { Conducted } from "./queries";
import { ReviewBadge } from "./review";

const t = conducted.list;
const TONES: Record<Schemas["SessionStatus"], Tone> = { created: "plain", questions_generated: "plain", in_progress: "caution", completed: "voice", cancelled: "plain" };

/** How far an interview is; one that goes on is marked. */
export function State({ status }: { status: Schemas["SessionStatus"] }) {
  return (
    <Badge tone={TONES[status]}>
      {status === "in_progress" && <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-caution" />}
      {t.states[status]}
    </Badge>
  );
}

const COLUMNS = [
  { name: t.compare(0), className: "w-12", hidden: true },
  { name: t.columns.candidate, className: "pl-0" },
  { name: t.columns.state },
  { name: t.columns.answered, className: "text-right" },
  { name: t.columns.score, className: "text-right" },
  { name: t.columns.date },
];

/** Interviews with their candidates; some can be chosen. */
export function ConductedTable({ rows, chosen, onChoose }: { rows: readonly Conducted[]; chosen: ReadonlySet<string>; onChoose: (id: string) => void }) {
  return (
    <table className="w-full text-left text-sm">
      <TableHead columns={COLUMNS} />
      <tbody className="divide-y divide-line">
        {rows.map((one) => {
          const name = one.candidate.name || t.unnamed;
          return (
            <tr key={one.id} className={cn("relative hover:bg-sunken max-sm:grid max-sm:grid-cols-[3rem_1fr_auto] max-sm:items-center max-sm:gap-y-1 max-sm:py-3 max-sm:pr-5", chosen.has(one.id) && "bg-primary-soft")}>
              <td className="relative z-10 max-sm:row-span-2 max-sm:self-start">
                <label className="grid size-11 cursor-pointer place-items-center sm:ml-1">
                  <input type="checkbox" aria-label={t.choose(name)} checked={chosen.has(one.id)} onChange={() => onChoose(one.id)} className="size-4 accent-primary" />
                </label>
              </td>
              <td className="max-w-0 py-3 pr-3 max-sm:max-w-none max-sm:min-w-0 max-sm:py-0 sm:w-1/2">
                <Link to="/manage/interviews/$id" params={{ id: one.id }} className="block truncate text-base font-medium after:absolute after:inset-0">
                  {name}
                </Link>
                <span className="flex items-center gap-2 text-muted">
                  <span className="truncate max-sm:whitespace-normal">{[one.title, one.code_label, one.kind === "practice" && manage.kinds.practice].filter(Boolean).join(" · ")}</span>
                  {one.rating !== null && <span className="shrink-0">{conducted.review.people(one.rating)}</span>}
                  {one.note_count > 0 && (
                    <span className="inline-flex shrink-0 items-center gap-1">
                      <NotebookPen aria-hidden className="size-3.5" />
                      <span aria-hidden>{one.note_count}</span>
                      <span className="sr-only">{t.notes(one.note_count)}</span>
                    </span>
                  )}
                </span>
              </td>
              <td className="sm:px-3 max-sm:col-start-2 max-sm:row-start-2">
                <span className="inline-flex flex-wrap gap-1.5">
                  <State status={one.status} />
                  {one.review !== "to_review" && <ReviewBadge review={one.review} />}
                </span>
              </td>
              <td className="tabular text-right whitespace-nowrap text-muted max-sm:hidden sm:px-3">
                {common.answered(one)}
              </td>
              <td className="tabular text-right text-base font-semibold max-sm:col-start-3 max-sm:row-start-1 sm:px-3">
                {score(one.total_score)}
                <Range value={one.total_score} uncertainty={one.uncertainty} className="block text-xs font-normal whitespace-nowrap" />
                {one.answered_count < one.question_count && one.total_score !== null && <span className="block text-xs font-normal whitespace-nowrap text-muted sm:hidden">{common.answered(one)}</span>}
              </td>
              <td className="whitespace-nowrap text-muted max-sm:col-start-3 max-sm:row-start-2 sm:px-3 sm:pr-5">{day(one.completed_at ?? one.created_at)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
