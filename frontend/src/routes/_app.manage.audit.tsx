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
import { administration, common, conducted } from "@/text";

const t = administration.audit;
const ACTIONS: Record<string, string> = t.actions;
type Event = Schemas["AuditEventOut"];
type Search = { page?: number; action?: string };

export const Route = createFileRoute("/_app/manage/audit")({
  validateSearch: ({ page, action }: Record<string, unknown>): Search => ({ page: pageOf(page), action: textOf(action) }),
  component: Audit,
});

function Audit() {
  const { page = 1, action: named } = Route.useSearch();
  const action = named && named in ACTIONS ? named : undefined;
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
                    <div className="min-w-0 flex-1 basis-72">
                      <p className="font-medium">
                        {ACTIONS[event.action] ?? t.other}
                        <About event={event} />
                      </p>
                      <p className="text-sm text-muted">
                        {t.by} {event.actor_name || t.gone}
                      </p>
                    </div>
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

/** What it was about, with a way to it where there is one, and what was changed from and to. */
function About({ event }: { event: Event }) {
  const { subject_kind: kind, subject_name: name, before, after } = event;
  const isPlace = kind === "session" || kind === "question_set" || kind === "prompt";
  const called = name ?? (after === null ? before : null) ?? t.subjectGone;
  return (
    <>
      {": "}
      {isPlace && name !== null ? (
        <Link to={PLACES[kind]} params={{ id: event.subject_id }} className="text-primary underline underline-offset-4">
          {called || t.open}
        </Link>
      ) : (
        <span className={cn(kind === "code" && "font-mono tracking-wider")}>{called}</span>
      )}
      {before !== null && after !== null && <span className="font-normal text-muted">, {t.change(inWords(before), inWords(after))}</span>}
    </>
  );
}

/** A role, a decision or a number as the page calls it. */
function inWords(value: string): string {
  const names: Record<string, string> = { ...administration.users.roles, ...conducted.review.states };
  return names[value] ?? value;
}
