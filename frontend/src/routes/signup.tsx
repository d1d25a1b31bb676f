import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, useRouter } from "@tanstack/react-router";
import { interviews } from "@/api/queries";
import { session, signUp } from "@/api/session";
import { AccountForm } from "@/components/account_form";
import { PasswordField, TextField } from "@/components/field";
import { PublicPage } from "@/components/public_page";
import { useForm } from "@/lib/form";
import { inside } from "@/lib/inside";
import { account as t, common } from "@/text";

type Search = { next?: string };
export const Route = createFileRoute("/signup")({
  validateSearch: (search: Record<string, unknown>): Search => ({ next: inside(search.next) }),
  component: SignUp,
});

function SignUp() {
  const queries = useQueryClient();
  const router = useRouter();
  const { next } = Route.useSearch();
  const guest = useQuery(session).data?.is_guest ?? false;
  const form = useForm(async ({ email = "", password = "", full_name = "" }) => {
    await signUp(queries, { email, password, full_name }, guest);
    router.history.push(router.history.createHref(next ?? (guest ? await kept() : "/home")));
  });
  /** The report of the practice that was just kept; Home where it is not finished. */
  const kept = async () => {
    const page = await queries.fetchQuery(interviews.page({ page: 1 })).catch(() => null);
    const finished = page?.sessions.find((one) => one.status === "completed");
    return finished ? `/sessions/${finished.id}` : "/home";
  };
  const words = t.signUp;
  return (
    <PublicPage links={false}>
      <AccountForm
        title={guest ? words.keepTitle : words.title}
        lead={guest && words.keepLead}
        action={guest ? words.keepAction : words.action}
        {...form}
        onSubmit={form.submit}
        below={
          <p>
            {words.have}{" "}
            <Link to="/signin" className="font-medium text-primary underline underline-offset-4">
              {common.signIn}
            </Link>
          </p>
        }
      >
        <TextField label={t.fullName} name="full_name" autoComplete="name" required autoFocus error={form.fields.full_name} />
        <TextField label={t.email} name="email" type="email" autoComplete="username" required error={form.fields.email} />
        <PasswordField label={t.password} name="password" autoComplete="new-password" required minLength={8} hint={t.passwordHint} error={form.fields.password} />
      </AccountForm>
    </PublicPage>
  );
}
