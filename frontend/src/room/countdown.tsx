import { useEffect, useState } from "react";
import { cn } from "@/lib/cn";
import { clock } from "@/lib/format";
import { room as t } from "@/text";

/** The time that is left for an answer. It is a guide: at the end it says so, and nothing is cut. */
export function Countdown({ deadline, overtime }: { deadline: number | null; overtime: boolean }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (deadline === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [deadline]);
  if (deadline === null) return null;
  const left = (deadline - now) / 1000;
  const up = overtime || left <= 0;
  return (
    <span title={t.timeHint} className={cn("tabular text-sm", up ? "text-caution" : "text-muted")}>
      {up ? t.timeUp : <><span className="max-lg:hidden">{t.timeGuide} </span><span role="timer" aria-label={t.timeLeft}>{clock(left + 0.999)}</span></>}
    </span>
  );
}
