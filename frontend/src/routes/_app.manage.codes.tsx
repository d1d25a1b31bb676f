import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { Download, Plus, SearchX, Send, Ticket, Trash2 } from "lucide-react";
import { useState } from "react";
import { client } from "@/api/client";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { Dialog } from "@/components/dialog";
import { Select } from "@/components/field";
import { Badge, Card, Page, type Tone } from "@/components/page";
import { Pager } from "@/components/pager";
import { SearchBox } from "@/components/search_box";
import { TableHead } from "@/components/table_head";
import { Await, Empty } from "@/components/states";
import { toast } from "@/components/toast";
import { useDeletion } from "@/components/use_deletion";
import { cn } from "@/lib/cn";
import { download } from "@/lib/download";
import { day, moment } from "@/lib/format";
import { oneOf, pageOf, textOf } from "@/lib/search";
import { allOf, csvOf, setOf, stateOf } from "@/manage/code_table";
import { CodeShare } from "@/manage/code_share";
import { NewCodes } from "@/manage/new_codes";
import { type Code, codes, type CodeState } from "@/manage/queries";
import { common, manage } from "@/text";

type Filter = { page?: number; state?: CodeState; search?: string };
const STATES = ["open", "in_progress", "finished", "expired"] as const satisfies readonly CodeState[];
const TONES: Record<CodeState, Tone> = { open: "primary", in_progress: "caution", finished: "voice", used: "plain", expired: "plain" };
const t = manage.codes;

export const Route = createFileRoute("/_app/manage/codes")({
  validateSearch: (search: Record<string, unknown>): Filter => ({ page: pageOf(search.page), state: oneOf(STATES, search.state), search: textOf(search.search) }),
  component: Codes,
});

function Codes() {
  const { page = 1, state, search } = Route.useSearch();
  const navigate = Route.useNavigate();
  const queries = useQueryClient();
  const found = useQuery(codes.page({ page, state, search }));
  const activeSet = found.data?.active_set ?? null;
  const active = activeSet?.name;
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<Code | null>(null);
  const [hidden, revoke] = useDeletion<Code>({
    told: ({ code }) => t.revoked(code),
    remove: ({ id }) => client.DELETE("/api/v1/admin/codes/{code_id}", { params: { path: { code_id: id } } }),
    after: () => queries.invalidateQueries({ queryKey: codes.all }),
  });
  const table = useMutation({
    mutationFn: async () => download(t.csvName, new Blob([csvOf(await allOf(queries, { state, search }), active)], { type: "text/csv" })),
    onError: () => toast(t.notExported, "error"),
  });
  const actions = (
    <>
      <Button variant="outline" busy={table.isPending} disabled={!found.data?.codes.length} onClick={() => table.mutate()}>
        <Download aria-hidden className="size-4" />
        {t.csv}
      </Button>
      <Button onClick={() => setMaking(true)}>
        <Plus aria-hidden className="size-4" />
        {t.create}
      </Button>
    </>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={actions}>
      <div className="flex flex-col gap-4 sm:flex-row sm:items-end">
        <SearchBox label={t.search} placeholder={t.searchPlaceholder} value={search ?? ""} onChange={(text) => void navigate({ search: { state, search: text || undefined }, replace: true })} />
        <Select
          className="sm:w-48"
          label={t.filter}
          value={state ?? ""}
          onChange={(event) => void navigate({ search: { search, state: oneOf(STATES, event.target.value) } })}
          options={[["", common.all], ...STATES.map((one) => [one, t.states[one]] as const)]}
        />
      </div>
      <Await query={found} lines={8}>
        {({ codes: all, pagination }) => {
          const rows = all.filter((one) => !hidden.has(one.id));
          return (
            <Card flush className={cn(found.isPlaceholderData && "opacity-60")}>
              {rows.length > 0 ? (
                <Table rows={rows} active={active} onShow={setShown} onRevoke={revoke} />
              ) : state || search ? (
                <Empty icon={SearchX} title={t.nothing} text={t.nothingText}>
                  <Button variant="outline" onClick={() => void navigate({ search: {} })}>
                    {t.reset}
                  </Button>
                </Empty>
              ) : (
                <Empty icon={Ticket} title={t.empty} text={t.emptyText}>
                  <Button onClick={() => setMaking(true)}>{t.create}</Button>
                </Empty>
              )}
              <Pager pagination={pagination} onPage={(to) => void navigate({ search: { state, search, page: to } })} />
            </Card>
          );
        }}
      </Await>
      <NewCodes open={making} active={activeSet} onClose={() => setMaking(false)} />
      <Dialog open={shown !== null} onClose={() => setShown(null)} title={shown ? t.shareTitle(shown.code) : ""}>
        <div className="mt-4">{shown && <CodeShare code={shown} active={activeSet} />}</div>
      </Dialog>
    </Page>
  );
}

