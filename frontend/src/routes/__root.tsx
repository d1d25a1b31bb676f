import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";
import { MapPinOff } from "lucide-react";
import { ButtonLink } from "@/components/button";
import { useTitle } from "@/components/page";
import { Empty } from "@/components/states";
import { Toasts } from "@/components/toast";
import { common as t } from "@/text";

export const Route = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Root, notFoundComponent: NotFound });

function Root() {
  return (
    <>
      <a href={`${location.pathname}#content`} className="sr-only z-50 rounded-control bg-primary px-4 py-2 text-on-primary focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        {t.skipToContent}
      </a>
      <Outlet />
      <Toasts />
    </>
  );
}

function NotFound() {
  useTitle(t.notThere);
  return (
    <main id="content" className="grid min-h-dvh place-items-center">
      <Empty heading="h1" icon={MapPinOff} title={t.notThere} text={t.notThereHelp}>
        <ButtonLink to="/">{t.goHome}</ButtonLink>
      </Empty>
    </main>
  );
}
