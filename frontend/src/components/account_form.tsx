import type { ReactNode } from "react";
import { Button } from "./button";
import { Card, Note, useTitle } from "./page";

/** A short form in the middle of the screen: signing in, signing up. */
export function AccountForm({ title, lead, action, busy, problem, onSubmit, children, below }: { title: string; lead?: ReactNode; action: string; busy: boolean; problem?: string; onSubmit: (event: React.FormEvent<HTMLFormElement>) => void; children: ReactNode; below?: ReactNode }) {
  useTitle(title);
  return (
    <div className="mx-auto w-full max-w-md px-4 py-8 sm:py-16">
      <Card className="sm:p-8">
        <h1 className="text-xl font-semibold">{title}</h1>
        {lead && <p className="mt-2 text-muted">{lead}</p>}
        <form onSubmit={onSubmit} className="mt-6 flex flex-col gap-5" noValidate>
          {children}
          {problem && (
            <div role="alert">
              <Note tone="rec">{problem}</Note>
            </div>
          )}
          <Button type="submit" size="lg" busy={busy}>
            {action}
          </Button>
        </form>
      </Card>
      {below && <div className="mt-6 flex flex-col items-center gap-2 text-sm text-muted">{below}</div>}
    </div>
  );
}
