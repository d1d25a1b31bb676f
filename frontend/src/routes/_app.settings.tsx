import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, useRouter } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useState } from "react";
import { address } from "@/api/base";
import { client, data, type Schemas } from "@/api/client";
import { session, signOut, type User } from "@/api/session";
import { Button, ButtonLink, buttonClass } from "@/components/button";
import { Confirm } from "@/components/dialog";
import { Choice, PasswordField, Select, Switch, TextField } from "@/components/field";
import { Card, Heading, Note, Page } from "@/components/page";
import { Loading, messageOf } from "@/components/states";
import { Tags } from "@/components/tags";
import { toast } from "@/components/toast";
import { useForm } from "@/lib/form";
import { captionsWanted, chooseEndOfAnswer, endOfAnswer, wantCaptions } from "@/lib/preferences";
import { applyTheme, currentTheme, type Theme } from "@/lib/theme";
import { account, common } from "@/text";

export const Route = createFileRoute("/_app/settings")({ component: SettingsPage });
const t = account.settings;

function SettingsPage() {
  const { data: user } = useQuery(session);
  return (
    <Page title={t.title} width="max-w-3xl">
      {user ? (
        <>
          {user.is_guest ? <Guest /> : <Profile user={user} />}
          <Appearance />
          <InTheRoom />
          {!user.is_guest && <Password email={user.email} />}
          <Data user={user} />
        </>
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Guest() {
  return (
    <Card>
      <Heading>{t.guestTitle}</Heading>
      <p className="mb-4 text-muted">{t.guestText}</p>
      <ButtonLink to="/signup">{common.signUp}</ButtonLink>
    </Card>
  );
}

function Profile({ user }: { user: User }) {
  const queries = useQueryClient();
  const [skills, setSkills] = useState(user.skills);
  const form = useForm(async ({ full_name = "", target_role = "", experience_level = "" }) => {
    const body = { full_name, target_role: target_role || null, experience_level: (experience_level || null) as Schemas["ExperienceLevel"] | null };
    await data(client.PUT("/api/v1/users/me", { body }));
    const changed = await data(client.PUT("/api/v1/users/{user_id}/skills", { params: { path: { user_id: user.id } }, body: { skills } }));
    queries.setQueryData(session.queryKey, changed);
    toast(common.saved);
  });
  return (
    <Card>
      <Heading aside={user.email}>{t.profile}</Heading>
      <form onSubmit={form.submit} className="flex flex-col gap-5">
        <TextField label={account.fullName} name="full_name" autoComplete="name" defaultValue={user.full_name} error={form.fields.full_name} required />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField label={t.targetRole} optional name="target_role" defaultValue={user.target_role ?? ""} error={form.fields.target_role} />
          <Select label={t.experience} name="experience_level" defaultValue={user.experience_level ?? ""} options={Object.entries(t.experiences)} />
        </div>
        <Tags label={t.skills} hint={t.skillsHint} values={skills} onChange={setSkills} remove={t.removeSkill} />
        <Problem text={form.problem} />
        <Button type="submit" busy={form.busy} className="self-start">
          {common.save}
        </Button>
      </form>
    </Card>
  );
}

function Appearance() {
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const choose = (chosen: Theme) => {
    applyTheme(chosen);
    setTheme(chosen);
  };
  return (
    <Card className="flex flex-col gap-6">
      <Heading flush>{t.look}</Heading>
      <Choice label={common.theme.label} value={theme} onChange={choose} options={[["system", common.theme.system], ["light", common.theme.light], ["dark", common.theme.dark]]} />
    </Card>
  );
}

function InTheRoom() {
  const [captions, setCaptions] = useState(captionsWanted);
  const [end, setEnd] = useState(endOfAnswer);
  return (
    <Card className="flex flex-col gap-6">
      <Heading flush>{t.room}</Heading>
      <Switch
        label={t.captions}
        hint={t.captionsHint}
        checked={captions}
        onChange={(on) => {
          wantCaptions(on);
          setCaptions(on);
        }}
      />
      <Choice
        label={t.end}
        value={end}
        onChange={(chosen) => {
          chooseEndOfAnswer(chosen);
          setEnd(chosen);
        }}
        options={[["candidate", t.endPressed], ["silence", t.endSilent]]}
      />
    </Card>
  );
}

function Password({ email }: { email: string }) {
  const [round, setRound] = useState(0);
  const form = useForm(async ({ current_password = "", new_password = "" }) => {
    await client.POST("/api/v1/users/me/password", { body: { current_password, new_password } });
    setRound(round + 1);
    toast(t.passwordChanged);
  });
  return (
    <Card>
      <Heading>{t.passwordTitle}</Heading>
      <form key={round} onSubmit={form.submit} className="flex flex-col gap-5">
        <input type="text" name="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordField label={account.currentPassword} name="current_password" autoComplete="current-password" required error={form.fields.current_password} />
        <PasswordField label={account.newPassword} name="new_password" autoComplete="new-password" required hint={account.passwordHint} error={form.fields.new_password} />
        <Problem text={form.problem} />
        <Button type="submit" variant="outline" busy={form.busy} className="self-start">
          {t.changePassword}
        </Button>
      </form>
    </Card>
  );
}

function Data({ user }: { user: User }) {
  const queries = useQueryClient();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => data(client.DELETE("/api/v1/users/{user_id}", { params: { path: { user_id: user.id } } })),
    onSuccess: async () => {
      applyTheme("system");
      await signOut(queries);
      await router.navigate({ to: "/" });
      toast(t.deleted);
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  return (
    <Card className="flex flex-col gap-6">
      <Heading flush>{t.data}</Heading>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="max-w-md text-muted">{t.exportText}</p>
        <a href={address("/api/v1/users/me/export")} download className={buttonClass({ variant: "outline" })}>
          <Download aria-hidden className="size-4" />
          {t.export}
        </a>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-4 border-t border-line pt-6">
        <p className="max-w-md text-muted">{t.deleteText}</p>
        <Button variant="danger" onClick={() => setAsking(true)}>
          {t.delete}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.deleteConfirm}
        text={
          <div className="flex flex-col gap-4">
            <p>{t.deleteText}</p>
            {!user.is_guest && <TextField label={t.deleteType(user.email)} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />}
          </div>
        }
        action={t.deleteAction}
        disabled={!user.is_guest && typed.trim().toLowerCase() !== user.email.toLowerCase()}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </Card>
  );
}

function Problem({ text }: { text?: string }) {
  return text ? (
    <div role="alert">
      <Note tone="rec">{text}</Note>
    </div>
  ) : null;
}
