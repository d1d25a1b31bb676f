import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { session } from "@/api/session";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { Confirm, Dialog } from "@/components/dialog";
import { Choice, Switch, TextField } from "@/components/field";
import { Note } from "@/components/page";
import { Pager } from "@/components/pager";
import { Failure, Loading, messageOf } from "@/components/states";
import { useFirstProblem } from "@/lib/form";
import { moment } from "@/lib/format";
import { administration } from "@/text";
import { type ManagedUser, users } from "./queries";

const t = administration.user;
type Role = Schemas["Role"];

/** What an administrator does with an account: its role, whether it may log in, its credits, its password. */
export function UserDialog({ user, onClose }: { user: ManagedUser | null; onClose: () => void }) {
  return (
    <Dialog open={user !== null} onClose={onClose} title={user?.full_name ?? ""} className="w-[min(36rem,calc(100vw-2rem))]">
      {user && <Account key={user.id} user={user} />}
    </Dialog>
  );
}

function Account({ user }: { user: ManagedUser }) {
  const { data: me } = useQuery(session);
  const isMe = me?.id === user.id;
  return (
    <div className="flex flex-col gap-8">
      {!user.is_guest && <p className="text-muted">{user.email}</p>}
      {!user.is_guest && !isMe && <Access user={user} />}
      <Credits user={user} />
      {!user.is_guest && (isMe ? <p className="text-sm text-muted">{t.self}</p> : <Password user={user} />)}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Problem({ error }: { error: unknown }) {
  return (
    <div role="alert">
      <Note tone="rec">{messageOf(error)}</Note>
    </div>
  );
}

function Access({ user }: { user: ManagedUser }) {
  const cache = useQueryClient();
  const [told, tell] = useState("");
  const [asked, ask] = useState<Role | null>(null);
  const change = useMutation({
    mutationFn: (body: { role: Role } | { disabled: boolean }) => data(client.PUT("/api/v1/admin/users/{user_id}", { params: { path: { user_id: user.id } }, body })),
    onSuccess: async (_, body) => {
      tell("role" in body ? t.roleSaved : body.disabled ? t.disableSaved : t.enableSaved);
      await cache.invalidateQueries({ queryKey: users.all });
    },
    onMutate: () => tell(""),
  });
  const { roles } = administration.users;
  return (
    <Part title={t.access}>
      <Choice
        label={administration.users.role}
        value={user.role}
        onChange={(role) => role !== user.role && ask(role)}
        options={[
          ["candidate", roles.candidate],
          ["recruiter", roles.recruiter],
          ["admin", roles.admin],
        ]}
      />
      <p className="-mt-2 text-sm text-muted">{t.roleHelp[user.role]}</p>
      <Switch label={t.enabled} hint={t.enabledHint} checked={user.disabled_at === null} onChange={(on) => change.mutate({ disabled: !on })} />
      <p aria-live="polite" className="text-sm text-voice empty:hidden">
        {told}
      </p>
      {change.isError && <Problem error={change.error} />}
      {asked && (
        <Confirm
          open
          onClose={() => ask(null)}
          title={t.roleTitle(user.full_name, roles[asked])}
          text={t.roleHelp[asked]}
          action={t.roleAction}
          busy={change.isPending}
          onConfirm={() => change.mutate({ role: asked }, { onSettled: () => ask(null) })}
        />
      )}
    </Part>
  );
}

const MOST_AT_ONCE = 10_000;
const MOST_CREDITS = 1_000_000;
const grouped = (number: number) => number.toLocaleString("en");

/** Why so many credits cannot be added to those that are left, or undefined. */
function wrongAmount(number: number, left: number): string | undefined {
  if (!Number.isInteger(number) || number === 0 || Math.abs(number) > MOST_AT_ONCE) return t.amountWrong(grouped(MOST_AT_ONCE));
  if (left + number < 0) return t.amountUnder(left, grouped(left));
  return left + number > MOST_CREDITS ? t.amountOver(grouped(MOST_CREDITS - left), grouped(MOST_CREDITS)) : undefined;
}

function Credits({ user }: { user: ManagedUser }) {
  const cache = useQueryClient();
  const [page, setPage] = useState(1);
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const [attempts, setAttempts] = useState(0);
  useFirstProblem(attempts);
  const ledger = useQuery(users.credits(user.id, page));
  const number = Number(amount);
  const problem = wrongAmount(Number(amount), user.interviews_remaining);
  const grant = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/users/{user_id}/credits", { params: { path: { user_id: user.id } }, body: { interviews: number, note } })),
    onSuccess: async () => {
      setAmount("");
      setNote("");
      setAttempts(0);
      await cache.invalidateQueries({ queryKey: users.all });
    },
  });
  return (
    <Part title={t.credits}>
      <p className="text-sm text-muted">
        <span className="tabular font-medium text-ink">{t.left(user.interviews_remaining)}.</span> {t.creditsText}
      </p>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setAttempts(attempts + 1);
          if (!problem) grant.mutate();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-[13rem_1fr]">
          <TextField label={t.amount} type="number" step={1} inputMode="numeric" value={amount} hint={t.amountHint} error={attempts > 0 || amount !== "" ? problem : undefined} onChange={(event) => setAmount(event.target.value)} />
          <TextField label={t.note} optional value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
        </div>
        {grant.isError && <Problem error={grant.error} />}
        <Button type="submit" variant="outline" className="self-start" busy={grant.isPending}>
          {t.grant}
        </Button>
      </form>
      <div className="rounded-card border border-line">
        <h4 className="px-4 pt-3 text-sm font-medium">{t.ledger}</h4>
        {ledger.isError ? (
          <Failure error={ledger.error} retry={() => void ledger.refetch()} />
        ) : !ledger.data ? (
          <Loading lines={3} className="p-4" />
        ) : ledger.data.entries.length === 0 ? (
          <p className="px-4 pt-1 pb-4 text-sm text-muted">{t.noLedger}</p>
        ) : (
          <>
            <ul className="divide-y divide-line text-sm">
              {ledger.data.entries.map((entry) => (
                <li key={entry.id} className="flex items-center gap-4 px-4 py-2.5">
                  <span className="tabular w-10 shrink-0 text-right font-semibold">{entry.change > 0 ? `+${entry.change}` : entry.change}</span>
                  <span className="min-w-0 flex-1">
                    <span className="block break-words">{[t.reasons[entry.reason], entry.note].filter(Boolean).join(": ")}</span>
                    <span className="block text-muted">{moment(entry.created_at)}</span>
                  </span>
                  <span className="tabular shrink-0 text-muted">{t.left(entry.balance)}</span>
                </li>
              ))}
            </ul>
            <Pager pagination={ledger.data.pagination} onPage={setPage} />
          </>
        )}
      </div>
    </Part>
  );
}

function Password({ user }: { user: ManagedUser }) {
  const [asking, setAsking] = useState(false);
  const make = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/users/{user_id}/reset-password", { params: { path: { user_id: user.id } } })),
    onSettled: () => setAsking(false),
  });
  return (
    <Part title={t.password}>
      {make.data ? (
        <div className="flex items-end gap-3" aria-live="polite">
          <TextField label={t.passwordMade} readOnly value={make.data.new_password} className="flex-1" onFocus={(event) => event.target.select()} />
          <CopyButton text={make.data.new_password} label={t.copy} variant="outline">
            {t.copy}
          </CopyButton>
        </div>
      ) : (
        <>
          <p className="text-sm text-muted">{t.passwordText}</p>
          <Button variant="outline" className="self-start" onClick={() => setAsking(true)}>
            {t.passwordMake}
          </Button>
        </>
      )}
      {make.isError && <Problem error={make.error} />}
      <Confirm open={asking} onClose={() => setAsking(false)} title={t.passwordTitle(user.full_name)} text={t.passwordText} action={t.passwordAction} danger busy={make.isPending} onConfirm={() => make.mutate()} />
    </Part>
  );
}
