import { useLayoutEffect, useRef } from "react";

/**
 * Keys that do something, except while somebody types or a control has the focus that takes the key itself. With Ctrl
 * (or Cmd) a key is named "Ctrl+Enter".
 */
export function useKeys(keys: Record<string, () => unknown>, enabled: boolean): void {
  const current = useRef(keys);
  current.current = keys;
  useLayoutEffect(() => {
    if (!enabled) return;
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const withControl = event.ctrlKey || event.metaKey;
      if (event.altKey || event.repeat) return;
      if (target.matches("input, textarea, select, [contenteditable]")) return;
      if (event.key === "Enter" && !withControl && target.matches("button, a, summary")) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const act = current.current[withControl ? `Ctrl+${key}` : key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [enabled]);
}
