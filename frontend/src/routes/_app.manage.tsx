import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link, Outlet, useLocation } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { mayConduct, session } from "@/api/session";
import { cn } from "@/lib/cn";
import { NotYours } from "@/manage/not_yours";
import { common, manage as t } from "@/text";

/** Screens of recruiters and administrators. The server decides what anybody may see; here is only what is offered. */
export const Route = createFileRoute("/_app/manage")({ component: Frame });

const FOR_ALL = [
  ["/manage/interviews", t.nav.interviews],
  ["/manage/codes", t.nav.codes],
  ["/manage/sets", t.nav.sets],
  ["/manage/compare", t.nav.compare],
  ["/manage/prompts", t.nav.prompts],
] as const;
const FOR_ADMINISTRATORS = [
  ["/manage/users", t.nav.users],
  ["/manage/system", t.nav.system],
  ["/manage/audit", t.nav.audit],
] as const;

function Frame() {
  const { data: user } = useQuery(session);
  const { pathname } = useLocation();
  const isAdmin = user?.role === "admin";
  const links = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState({ left: false, right: false });
  const look = () => {
    const row = links.current;
    if (row) setMore({ left: row.scrollLeft > 1, right: row.scrollLeft + row.clientWidth < row.scrollWidth - 1 });
  };
  useEffect(() => {
    const [row, current] = [links.current, links.current?.querySelector<HTMLElement>("[aria-current=page]")];
    if (row && current) row.scrollLeft = current.offsetLeft - (row.clientWidth - current.clientWidth) / 2; // on a phone not all fit
    look();
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, [pathname, isAdmin]);
  if (!mayConduct(user)) return <NotYours needed={common.recruiters} />;
  if (!isAdmin && FOR_ADMINISTRATORS.some(([to]) => pathname.startsWith(to))) return <NotYours needed={common.administrators} />;
  return (
    <>
      <nav aria-label={t.nav.label} className="relative border-b border-line bg-surface">
        <div ref={links} onScroll={look} className="relative mx-auto flex max-w-5xl scroll-px-12 gap-1 overflow-x-auto px-4 [scrollbar-width:none] sm:px-6">
          {[...FOR_ALL, ...(isAdmin ? FOR_ADMINISTRATORS : [])].map(([to, text]) => (
            <Link
              key={to}
              to={to}
              className="-mb-px flex min-h-12 shrink-0 items-center border-b-2 border-transparent px-3 text-sm font-medium text-muted -outline-offset-2 first:-ml-3 hover:text-ink"
              activeProps={{ className: "border-primary! text-ink!", "aria-current": "page" }}
            >
              {text}
            </Link>
          ))}
        </div>
        {(["left", "right"] as const).map((side) => more[side] && <More key={side} side={side} onClick={() => links.current?.scrollBy({ left: side === "left" ? -160 : 160, behavior: "smooth" })} />)}
      </nav>
      <Outlet />
    </>
  );
}

/** Shows that a row goes on at this side, and moves it. By the keyboard every link of the row is reached without it. */
function More({ side, onClick }: { side: "left" | "right"; onClick: () => void }) {
  const Icon = side === "left" ? ChevronLeft : ChevronRight;
  const place = side === "left" ? "left-0 bg-linear-to-r pl-1" : "right-0 justify-end bg-linear-to-l pr-1";
  return (
    <button type="button" aria-hidden tabIndex={-1} data-more={side} onClick={onClick} className={cn("absolute inset-y-0 flex w-14 items-center from-surface from-45% to-transparent text-muted", place)}>
      <Icon className="size-5" />
    </button>
  );
}
