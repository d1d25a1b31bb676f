import { useEffect, useRef } from "react";
import { cn } from "@/lib/cn";
import type { Microphone } from "./microphone";

const BARS = 40;
const STILL = { transform: "scaleY(0.06)" };
const EMPTY = { transform: "scaleX(0)" };

/** The sound of the last seconds as bars. Drawn past React, 25 times a second. */
export function Waveform({ microphone, active, className }: { microphone: Microphone | null; active: boolean; className?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef(active);
  shown.current = active;
  useEffect(() => {
    const levels = new Array<number>(BARS).fill(0);
    return microphone?.listen((_, rms) => {
      levels.push(shown.current ? rms : 0);
      levels.shift();
      const bars = box.current?.children ?? [];
      for (let place = 0; place < bars.length; place++) {
        (bars[place] as HTMLElement).style.transform = `scaleY(${Math.max(0.06, Math.min(1, (levels[place] ?? 0) * 7))})`;
      }
    });
  }, [microphone]);
  return (
    <div ref={box} aria-hidden className={cn("flex h-14 items-center justify-center gap-[3px]", className)}>
      {Array.from({ length: BARS }, (_, place) => (
        <span key={place} className={cn("h-full w-1 rounded-full", active ? "bg-voice" : "bg-edge")} style={STILL} />
      ))}
    </div>
  );
}

/** How loud it is now, as a bar. */
export function Meter({ microphone, label, onHeard }: { microphone: Microphone; label: string; onHeard?: () => void }) {
  const bar = useRef<HTMLDivElement>(null);
  const heard = useRef(onHeard);
  heard.current = onHeard;
  useEffect(() => {
    let loud = 0;
    return microphone.listen((_, rms) => {
      if (bar.current) bar.current.style.transform = `scaleX(${Math.min(1, rms * 6)})`;
      loud = rms > 0.015 ? loud + 1 : loud;
      if (loud === 5) heard.current?.();
    });
  }, [microphone]);
  return (
    <div role="img" aria-label={label} className="h-3 overflow-hidden rounded-full bg-sunken">
      <div ref={bar} className="h-full origin-left rounded-full bg-voice" style={EMPTY} />
    </div>
  );
}
