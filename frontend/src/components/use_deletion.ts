import { useState } from "react";
import { messageOf } from "./states";
import { toast, toastWithUndo } from "./toast";

/** Things of a list that are hidden at once and deleted after a while, unless somebody takes it back. */
export function useDeletion<T extends { id: string }>({ told, remove, after }: { told: (item: T) => string; remove: (item: T) => Promise<unknown>; after: () => Promise<unknown> }) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const show = (id: string) => setHidden((all) => new Set([...all].filter((one) => one !== id)));
  const hide = (item: T) => {
    setHidden((all) => new Set([...all, item.id]));
    toastWithUndo(told(item), {
      undo: () => show(item.id),
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
