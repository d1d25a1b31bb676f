import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { common as t } from "@/text";
import { ButtonLink } from "./button";
import { Logo } from "./logo";
import { Main } from "./main";

/** The frame of what people see who are not logged in. */
export function PublicPage({ children, links = true }: { children: ReactNode; links?: boolean }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="mx-auto flex h-16 w-full max-w-5xl items-center justify-between gap-4 px-4 sm:px-6">
        <Link to="/" aria-label={t.name} className="rounded-control">
          <Logo />
        </Link>
        {links && (
          <nav aria-label={t.nav.label} className="flex gap-2">
            <ButtonLink to="/signin" variant="ghost">
              {t.signIn}
            </ButtonLink>
            <ButtonLink to="/signup" variant="outline">
              {t.signUp}
            </ButtonLink>
          </nav>
        )}
      </header>
      <Main className="flex flex-1 flex-col">{children}</Main>
    </div>
  );
}
