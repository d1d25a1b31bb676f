import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { Select } from "@/components/field";
import { Card, Page } from "@/components/page";
import { Pager } from "@/components/pager";
import { Await, Empty } from "@/components/states";
import { cn } from "@/lib/cn";
import { moment } from "@/lib/format";
import { pageOf, textOf } from "@/lib/search";
import { audit } from "@/manage/queries";
import { administration, common } from "@/text";

const t = administration.audit;
const ACTIONS: Record<string, string> = t.actions;
type Search = { page?: number; action?: string };

export const Route = createFileRoute("/_app/manage/audit")({
  validateSearch: ({ page, action }: Record<string, unknown>): Search => {
    const named = textOf(action);
    return { page: pageOf(page), action: named && named in ACTIONS ? named : undefined };
  },
  component: Audit,
});

function Audit() {
  const { page = 1, action } = Route.useSearch();
  const navigate = Route.useNavigate();
  const found = useQuery({ ...audit(page, action), staleTime: 0 });
  return (
    <Page title={t.title} lead={t.lead}>
      <Select className="sm:w-72" label={t.filter} value={action ?? ""} onChange={(event) => void navigate({ search: { action: event.target.value || undefined }, replace: true })} options={[["", common.all], ...Object.entries(ACTIONS)]} />
      <Await query={found} lines={8}>
        {({ events, pagination }) => (
          <Card flush className={cn(found.isPlaceholderData && "opacity-60")}>
            {events.length === 0 ? (
              <Empty icon={ScrollText} title={t.empty} text={t.emptyText}>
                {action && (
                  <Button variant="outline" onClick={() => void navigate({ search: {} })}>
                    {t.reset}
                  </Button>
                )}
              </Empty>
            ) : (
              <ul className="divide-y divide-line">
                {events.map((event) => (
                  <li key={event.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-5 py-3">
                    <p className="min-w-0 flex-1 basis-72">
                      <span className="font-medium">{event.actor_name ?? t.gone}</span> <span className="text-muted">· {ACTIONS[event.action] ?? t.other}</span> <Subject event={event} />
                    </p>
                    <p className="tabular text-sm text-muted">{moment(event.created_at)}</p>
                  </li>
                ))}
              </ul>
            )}
            <Pager pagination={pagination} onPage={(to) => void navigate({ search: { action, page: to } })} />
          </Card>
        )}
      </Await>
    </Page>
  );
}

const PLACES = { session: "/manage/interviews/$id", question_set: "/manage/sets/$id", prompt: "/manage/prompts/$id" } as const;

/** What it was about: an account by its name; an interview, a question set or a prompt by a way to it. */
function Subject({ event }: { event: Schemas["AuditEventOut"] }) {
  if (event.subject_kind === "account") return <span className="text-muted">· {event.subject_name ?? t.subjectGone}</span>;
  const kind = event.subject_kind;
  if ((kind !== "session" && kind !== "question_set" && kind !== "prompt") || event.action.endsWith("_deleted")) return null;
  return (
    <Link to={PLACES[kind]} params={{ id: event.subject_id }} className="text-sm text-primary underline-offset-4 hover:underline">
      {t.open}
    </Link>
  );
}
