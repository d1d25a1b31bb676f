import { useState } from "react";
import { messageOf } from "./states";
import { toast, toastWithUndo } from "./toast";

/** Things of a list that are hidden at once and deleted after a while, unless somebody takes it back. */
export function useDeletion<T extends { id: string }>({ told, remove, after }: { told: (item: T) => string; remove: (item: T) => Promise<unknown>; after: () => Promise<unknown> }) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const show = (id: string) => setHidden((all) => new Set([...all].filter((one) => one !== id)));
  const hide = (item: T) => {
    const beside = focusBeside();
    setHidden((all) => new Set([...all, item.id]));
    toastWithUndo(told(item), {
      undo: () => {
        show(item.id);
        beside?.focus();
      },
      commit: () => {
        remove(item)
          .then(after)
          .catch((error: unknown) => {
            show(item.id);
            toast(messageOf(error), "error");
          });
      },
    });
  };
  return [hidden, hide] as const;
}

/** Moves the focus out of the row that goes: to the same button of the next or the last one, or else to the main part. */
function focusBeside(): HTMLElement | null {
  const row = document.activeElement?.closest("tr, li");
  const buttons = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelectorAll<HTMLElement>("button");
  const beside = buttons?.item(buttons.length - 1) ?? document.querySelector<HTMLElement>("main");
  beside?.focus();
  return beside;
}
