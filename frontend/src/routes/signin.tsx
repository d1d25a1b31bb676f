import { useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, useRouter } from "@tanstack/react-router";
import { signIn } from "@/api/session";
import { AccountForm } from "@/components/account_form";
import { PasswordField, TextField } from "@/components/field";
import { PublicPage } from "@/components/public_page";
import { inside } from "@/lib/inside";
import { useForm } from "@/lib/form";
import { account as t, common } from "@/text";

type Search = { next?: string };
export const Route = createFileRoute("/signin")({
  validateSearch: (search: Record<string, unknown>): Search => ({ next: inside(search.next) }),
  component: SignIn,
});

function SignIn() {
  const queries = useQueryClient();
  const router = useRouter();
  const { next } = Route.useSearch();
  const form = useForm(async ({ email = "", password = "" }) => {
    const user = await signIn(queries, { email, password });
    router.history.push(router.history.createHref(next ?? (user?.role === "recruiter" ? "/manage" : "/home")));
  });
  return (
    <PublicPage links={false}>
      <AccountForm
        title={t.signIn.title}
        action={t.signIn.action}
        {...form}
        onSubmit={form.submit}
        below={
          <>
            <p>
              {t.signIn.none}{" "}
              <Link to="/signup" className="font-medium text-primary underline underline-offset-4">
                {common.signUp}
              </Link>
            </p>
            <Link to="/forgot" className="underline underline-offset-4">
              {t.signIn.forgot}
            </Link>
          </>
        }
      >
        <TextField label={t.email} name="email" type="email" autoComplete="username" required autoFocus error={form.fields.email} />
        <PasswordField label={t.password} name="password" autoComplete="current-password" required error={form.fields.password} />
      </AccountForm>
    </PublicPage>
  );
}
