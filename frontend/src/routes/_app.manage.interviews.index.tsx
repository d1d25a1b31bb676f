import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Columns3, Download, SearchX, SlidersHorizontal, Users } from "lucide-react";
import { useState } from "react";
import { address } from "@/api/base";
import { session } from "@/api/session";
import { Button, ButtonLink, buttonClass } from "@/components/button";
import { Select, TextField } from "@/components/field";
import { Card, Page } from "@/components/page";
import { Pager } from "@/components/pager";
import { SearchBox } from "@/components/search_box";
import { Await, Empty } from "@/components/states";
import { cn } from "@/lib/cn";
import { dayOf, oneOf, pageOf, textOf } from "@/lib/search";
import { ConductedTable } from "@/manage/conducted_table";
import { conducted as queries, type ConductedFilter, type ConductedSort, sets } from "@/manage/queries";
import type { ReviewState } from "@/manage/review";
import { common, conducted, manage } from "@/text";

const t = conducted.list;
const STATES = ["questions_generated", "in_progress", "completed", "cancelled"] as const;
const KINDS = ["screening", "practice"] as const;
const REVIEWS = ["to_review", "shortlisted", "rejected"] as const satisfies readonly ReviewState[];
/** Whose interviews: begun with one's own codes, with anybody's, or also practices of others. */
const SCOPES = ["own", "codes", "all"] as const;
const SORTS = ["created_at", "completed_at", "candidate", "score", "status"] as const satisfies readonly ConductedSort[];
const SCORES = ["50", "65", "80"] as const;
const MOST = 6;
/** `set` is the id of a question set, `score` the least number of points. */
type Search = { page?: number; search?: string; status?: (typeof STATES)[number]; kind?: (typeof KINDS)[number]; review?: ReviewState; show?: (typeof SCOPES)[number]; set?: string; code?: string; since?: string; until?: string; score?: (typeof SCORES)[number]; sort?: (typeof SORTS)[number] };

export const Route = createFileRoute("/_app/manage/interviews/")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    page: pageOf(search.page),
    search: textOf(search.search),
    status: oneOf(STATES, search.status),
    kind: oneOf(KINDS, search.kind),
    review: oneOf(REVIEWS, search.review),
    show: oneOf(SCOPES, search.show),
    set: textOf(search.set),
    code: textOf(search.code),
    since: dayOf(search.since),
    until: dayOf(search.until),
    score: oneOf(SCORES, textOf(search.score)),
    sort: oneOf(SORTS, search.sort),
  }),
  component: Interviews,
});

function filterOf({ search, status, kind, review, show = "codes", set, code, since, until, score, sort = "created_at" }: Search): ConductedFilter {
  const order = sort === "candidate" || sort === "status" ? "asc" : "desc";
  return { search, status, kind, review, by_code: show !== "all" || undefined, own: show === "own" || undefined, code, question_set_id: set, since, until, min_score: score && Number(score), sort, order };
}

