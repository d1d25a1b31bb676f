import { Link, type LinkProps } from "@tanstack/react-router";
import { CircleCheck, Copy, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { Badge, Card } from "@/components/page";

type Action = { run: () => void; busy?: boolean };
type Texts = { active: string; activate: string; duplicate: string; delete: string; of: (action: string, name: string) => string };

/** One of several things of which one is active: a question set, a prompt. What may not be done with it is left out. */
export function KeptCard({ name, link, active, about, facts, text, onActivate, onDuplicate, onDelete }: { name: string; link: Pick<LinkProps, "to" | "params">; active: boolean; about?: string; facts: ReactNode; text: Texts; onActivate?: Action; onDuplicate?: Action; onDelete?: () => void }) {
  return (
    <Card className="relative flex flex-wrap items-center gap-x-6 gap-y-3 hover:border-edge">
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
          <Link {...link} className="min-w-0 break-words after:absolute after:inset-0 after:rounded-card">
            {name}
          </Link>
          {active && <Badge tone="voice">{text.active}</Badge>}
        </h2>
        {about && <p className="mt-0.5 line-clamp-2 text-muted">{about}</p>}
        <p className="mt-1 text-sm text-muted">{facts}</p>
      </div>
      <div className="relative flex items-center gap-1 max-sm:-ml-3 empty:hidden">
        {onActivate && !active && (
          <Button variant="ghost" busy={onActivate.busy} aria-label={text.of(text.activate, name)} onClick={onActivate.run}>
            {!onActivate.busy && <CircleCheck aria-hidden className="size-4" />}
            {text.activate}
          </Button>
        )}
        {onDuplicate && (
          <Button variant="ghost" size="icon" busy={onDuplicate.busy} aria-label={text.of(text.duplicate, name)} title={text.duplicate} onClick={onDuplicate.run}>
            {!onDuplicate.busy && <Copy aria-hidden className="size-4" />}
          </Button>
        )}
        {onDelete && (
          <Button variant="ghost" size="icon" aria-label={text.of(text.delete, name)} title={text.delete} onClick={onDelete}>
            <Trash2 aria-hidden className="size-4" />
          </Button>
        )}
      </div>
    </Card>
  );
}
