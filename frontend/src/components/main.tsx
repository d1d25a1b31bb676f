import { type ReactNode, type Ref, useLayoutEffect } from "react";
import { cn } from "@/lib/cn";

/** The main part of a screen. With the first one, what the document itself shows while scripts are loaded goes. */
export function Main({ className, ref, children }: { className: string; ref?: Ref<HTMLElement>; children: ReactNode }) {
  useLayoutEffect(() => document.getElementById("start")?.remove(), []);
  return (
    <main id="content" ref={ref} tabIndex={-1} className={cn("outline-none", className)}>
      {children}
    </main>
  );
}
