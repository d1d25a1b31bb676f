import { Play, Search } from "lucide-react";
import type { Schemas } from "@/api/client";
import { clock } from "@/lib/format";
import { report as t } from "@/text";

export type QuoteData = Schemas["QuoteOut"];

/** Words of the candidate that show something. A click plays them, or shows where they stand in what was typed. */
export function Quote({ quote, onShow }: { quote: QuoteData; onShow?: (quote: QuoteData) => void }) {
  const { text, start_seconds: start } = quote;
  const words = text.length > 180 ? `${text.slice(0, 180).trimEnd()} …` : text;
  if (!onShow) return <q className="text-muted">{words}</q>;
  const Icon = start === null ? Search : Play;
  return (
    <button
      type="button"
      onClick={() => onShow(quote)}
      aria-label={start === null ? t.find(words) : t.seek(words, clock(start))}
      className="group -mx-2 flex max-w-full items-start gap-2 rounded-control px-2 py-1 text-left text-sm text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon aria-hidden className="mt-1 size-3.5 shrink-0 text-primary" />
      <span>
        <q>{words}</q>
        {start !== null && <span className="tabular ml-2 whitespace-nowrap text-primary">{clock(start)}</span>}
      </span>
    </button>
  );
}
