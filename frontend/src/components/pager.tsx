import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Schemas } from "@/api/client";
import { common as t } from "@/text";
import { Button } from "./button";

/** From page to page of a list; nothing where there is only one. */
export function Pager({ pagination: { page, pages }, onPage }: { pagination: Schemas["PageInfo"]; onPage: (page: number) => void }) {
  if (pages < 2) return null;
  return (
    <nav aria-label={t.page(page, pages)} className="flex items-center justify-between border-t border-line p-3">
      <Button variant="ghost" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <ChevronLeft aria-hidden className="size-4" />
        {t.previous}
      </Button>
      <span className="tabular text-sm text-muted">{t.page(page, pages)}</span>
      <Button variant="ghost" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        {t.next}
        <ChevronRight aria-hidden className="size-4" />
      </Button>
    </nav>
  );
}