function Interviews() {
  const wanted = Route.useSearch();
  const navigate = Route.useNavigate();
  const { page = 1, sort, search, ...filters } = wanted;
  const found = useQuery(queries.page(filterOf(wanted), page));
  const seesAll = useQuery(session).data?.role === "admin";
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const filtered = Object.values(filters).filter(Boolean).length;
  const change = (to: Partial<Search>) => void navigate({ search: { ...wanted, page: undefined, ...to }, replace: true });
  const choose = (id: string) => setChosen((all) => (all.includes(id) ? all.filter((one) => one !== id) : [...all, id].slice(-MOST)));
  const actions = (
    <>
      <a href={address(`/api/v1/admin/sessions/export.csv?${queryOf(filterOf(wanted))}`)} download className={buttonClass({ variant: "outline" })}>
        <Download aria-hidden className="size-4" />
        {t.csv}
      </a>
      {chosen.length < 2 ? (
        <Button variant="outline" disabled title={t.compareHint}>
          <Columns3 aria-hidden className="size-4" />
          {t.compare(0)}
        </Button>
      ) : (
        <ButtonLink to="/manage/compare" search={{ ids: chosen.join(",") }}>
          <Columns3 aria-hidden className="size-4" />
          {t.compare(chosen.length)}
        </ButtonLink>
      )}
    </>
  );
  return (
    <Page title={t.title} lead={t.lead[seesAll ? (wanted.show ?? "codes") : "own"]} actions={actions}>
      <div className="flex flex-col gap-4">
        <div className="flex flex-col gap-4 sm:flex-row sm:items-end">
          <SearchBox label={t.search} placeholder={t.searchPlaceholder} value={search ?? ""} onChange={(text) => change({ search: text || undefined })} />
          <Select className="sm:w-44" label={t.sort} value={sort ?? "created_at"} onChange={(event) => change({ sort: oneOf(SORTS, event.target.value) })} options={SORTS.map((one) => [one, t.sorts[one]] as const)} />
        </div>
        <details className="group rounded-card border border-line bg-surface" open={filtered > 0 || undefined}>
          <summary className="flex min-h-11 list-none items-center gap-2 rounded-card px-4 py-2 text-sm font-medium">
            <SlidersHorizontal aria-hidden className="size-4" />
            {t.filters}
            {filtered > 0 && <span className="tabular rounded-full bg-primary-soft px-2 text-xs text-primary">{filtered}</span>}
          </summary>
          <Filters wanted={wanted} seesAll={seesAll} onChange={change} />
        </details>
      </div>
      <Await query={found} lines={8}>
        {({ sessions, pagination }) => (
          <Card flush className={cn(found.isPlaceholderData && "opacity-60")}>
            {sessions.length > 0 ? (
              <ConductedTable rows={sessions} chosen={new Set(chosen)} onChoose={choose} />
            ) : filtered > 0 || search ? (
              <Empty icon={SearchX} title={t.nothing} text={t.nothingText}>
                <Button variant="outline" onClick={() => void navigate({ search: {} })}>
                  {t.reset}
                </Button>
              </Empty>
            ) : (
              <Empty icon={Users} title={t.empty} text={t.emptyText}>
                <ButtonLink to="/manage/codes">{t.toCodes}</ButtonLink>
              </Empty>
            )}
            <Pager pagination={pagination} onPage={(to) => void navigate({ search: { ...wanted, page: to } })} />
          </Card>
        )}
      </Await>
    </Page>
  );
}

function Filters({ wanted, seesAll, onChange }: { wanted: Search; seesAll: boolean; onChange: (to: Partial<Search>) => void }) {
  const all = useQuery(sets.all);
  return (
    <div className="grid gap-4 border-t border-line p-4 sm:grid-cols-2 lg:grid-cols-3">
      <Select label={t.state} value={wanted.status ?? ""} onChange={(event) => onChange({ status: oneOf(STATES, event.target.value) })} options={[["", common.all], ...STATES.map((one) => [one, t.states[one]] as const)]} />
      <Select label={t.kind} value={wanted.kind ?? ""} onChange={(event) => onChange({ kind: oneOf(KINDS, event.target.value) })} options={[["", common.all], ...KINDS.map((one) => [one, manage.kinds[one]] as const)]} />
      <Select label={t.review} value={wanted.review ?? ""} onChange={(event) => onChange({ review: oneOf(REVIEWS, event.target.value) })} options={[["", common.all], ...REVIEWS.map((one) => [one, conducted.review.states[one]] as const)]} />
      {seesAll && <Select label={t.scope} value={wanted.show ?? "codes"} onChange={(event) => onChange({ show: oneOf(SCOPES, event.target.value) })} options={SCOPES.map((one) => [one, t.scopes[one]] as const)} />}
      <Select label={t.set} value={wanted.set ?? ""} onChange={(event) => onChange({ set: event.target.value || undefined })} options={[["", common.all], ...(all.data ?? []).map((one) => [one.id, one.name] as const)]} />
      <TextField label={t.since} type="date" value={wanted.since ?? ""} max={wanted.until} onChange={(event) => onChange({ since: dayOf(event.target.value) })} />
      <TextField label={t.until} type="date" value={wanted.until ?? ""} min={wanted.since} error={wanted.since && wanted.until && wanted.until < wanted.since ? t.wrongDays : undefined} onChange={(event) => onChange({ until: dayOf(event.target.value) })} />
      <Select label={t.score} value={wanted.score ?? ""} onChange={(event) => onChange({ score: oneOf(SCORES, event.target.value) })} options={[["", common.all], ...SCORES.map((one) => [one, t.scores[one]] as const)]} />
      <TextField label={manage.codes.columns.code} value={wanted.code ?? ""} maxLength={16} onChange={(event) => onChange({ code: event.target.value.trim() || undefined })} />
    </div>
  );
}

function queryOf(filter: ConductedFilter): string {
  const known = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return new URLSearchParams(known).toString();
}
