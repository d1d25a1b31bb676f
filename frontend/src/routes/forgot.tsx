import { createFileRoute, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client } from "@/api/client";
import { AccountForm } from "@/components/account_form";
import { PasswordField, TextField } from "@/components/field";
import { Note } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { toast } from "@/components/toast";
import { useForm } from "@/lib/form";
import { account } from "@/text";

export const Route = createFileRoute("/forgot")({ component: Forgot });
const t = account.forgot;

function Forgot() {
  const navigate = useNavigate();
  const [sent, setSent] = useState(false);
  const form = useForm(async ({ email = "", token = "", new_password = "" }) => {
    if (!sent) {
      await client.POST("/api/v1/users/password/forgot", { body: { email } });
      setSent(true);
      return;
    }
    await client.POST("/api/v1/users/password/reset", { body: { token, new_password } });
    toast(t.done);
    await navigate({ to: "/signin" });
  });
  return (
    <PublicPage links={false}>
      <AccountForm
        title={t.title}
        lead={sent ? undefined : t.lead}
        action={sent ? t.action : t.send}
        {...form}
        onSubmit={form.submit}
        below={
          <Link to="/signin" className="underline underline-offset-4">
            {t.back}
          </Link>
        }
      >
        {sent ? (
          <>
            <Note tone="voice">{t.sent}</Note>
            <TextField key="token" label={t.code} name="token" autoComplete="one-time-code" required autoFocus error={form.fields.token} />
            <PasswordField label={account.newPassword} name="new_password" autoComplete="new-password" required hint={account.passwordHint} error={form.fields.new_password} />
          </>
        ) : (
          <TextField key="email" label={account.email} name="email" type="email" autoComplete="username" required autoFocus error={form.fields.email} />
        )}
      </AccountForm>
    </PublicPage>
  );
}
