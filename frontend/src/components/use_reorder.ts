import { type PointerEvent, useRef, useState } from "react";

/**
 * Items of a list that a finger or mouse moves by a handle. Each item carries `data-place`; the order changes while the
 * handle is dragged. For the keyboard a list has buttons beside it.
 */
export function useReorder(onMove: (from: number, to: number) => void) {
  const [dragged, setDragged] = useState<number | null>(null);
  const place = useRef<number | null>(null);
  const stop = () => {
    place.current = null;
    setDragged(null);
  };
  const handle = (at: number) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      place.current = at;
      setDragged(at);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const from = place.current;
      if (from === null) return;
      const list = event.currentTarget.closest("[data-reorder]");
      const to = [...(list?.querySelectorAll("[data-place]") ?? [])].findIndex((item) => {
        const { top, bottom } = item.getBoundingClientRect();
        return event.clientY >= top && event.clientY <= bottom;
      });
      if (to < 0 || to === from) return;
      place.current = to;
      setDragged(to);
      onMove(from, to);
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onLostPointerCapture: stop,
  });
  return { dragged, handle };
}
