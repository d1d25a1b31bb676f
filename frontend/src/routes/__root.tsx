import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet, useRouter } from "@tanstack/react-router";
import { MapPinOff } from "lucide-react";
import { useEffect } from "react";
import { ButtonLink } from "@/components/button";
import { useTitle } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { Empty } from "@/components/states";
import { Toasts } from "@/components/toast";
import { common as t } from "@/text";

export const Route = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Root, notFoundComponent: NotFound });

function Root() {
  useFocusOnNavigation();
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
    <PublicPage links={false}>
      <div className="grid flex-1 place-items-center">
        <Empty heading="h1" icon={MapPinOff} title={t.notThere} text={t.notThereHelp}>
          <ButtonLink to="/">{t.goHome}</ButtonLink>
        </Empty>
      </div>
    </PublicPage>
  );
}

/** Another screen begins at its heading, also for whoever uses a keyboard or hears it; a field that took the focus keeps it. */
function useFocusOnNavigation(): void {
  const router = useRouter();
  useEffect(() => {
    let later: MutationObserver | undefined;
    const end = router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
      if (!fromLocation || !pathChanged) return;
      const before = document.activeElement;
      const begin = () => {
        const moved = document.activeElement !== before && document.activeElement !== document.body;
        const heading = document.querySelector<HTMLElement>("#content h1");
        if (!moved && !heading) return;
        later?.disconnect();
        if (moved || !heading || document.getElementById("content")?.contains(document.activeElement)) return;
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      };
      later?.disconnect();
      later = new MutationObserver(begin); // some screens have no heading before their data, however long that takes
      later.observe(document.body, { childList: true, subtree: true });
      begin();
    });
    return () => {
      end();
      later?.disconnect();
    };
  }, [router]);
}
