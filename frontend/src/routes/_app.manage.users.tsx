import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useState } from "react";
import { session } from "@/api/session";
import { Button } from "@/components/button";
import { Select } from "@/components/field";
import { Badge, Card, Page } from "@/components/page";
import { Pager } from "@/components/pager";
import { SearchBox } from "@/components/search_box";
import { TableHead } from "@/components/table_head";
import { Await, Empty } from "@/components/states";
import { cn } from "@/lib/cn";
import { day } from "@/lib/format";
import { oneOf, pageOf, textOf } from "@/lib/search";
import { type ManagedUser, type UserFilter, users } from "@/manage/queries";
import { UserDialog } from "@/manage/user_dialog";
import { administration, common } from "@/text";

const t = administration.users;
const ROLES = ["candidate", "recruiter", "admin"] as const;
const SHOWN = ["active", "disabled", "guests"] as const;
type Search = { page?: number; search?: string; role?: (typeof ROLES)[number]; show?: (typeof SHOWN)[number] };

export const Route = createFileRoute("/_app/manage/users")({
  validateSearch: (search: Record<string, unknown>): Search => ({ page: pageOf(search.page), search: textOf(search.search), role: oneOf(ROLES, search.role), show: oneOf(SHOWN, search.show) }),
  component: Users,
});

function filterOf({ search, role, show }: Search): UserFilter {
  return { search, role, disabled: show === "disabled" ? true : show === "active" ? false : undefined, guests: show === "guests" || undefined };
}

function Users() {
  const wanted = Route.useSearch();
  const { page = 1, search, role, show } = wanted;
  const navigate = Route.useNavigate();
  const found = useQuery(users.page(filterOf(wanted), page));
  const [managed, setManaged] = useState<string | null>(null);
  const change = (to: Partial<Search>) => void navigate({ search: { ...wanted, page: undefined, ...to }, replace: true });
  return (
    <Page title={t.title} lead={t.lead}>
      <div className="flex flex-col gap-4 sm:flex-row sm:items-end">
        <SearchBox label={t.search} placeholder={t.searchPlaceholder} value={search ?? ""} onChange={(text) => change({ search: text || undefined })} />
        <Select className="sm:w-40" label={t.role} value={role ?? ""} onChange={(event) => change({ role: oneOf(ROLES, event.target.value) })} options={[["", common.all], ...ROLES.map((one) => [one, t.roles[one]] as const)]} />
        <Select className="sm:w-36" label={t.show} value={show ?? ""} onChange={(event) => change({ show: oneOf(SHOWN, event.target.value) })} options={[["", common.all], ...SHOWN.map((one) => [one, t.shown[one]] as const)]} />
      </div>
      <Await query={found} lines={8}>
        {({ users: rows, pagination }) => (
          <>
            <Card flush className={cn(found.isPlaceholderData && "opacity-60")}>
              {rows.length > 0 ? (
                <Table rows={rows} onManage={(user) => setManaged(user.id)} />
              ) : (
                <Empty icon={SearchX} title={t.nothing} text={t.nothingText}>
                  <Button variant="outline" onClick={() => void navigate({ search: {} })}>
                    {t.reset}
                  </Button>
                </Empty>
              )}
              <Pager pagination={pagination} onPage={(to) => void navigate({ search: { ...wanted, page: to } })} />
            </Card>
            <UserDialog user={rows.find((one) => one.id === managed) ?? null} onClose={() => setManaged(null)} />
          </>
        )}
      </Await>
    </Page>
  );
}

const COLUMNS = (["user", "role", "interviews", "credits", "since"] as const).map((column) => ({
  name: t.columns[column],
  className: column === "interviews" || column === "credits" ? "text-right" : undefined,
}));

function Table({ rows, onManage }: { rows: readonly ManagedUser[]; onManage: (user: ManagedUser) => void }) {
  const { data: me } = useQuery(session);
  return (
    <table className="w-full text-left text-sm">
      <TableHead columns={COLUMNS} />
      <tbody className="divide-y divide-line">
        {rows.map((one) => (
          <tr key={one.id} className="relative hover:bg-sunken max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-5 max-sm:py-3">
            <td className="max-w-0 py-3 max-sm:w-full max-sm:max-w-none max-sm:py-0 sm:w-1/2 sm:pr-3 sm:pl-5">
              <button type="button" onClick={() => onManage(one)} className="flex max-w-full items-center gap-2 text-left text-base font-medium after:absolute after:inset-0">
                <span className="truncate">
                  <span className="sr-only">{t.manage} </span>
                  {one.full_name}
                </span>
                {one.id === me?.id && <Badge tone="primary">{t.you}</Badge>}
                {one.disabled_at && <Badge tone="rec">{t.disabled}</Badge>}
              </button>
              {!one.is_guest && <span className="block truncate text-muted">{one.email}</span>}
            </td>
            <td className="sm:px-3">
              <Badge tone={one.role === "candidate" ? "plain" : "voice"}>{one.is_guest ? common.guest : t.roles[one.role]}</Badge>
            </td>
            <td className="tabular text-right text-muted max-sm:hidden sm:px-3">{one.interview_count}</td>
            <td className="tabular text-right text-muted max-sm:hidden sm:px-3">{one.interviews_remaining}</td>
            <td className="tabular whitespace-nowrap text-muted sm:hidden">{t.credits(one.interviews_remaining)}</td>
            <td className="whitespace-nowrap text-muted max-sm:ml-auto sm:px-3 sm:pr-5">{day(one.created_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
