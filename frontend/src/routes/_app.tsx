import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, Outlet, redirect, useRouter } from "@tanstack/react-router";
import { BriefcaseBusiness, ChartLine, CircleUser, House, type LucideIcon, ListVideo, LogOut, Plus, Settings } from "lucide-react";
import { mayConduct, session, signOut, type User } from "@/api/session";
import { Button, ButtonLink } from "@/components/button";
import { Logo } from "@/components/logo";
import { Main } from "@/components/main";
import { Note } from "@/components/page";
import { common as t } from "@/text";

/** Screens of people who are logged in, guests included. */
export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    const user = await context.queries.ensureQueryData(session);
    if (user === null) throw redirect({ to: "/signin", search: { next: location.href } });
  },
  component: Frame,
});

type Entry = readonly [to: "/home" | "/sessions" | "/progress" | "/settings" | "/manage", text: string, icon: LucideIcon];
const LINKS: readonly Entry[] = [
  ["/home", t.nav.home, House],
  ["/sessions", t.nav.sessions, ListVideo],
  ["/progress", t.nav.progress, ChartLine],
  ["/settings", t.nav.settings, Settings],
];
const FOR_STAFF: Entry = ["/manage", t.nav.manage, BriefcaseBusiness];

/** Recruiting comes first for those who are here for it. */
function linksFor(user: User | null | undefined): readonly Entry[] {
  if (user?.role === "recruiter") return [FOR_STAFF, ...LINKS];
  return mayConduct(user) ? [...LINKS, FOR_STAFF] : LINKS;
}

function Frame() {
  const queries = useQueryClient();
  const router = useRouter();
  const { data: user } = useQuery(session);
  const leave = async () => {
    await signOut(queries);
    await router.navigate({ to: "/" });
  };
  return (
    <div className="flex min-h-dvh flex-col pb-16 sm:pb-0">
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-16 max-w-5xl items-center gap-6 px-4 sm:px-6">
          <Link to="/home" aria-label={t.name} className="rounded-control">
            <Logo />
          </Link>
          <nav aria-label={t.nav.label} className="fixed inset-x-0 bottom-0 z-40 flex border-t border-line bg-surface sm:static sm:gap-1 sm:border-0">
            {linksFor(user).map(([to, text, Icon]) => (
              <Link
                key={to}
                to={to}
                className="flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-control text-xs text-muted hover:text-ink sm:min-h-11 sm:flex-none sm:px-3 sm:text-sm sm:font-medium"
                activeProps={{ className: "text-primary! sm:bg-primary-soft", "aria-current": "page" }}
              >
                <Icon aria-hidden className="size-5 sm:hidden" />
                {text}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-1">
            {user?.is_guest ? (
              <ButtonLink to="/signup" size="sm" className="min-h-11">
                {t.signUp}
              </ButtonLink>
            ) : (
              <ButtonLink to="/new" size="sm" className="min-h-11">
                <Plus aria-hidden className="size-4" />
                <span className={mayConduct(user) ? "max-lg:sr-only" : "max-md:sr-only"}>{t.nav.practice}</span>
                <span aria-hidden className="sm:hidden">
                  {t.nav.practiceShort}
                </span>
              </ButtonLink>
            )}
            <span className="ml-3 hidden max-w-40 items-center gap-2 truncate text-sm text-muted lg:flex">
              <CircleUser aria-hidden className="size-5 shrink-0" />
              <span className="truncate">{user?.is_guest ? t.guest : user?.full_name}</span>
            </span>
            <Button variant="ghost" size="icon" aria-label={t.signOut} title={t.signOut} onClick={() => void leave()}>
              <LogOut aria-hidden className="size-5" />
            </Button>
          </div>
        </div>
      </header>
      <Main className="flex-1">
        {user?.is_guest && (
          <div className="mx-auto w-full max-w-5xl px-4 pt-6 sm:px-6">
            <Note className="flex flex-wrap items-center justify-between gap-3">
              <span>{t.guestBanner}</span>
              <ButtonLink to="/signup" size="sm">
                {t.keepPractice}
              </ButtonLink>
            </Note>
          </div>
        )}
        <Outlet />
      </Main>
    </div>
  );
}
