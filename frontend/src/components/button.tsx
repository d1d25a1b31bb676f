import { Link, type LinkProps } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode, Ref } from "react";
import { cn } from "@/lib/cn";

type Look = { variant?: "primary" | "outline" | "ghost" | "danger"; size?: "sm" | "md" | "lg" | "icon" };

const VARIANTS = {
  primary: "bg-primary text-on-primary hover:bg-primary-strong",
  outline: "border border-line bg-surface hover:border-edge hover:bg-sunken",
  ghost: "text-muted hover:bg-sunken hover:text-ink",
  danger: "bg-rec text-on-rec hover:opacity-90",
};
const SIZES = {
  sm: "min-h-9 px-3 text-sm",
  md: "min-h-11 px-4 text-sm",
  lg: "min-h-12 px-6 text-base",
  icon: "size-11 shrink-0",
};

export function buttonClass({ variant = "primary", size = "md" }: Look, extra?: string): string {
  return cn(
    "inline-flex items-center justify-center gap-2 rounded-control font-medium transition-colors select-none",
    "disabled:opacity-50 aria-disabled:opacity-50",
    VARIANTS[variant],
    SIZES[size],
    extra,
  );
}

/**
 * A button. While `busy` it turns and takes no second click, and keeps the focus, which a disabled button would lose. An
 * icon alone needs an `aria-label`.
 */
export function Button({ variant, size, busy, className, children, onClick, ...rest }: ComponentProps<"button"> & Look & { busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={buttonClass({ variant, size }, className)}
    >
      {busy && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  );
}

/** A link to another screen that looks like a button. */
export function ButtonLink({ variant, size, className, ...rest }: LinkProps & Look & { className?: string; children?: ReactNode; ref?: Ref<HTMLAnchorElement> }) {
  return <Link {...rest} className={buttonClass({ variant, size }, className)} />;
}
