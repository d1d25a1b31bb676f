import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { ListVideo, SearchX, Trash2 } from "lucide-react";
import { client } from "@/api/client";
import { history, type Interview, interviews, type Status } from "@/api/queries";
import { Button, ButtonLink } from "@/components/button";
import { Select } from "@/components/field";
import { Badge, Card, Page } from "@/components/page";
import { Pager } from "@/components/pager";
import { SearchBox } from "@/components/search_box";
import { STATUS_TONES } from "@/components/session_list";
import { Await, Empty } from "@/components/states";
import { useDeletion } from "@/components/use_deletion";
import { cn } from "@/lib/cn";
import { day, minutes, score } from "@/lib/format";
import { oneOf, pageOf, textOf } from "@/lib/search";
import { common, practice } from "@/text";

type Filter = { page?: number; status?: Status; search?: string };
const STATUSES = ["questions_generated", "in_progress", "completed", "cancelled"] as const;
const t = practice.sessions;

export const Route = createFileRoute("/_app/sessions/")({
  validateSearch: (search: Record<string, unknown>): Filter => ({
    page: pageOf(search.page),
    status: oneOf(STATUSES, search.status),
    search: textOf(search.search),
  }),
  loaderDeps: ({ search: { page = 1, status, search } }) => ({ page, status, search }),
  loader: ({ context, deps }) => void context.queries.prefetchQuery(interviews.page(deps)),
  component: Sessions,
});

function Sessions() {
  const { page = 1, status, search } = Route.useSearch();
  const navigate = Route.useNavigate();
  const found = useQuery(interviews.page({ page, status, search }));
  const queries = useQueryClient();
  const [hidden, hide] = useDeletion<Interview>({
    told: ({ title }) => t.deleted(title),
    remove: ({ id }) => client.DELETE("/api/v1/interviews/sessions/{session_id}", { params: { path: { session_id: id } } }),
    after: () => Promise.all([queries.invalidateQueries({ queryKey: interviews.all }), queries.invalidateQueries({ queryKey: ["dashboard"] })]),
  });
  const isFiltered = Boolean(status || search);
  return (
    <Page title={t.title} lead={t.lead}>
      <div className="flex flex-col gap-4 sm:flex-row sm:items-end">
        <SearchBox label={t.search} placeholder={t.searchPlaceholder} value={search ?? ""} onChange={(text) => void navigate({ search: { status, search: text || undefined }, replace: true })} />
        <Select
          className="sm:w-48"
          label={t.filter}
          value={status ?? ""}
          onChange={(event) => void navigate({ search: { search, status: oneOf(STATUSES, event.target.value) } })}
          options={[["", t.all], ...STATUSES.map((one) => [one, practice.statuses[one] ?? one] as const)]}
        />
      </div>
      <Await query={found} lines={8}>
        {({ sessions, pagination }) => {
          const shown = sessions.filter((one) => !hidden.has(one.id));
          return (
            <Card flush className={cn(found.isPlaceholderData && "opacity-60")}>
              {shown.length > 0 ? (
                <Table rows={shown} onDelete={hide} />
              ) : isFiltered ? (
                <Empty icon={SearchX} title={t.nothing} text={t.nothingText}>
                  <Button variant="outline" onClick={() => void navigate({ search: {} })}>
                    {t.reset}
                  </Button>
                </Empty>
              ) : (
                <Empty icon={ListVideo} title={t.empty} text={t.emptyText}>
                  <ButtonLink to="/new">{common.nav.practice}</ButtonLink>
                </Empty>
              )}
              <Pager pagination={pagination} onPage={(to) => void navigate({ search: { status, search, page: to } })} />
            </Card>
          );
        }}
      </Await>
    </Page>
  );
}

function Table({ rows, onDelete }: { rows: readonly Interview[]; onDelete: (interview: Interview) => void }) {
  const recent = useQuery(history(1, 100));
  const scores = new Map(recent.data?.history.map((item) => [item.session_id, item.total_score]));
  return (
    <table className="w-full text-left text-sm max-sm:block">
      <thead className="text-muted max-sm:sr-only">
        <tr className="border-b border-line">
          {(["title", "status", "score", "answered", "length", "date"] as const).map((column) => (
            <th key={column} scope="col" className="px-5 py-3 font-medium">
              {t.columns[column]}
            </th>
          ))}
          <th scope="col">
            <span className="sr-only">{t.columns.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line max-sm:block">
        {rows.map((one) => (
          <tr key={one.id} className="relative hover:bg-sunken max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:py-3 max-sm:pr-14 max-sm:pl-5">
            <td className="max-w-0 py-3 max-sm:w-full max-sm:max-w-none max-sm:py-0 sm:w-1/2 sm:px-5">
              <Link to="/sessions/$id" params={{ id: one.id }} className="block truncate text-base font-medium after:absolute after:inset-0">
                {one.title}
              </Link>
              <span className="block truncate text-muted">{[one.target_role, one.target_company].filter((text) => text && !one.title.includes(text)).join(" · ") || practice.types[one.interview_type]}</span>
            </td>
            <td className="sm:px-5">
              <Badge tone={STATUS_TONES[one.status]}>{practice.statuses[one.status]}</Badge>
            </td>
            <td className="tabular font-medium sm:px-5">{score(scores.get(one.id))}</td>
            <td className="tabular whitespace-nowrap text-muted sm:px-5">
              {common.answered(one)}
            </td>
            <td className="whitespace-nowrap text-muted sm:px-5">{one.started_at && one.completed_at ? minutes((Date.parse(one.completed_at) - Date.parse(one.started_at)) / 60_000) : "–"}</td>
            <td className="whitespace-nowrap text-muted sm:px-5">{day(one.created_at)}</td>
            <td className="max-sm:absolute max-sm:right-2 sm:pr-3">
              <Button variant="ghost" size="icon" className="relative" aria-label={t.delete(one.title)} title={t.delete(one.title)} onClick={() => onDelete(one)}>
                <Trash2 aria-hidden className="size-4" />
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
