/** How a screen is laid out. */
import { type ComponentProps, type ReactNode, useEffect } from "react";
import { cn } from "@/lib/cn";

/** Names the tab of the browser. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Greenroom`;
  }, [title]);
}

/** A screen: its heading, what can be done there, and below it the rest. */
export function Page({ title, lead, actions, back, children, width = "max-w-5xl" }: { title: string; lead?: ReactNode; actions?: ReactNode; back?: ReactNode; children: ReactNode; width?: string }) {
  useTitle(title);
  return (
    <div className={cn("mx-auto flex w-full flex-col gap-6 px-4 py-8 sm:px-6", width)}>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          {back}
          <h1 className="text-xl font-semibold break-words">{title}</h1>
          {lead && <p className="mt-1 text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen. `flush` leaves the padding to what is inside. */
export function Card({ className, flush, ...rest }: ComponentProps<"section"> & { flush?: boolean }) {
  return <section {...rest} className={cn("min-w-0 rounded-card border border-line bg-surface", !flush && "p-5 sm:p-6", className)} />;
}

/** The heading of a card. In a card that spaces its children itself it is `flush`. */
export function Heading({ children, aside, flush }: { children: ReactNode; aside?: ReactNode; flush?: boolean }) {
  return (
    <div className={cn("flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1", !flush && "mb-4")}>
      <h2 className="text-base font-semibold">{children}</h2>
      {aside && <div className="text-sm text-muted">{aside}</div>}
    </div>
  );
}

const TONES = {
  plain: "bg-sunken text-muted",
  primary: "bg-primary-soft text-primary",
  voice: "bg-voice-soft text-voice",
  caution: "bg-caution-soft text-caution",
  rec: "bg-rec-soft text-rec",
};
export type Tone = keyof typeof TONES;

export function Badge({ tone = "plain", className, ...rest }: ComponentProps<"span"> & { tone?: Tone }) {
  return (
    <span {...rest} className={cn("inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap", TONES[tone], className)} />
  );
}

/** A note that stands out: something to know before going on. */
export function Note({ tone = "primary", children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return <div className={cn("rounded-card px-4 py-3 text-sm", TONES[tone], className)}>{children}</div>;
}
