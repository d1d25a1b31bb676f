import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

/** The way back to a list, above the heading of one of its items. */
export function BackLink({ children, ...to }: Omit<LinkProps, "children"> & { children: ReactNode }) {
  return (
    <Link {...to} className="-mt-3 mb-1 -ml-1 flex min-h-11 w-fit items-center gap-1 rounded-control pr-2 text-sm text-muted hover:text-ink">
      <ChevronLeft aria-hidden className="size-4" />
      {children}
    </Link>
  );
}
