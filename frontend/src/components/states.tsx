/** What a view shows when it has nothing to show: not yet, not at all, or not now. */
import type { UseQueryResult } from "@tanstack/react-query";
import { CloudOff, type LucideIcon, SearchX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, NoConnection } from "@/api/client";
import { cn } from "@/lib/cn";
import { common as t } from "@/text";
import { Button, ButtonLink } from "./button";
import { Card } from "./page";

/** Bars where lines of text will be. */
export function Loading({ lines = 4, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" aria-label={t.loading} className={cn("flex flex-col gap-3", className)}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={cn("shimmer h-4 rounded-control", ["w-1/3", "w-full", "w-5/6", "w-2/3"][line % 4])} />
      ))}
    </div>
  );
}

/** `heading` is h1 where this is all of the screen. */
export function Empty({ icon: Icon, title, text, children, heading: Title = "h2" }: { icon: LucideIcon; title: string; text?: ReactNode; children?: ReactNode; heading?: "h1" | "h2" }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <Icon aria-hidden className="mb-2 size-8 text-muted" strokeWidth={1.5} />
      <Title className="text-base font-semibold">{title}</Title>
      {text && <p className="max-w-md text-muted">{text}</p>}
      {children && <div className="mt-4 flex flex-wrap justify-center gap-3">{children}</div>}
    </div>
  );
}

/** What went wrong, and trying again where that may help. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const noPractice = error instanceof ApiError && error.status === 422 && Object.keys(error.fields).some((field) => field.endsWith("session_id"));
  const gone = noPractice || (error instanceof ApiError && error.status === 404);
  const offline = error instanceof NoConnection;
  return (
    <div role="alert">
      <Empty
        icon={gone ? SearchX : offline ? CloudOff : TriangleAlert}
        title={noPractice ? t.noPractice : gone ? t.notThere : offline ? t.offline : t.failed}
        text={gone ? t.notThereHelp : offline ? t.offlineHelp : messageOf(error)}
      >
        {gone && (
          <ButtonLink to="/" variant="outline">
            {t.goHome}
          </ButtonLink>
        )}
        {retry && !gone && (
          <Button variant="outline" onClick={retry}>
            {t.tryAgain}
          </Button>
        )}
      </Empty>
    </div>
  );
}

/** The words for an error. */
export function messageOf(error: unknown): string {
  if (error instanceof NoConnection) return t.offlineHelp;
  if (!(error instanceof ApiError)) return t.brokenHelp;
  if (error.status >= 500) return t.failedHelp;
  return (error.type === "validation_error" && Object.values(error.fields)[0]) || error.message;
}

/** A query's three states: bars, what went wrong with a retry, or its data. */
export function Await<T>({ query, lines, children }: { query: UseQueryResult<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError)
    return (
      <Card>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </Card>
    );
  return (
    <Card>
      <Loading lines={lines} />
    </Card>
  );
}