type Actions = { active?: string; onShow: (code: Code) => void; onRevoke: (code: Code) => void };
const COLUMNS = [
  { name: t.columns.code },
  { name: t.columns.candidate },
  { name: t.columns.set, className: "max-md:hidden" },
  { name: t.columns.state },
  { name: t.columns.expires },
  { name: t.columns.actions, hidden: true },
];

function Table({ rows, ...actions }: { rows: readonly Code[] } & Actions) {
  return (
    <table className="w-full text-left text-sm">
      <TableHead columns={COLUMNS} />
      <tbody className="divide-y divide-line">
        {rows.map((code) => (
          <Row key={code.id} code={code} {...actions} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ code, active, onShow, onRevoke }: { code: Code } & Actions) {
  const state = stateOf(code);
  const asked = setOf(code, active);
  return (
    <tr className="hover:bg-sunken max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:py-2 max-sm:pr-2 max-sm:pl-5">
      <th scope="row" className="py-2 text-left font-mono text-sm font-semibold tracking-wider max-sm:py-0 sm:px-3 sm:pl-5">
        {code.code}
        {code.label && <span className="block max-w-40 truncate font-sans font-normal tracking-normal text-muted" title={code.label}>{code.label}</span>}
      </th>
      <td className="wrap-anywhere max-sm:order-3 max-sm:w-full max-sm:pr-5 sm:w-2/5 sm:max-w-0 sm:truncate sm:px-3">
        {code.session_id ? (
          <Link to="/manage/interviews/$id" params={{ id: code.session_id }} title={t.interview} className="font-medium text-primary underline-offset-4 hover:underline">
            {code.candidate_name}
          </Link>
        ) : (
          <span className={cn(!code.candidate_name && "text-muted")}>{code.candidate_name ?? t.anybody}</span>
        )}
        <span className="block text-muted max-sm:whitespace-normal sm:truncate md:hidden">{asked}</span>
        {state === "open" && code.expires_at && <span className="block whitespace-normal text-muted sm:hidden">{`${t.columns.expires} ${moment(code.expires_at)}`}</span>}
      </td>
      <td className="max-w-0 truncate px-3 text-muted max-md:hidden md:w-1/4" title={asked}>{asked}</td>
      <td className="sm:px-3">
        <Badge tone={TONES[state]}>{t.states[state]}</Badge>
      </td>
      <td className="whitespace-nowrap text-muted max-sm:hidden sm:px-3" title={code.expires_at ? moment(code.expires_at) : undefined}>{code.expires_at ? day(code.expires_at) : t.never}</td>
      <td className="py-1 max-sm:order-2 max-sm:ml-auto max-sm:py-0 sm:pr-3">
        <div className="flex sm:justify-end">
          {state === "open" && (
            <>
              <CopyButton text={code.join_url} label={t.copyLink(code.code)} />
              <Button variant="ghost" size="icon" aria-label={t.share(code.code)} title={t.share(code.code)} onClick={() => onShow(code)}>
                <Send aria-hidden className="size-4" />
              </Button>
            </>
          )}
          <Button variant="ghost" size="icon" aria-label={t.revoke(code.code)} title={t.revoke(code.code)} onClick={() => onRevoke(code)}>
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
      </td>
    </tr>
  );
}
