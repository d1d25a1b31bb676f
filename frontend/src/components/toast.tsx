/** Short messages at the edge of the screen. One with `undo` waits before the thing is done for good. */
import { CircleAlert, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { common as t } from "@/text";
import { Button } from "./button";

type Toast = { id: number; text: string; tone: "plain" | "error"; undo?: () => void };

const SECONDS = 6;
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(changed: readonly Toast[]): void {
  toasts = changed;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

export function toast(text: string, tone: Toast["tone"] = "plain"): void {
  const id = next++;
  set([...toasts, { id, text, tone }]);
  setTimeout(() => dismiss(id), SECONDS * 1000);
}

/** Shows `text` with Undo for some seconds; then `commit` is called, or `undo` if it was pressed. Leaving the page commits. */
export function toastWithUndo(text: string, { commit, undo }: { commit: () => void; undo: () => void }): void {
  const id = next++;
  const finish = (act: () => void) => () => {
    clearTimeout(timer);
    removeEventListener("pagehide", commitNow);
    dismiss(id);
    act();
  };
  const commitNow = finish(commit);
  const timer = setTimeout(commitNow, SECONDS * 1000);
  addEventListener("pagehide", commitNow);
  set([...toasts, { id, text, tone: "plain", undo: finish(undo) }]);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div role="status" aria-live="polite" className="fixed inset-x-4 bottom-20 z-50 sm:bottom-4 flex flex-col items-center gap-2 sm:left-auto sm:items-end">
      {shown.map((toast) => (
        <div key={toast.id} className="flex w-full max-w-sm items-center gap-3 rounded-card border border-edge bg-surface py-2 pr-2 pl-4 text-sm">
          {toast.tone === "error" && <CircleAlert aria-hidden className="size-5 shrink-0 text-rec" />}
          <span className="flex-1 py-1">{toast.text}</span>
          {toast.undo ? (
            <Button variant="ghost" size="sm" className="text-primary" onClick={toast.undo}>
              {t.undo}
            </Button>
          ) : (
            <Button variant="ghost" size="sm" aria-label={t.dismiss} onClick={() => dismiss(toast.id)}>
              <X aria-hidden className="size-4" />
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
