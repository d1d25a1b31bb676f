import { createFileRoute, Link, redirect } from "@tanstack/react-router";
import { AudioLines, Lock, Mic, RotateCcw } from "lucide-react";
import { session } from "@/api/session";
import { ButtonLink } from "@/components/button";
import { useTitle } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { account } from "@/text";

export const Route = createFileRoute("/")({
  beforeLoad: async ({ context }) => {
    const user = await context.queries.ensureQueryData(session).catch(() => null);
    if (user && !user.is_guest) throw redirect({ to: "/home" });
  },
  component: Landing,
});

const t = account.landing;
const ICONS = [Mic, AudioLines, RotateCcw];

function Landing() {
  useTitle(t.title);
  return (
    <PublicPage>
      <div className="mx-auto flex w-full max-w-5xl flex-1 flex-col justify-center gap-16 px-4 py-12 sm:px-6">
        <section className="flex max-w-2xl flex-col items-start gap-6">
          <h1 className="text-2xl font-semibold sm:text-3xl">{t.title}</h1>
          <p className="text-lg text-muted">{t.lead}</p>
          <ButtonLink to="/try" size="lg">
            <Mic aria-hidden className="size-5" />
            {t.start}
          </ButtonLink>
          <p className="text-sm text-muted">{t.note}</p>
          <p className="text-sm">
            {t.invited}{" "}
            <Link to="/join" className="font-medium text-primary underline underline-offset-4">
              {t.join}
            </Link>
          </p>
          <p className="text-sm text-muted">
            {t.hiring}{" "}
            <Link to="/signin" className="font-medium text-primary underline underline-offset-4">
              {t.hiringSignIn}
            </Link>{" "}
            {t.hiringText}
          </p>
        </section>
        <ol className="grid gap-4 sm:grid-cols-3">
          {t.steps.map(([title, text], place) => {
            const Icon = ICONS[place] ?? Mic;
            return (
              <li key={title} className="rounded-card border border-line bg-surface p-5">
                <Icon aria-hidden className="size-6 text-voice" strokeWidth={1.75} />
                <h2 className="mt-4 font-semibold">{title}</h2>
                <p className="mt-1 text-sm text-muted">{text}</p>
              </li>
            );
          })}
        </ol>
        <p className="flex max-w-3xl items-start gap-3 text-sm text-muted">
          <Lock aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {t.privacy} {t.honest}
          </span>
        </p>
      </div>
    </PublicPage>
  );
}
