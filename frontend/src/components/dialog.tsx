import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { common as t } from "@/text";
import { cn } from "@/lib/cn";
import { Button } from "./button";

/** What is filled in first; a dialog without fields begins at its heading. */
const FIRST = ":is(input:not([type=hidden],[type=radio]:not(:checked)), textarea, select):not([disabled], [readonly])";

/**
 * A dialog of the browser's own: it keeps the focus, closes with Escape, and what is behind cannot be reached. Under a new
 * `title` there is something else in it, which is read from the top when what had the focus is gone.
 */
export function Dialog({ open, onClose, title, children, className }: { open: boolean; onClose: () => void; title: string; children: ReactNode; className?: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) {
      element.showModal();
      (element.querySelector<HTMLElement>(FIRST) ?? element.querySelector<HTMLElement>("h2"))?.focus();
    }
    if (!open && element?.open) element.close();
  }, [open]);
  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.contains(document.activeElement)) element.querySelector<HTMLElement>("h2")?.focus();
  }, [open, title]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className={cn("w-[min(30rem,calc(100vw-2rem))] rounded-card border border-line bg-surface p-0", className)}
    >
      {open && (
        <div className="p-6">
          <div className="flex items-start justify-between gap-4">
            <h2 id={id} tabIndex={-1} className="text-lg font-semibold outline-none">
              {title}
            </h2>
            <Button variant="ghost" size="icon" aria-label={t.close} onClick={onClose} className="-mt-2 -mr-2">
              <X aria-hidden className="size-5" />
            </Button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

/** Asks before something that cannot be taken back. Where to `keep` things is what most want, that button is the main one. */
export function Confirm({ open, onClose, onConfirm, title, text, action, cancel = t.cancel, keep, danger, disabled, busy }: { open: boolean; onClose: () => void; onConfirm: () => void; title: string; text: ReactNode; action: string; cancel?: string; keep?: boolean; danger?: boolean; disabled?: boolean; busy?: boolean }) {
  const buttons = [
    <Button key="cancel" variant={keep ? "primary" : "outline"} onClick={onClose}>
      {cancel}
    </Button>,
    <Button key="confirm" variant={danger ? "danger" : keep ? "outline" : "primary"} disabled={disabled} busy={busy} onClick={onConfirm}>
      {action}
    </Button>,
  ];
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <div className="mt-2 text-muted">{text}</div>
      <div className="mt-6 flex flex-wrap justify-end gap-3">{keep ? buttons.reverse() : buttons}</div>
    </Dialog>
  );
}
