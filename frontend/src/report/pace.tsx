import { report as t } from "@/text";
import { useWidth } from "@/components/charts";
import { clock } from "@/lib/format";
import { paceOf, type Word } from "./words";

const [SLOW, FAST, TOP] = [120, 170, 260];
const [HEIGHT, LEFT, BOTTOM] = [120, 34, 20];

/** Words a minute over the answer, with the band that most listeners find comfortable. `average` is as it was judged. */
export function Pace({ words, average }: { words: readonly Word[]; average: number | null }) {
  const [svg, width] = useWidth<SVGSVGElement>();
  const windows = paceOf(words);
  const end = windows.at(-1)?.to;
  if (average === null || end === undefined || windows.length < 2) return null;
  const x = (seconds: number) => LEFT + (seconds / end) * (width - LEFT);
  const y = (pace: number) => (1 - Math.min(pace, TOP) / TOP) * (HEIGHT - BOTTOM);
  return (
    <figure className="flex flex-col gap-2">
      <figcaption className="text-sm">
        <h4 className="font-semibold">{t.pace}</h4>
        <p className="text-muted">{t.paceOf(average)}</p>
      </figcaption>
      <svg role="img" aria-label={windows.map((window) => `${clock(window.from)}: ${Math.round(window.pace)}`).join(", ")} ref={svg} viewBox={`0 0 ${width} ${HEIGHT}`} height={HEIGHT} className="w-full max-w-2xl">
        <rect x={LEFT} y={y(FAST)} width={width - LEFT} height={y(SLOW) - y(FAST)} className="fill-voice-soft" />
        {[SLOW, FAST].map((pace) => (
          <text key={pace} x={LEFT - 6} y={y(pace) + 4} textAnchor="end" fontSize="12" className="tabular fill-muted">
            {pace}
          </text>
        ))}
        {windows.map((window) => (
          <line key={window.from} x1={x(window.from) + 2} x2={x(window.to) - 2} y1={y(window.pace)} y2={y(window.pace)} strokeWidth="3" strokeLinecap="round" className="stroke-primary" />
        ))}
        <text x={LEFT} y={HEIGHT - 4} fontSize="12" className="tabular fill-muted">
          0:00
        </text>
        <text x={width} y={HEIGHT - 4} textAnchor="end" fontSize="12" className="tabular fill-muted">
          {clock(end)}
        </text>
      </svg>
    </figure>
  );
}
