import { useEffect, useRef } from "react";

/** Single keys that do something, except while somebody types or a control has the focus that takes the key itself. */
export function useKeys(keys: Record<string, () => unknown>, enabled: boolean): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    if (!enabled) return;
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (target.matches("input, textarea, select, [contenteditable]")) return;
      if (event.key === "Enter" && target.matches("button, a, summary")) return;
      const act = current.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [enabled]);
}
