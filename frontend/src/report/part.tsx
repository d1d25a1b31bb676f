import type { ReactNode } from "react";

/** A part of what is known of an answer, under its heading. */
export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div className="mb-4">
        <h4 className="text-sm font-semibold">{title}</h4>
        {aside && <p className="text-sm text-muted">{aside}</p>}
      </div>
      {children}
    </section>
  );
}
