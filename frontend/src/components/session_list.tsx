import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { ago, score } from "@/lib/format";
import { practice } from "@/text";
import { Badge, type Tone } from "./page";

export const STATUS_TONES: Record<Schemas["SessionStatus"], Tone> = {
  created: "plain",
  questions_generated: "primary",
  in_progress: "caution",
  completed: "voice",
  cancelled: "plain",
};

/** Sessions in short: name, when, and the score. */
export function SessionList({ items }: { items: readonly Schemas["HistoryItem"][] }) {
  return (
    <ul className="-mx-2 flex flex-col">
      {items.map((item) => (
        <li key={item.session_id}>
          <Link to="/sessions/$id" params={{ id: item.session_id }} className="flex min-h-14 items-center gap-4 rounded-control px-2 py-2 hover:bg-sunken">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{item.title}</span>
              <span className="block text-sm text-muted">{ago(item.completed_at ?? item.created_at)}</span>
            </span>
            {item.total_score === null ? <Badge tone={STATUS_TONES[item.status]}>{practice.statuses[item.status]}</Badge> : <span className="tabular text-lg font-semibold">{score(item.total_score)}</span>}
          </Link>
        </li>
      ))}
    </ul>
  );
}
