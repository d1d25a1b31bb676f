/** Charts as plain SVG with a text alternative; colours are those of the theme. */
import { useId, useLayoutEffect, useState } from "react";
import { score } from "@/lib/format";

export type Axis = { label: string; value: number; before?: number | null };

/** Measures around a centre, 0 to 100; what was before is dashed. */
export function Radar({ axes, title }: { axes: readonly Axis[]; title: string }) {
  const id = useId();
  const [middle, radius] = [160, 104];
  const angle = (place: number) => (2 * Math.PI * (place - 0.5)) / axes.length - Math.PI / 2; // no axis points sideways, where a label has no room
  const point = (place: number, value: number) => [middle + (radius * value * Math.cos(angle(place))) / 100, middle + (radius * value * Math.sin(angle(place))) / 100] as const;
  const shape = (value: (axis: Axis) => number) => axes.map((axis, place) => point(place, value(axis)).map((x) => x.toFixed(1)).join(",")).join(" ");
  const hasBefore = axes.some((axis) => axis.before != null);
  return (
    <svg role="img" aria-labelledby={id} viewBox={`-16 44 352 ${axes.length % 2 ? 252 : 232}`} className="w-full max-w-md">
      <title id={id}>{`${title}: ${axes.map((axis) => `${axis.label} ${score(axis.value)}`).join(", ")}`}</title>
      {[25, 50, 75, 100].map((ring) => (
        <polygon key={ring} points={shape(() => ring)} fill="none" className="stroke-line" />
      ))}
      {hasBefore && <polygon points={shape((axis) => axis.before ?? 0)} fill="none" strokeDasharray="4 4" strokeWidth="1.5" className="stroke-muted" />}
      <polygon points={shape((axis) => axis.value)} fillOpacity="0.14" strokeWidth="2" strokeLinejoin="round" className="fill-primary stroke-primary" />
      {axes.map((axis, place) => {
        const [x, y] = point(place, 122);
        const [dotX, dotY] = point(place, axis.value);
        return (
          <g key={axis.label}>
            <circle cx={dotX} cy={dotY} r="3.5" className="fill-primary" />
            <text x={x} y={y + 4} fontSize="13" textAnchor="middle" className="fill-ink">
              {axis.label} <tspan className="tabular fill-muted">{score(axis.value)}</tspan>
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The width of an element in pixels, so that text in a chart keeps its size. */
export function useWidth<T extends Element>(first = 640) {
  const [element, setElement] = useState<T | null>(null);
  const [width, setWidth] = useState(first);
  useLayoutEffect(() => {
    if (!element) return;
    setWidth(Math.max(240, element.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width] as const;
}

/** Scores one after the other, 0 to 100. */
export function Trend({ points, title, height = 200 }: { points: readonly { label: string; value: number }[]; title: string; height?: number }) {
  const [svg, width] = useWidth<SVGSVGElement>();
  const [left, bottom, top] = [34, 24, 10];
  const x = (place: number) => left + 12 + (points.length < 2 ? 0.5 : place / (points.length - 1)) * (width - left - 24);
  const y = (value: number) => top + (1 - value / 100) * (height - top - bottom);
  const [first, last] = [points[0], points.at(-1)];
  return (
    <svg role="img" aria-label={`${title}: ${points.map((point) => `${point.label} ${score(point.value)}`).join(", ")}`} ref={svg} viewBox={`0 0 ${width} ${height}`} height={height} className="w-full">
      {[0, 50, 100].map((value) => (
        <g key={value}>
          <line x1={left} x2={width} y1={y(value)} y2={y(value)} className="stroke-line" />
          <text x={left - 8} y={y(value) + 4} fontSize="12" textAnchor="end" className="tabular fill-muted">
            {value}
          </text>
        </g>
      ))}
      <polyline fill="none" strokeWidth="2" strokeLinejoin="round" points={points.map((point, place) => `${x(place)},${y(point.value)}`).join(" ")} className="stroke-primary" />
      {points.map((point, place) => (
        <circle key={`${place}-${point.label}`} cx={x(place)} cy={y(point.value)} r={points.length > 40 ? 2 : 4} strokeWidth="2" className="fill-surface stroke-primary">
          <title>{`${point.label}: ${score(point.value)}`}</title>
        </circle>
      ))}
      {first && (
        <text x={points.length < 2 ? x(0) : left} y={height - 4} fontSize="12" textAnchor={points.length < 2 ? "middle" : "start"} className="fill-muted">
          {first.label}
        </text>
      )}
      {last && points.length > 1 && (
        <text x={width} y={height - 4} fontSize="12" textAnchor="end" className="fill-muted">
          {last.label}
        </text>
      )}
    </svg>
  );
}

/** Amounts side by side, such as answers a week. */
export function Columns({ points, title, height = 120 }: { points: readonly { label: string; value: number }[]; title: string; height?: number }) {
  const [svg, width] = useWidth<SVGSVGElement>();
  const bottom = 22;
  const most = Math.max(1, ...points.map((point) => point.value));
  const step = width / Math.max(1, points.length);
  const every = Math.ceil(52 / step); // labels that have room
  return (
    <svg role="img" aria-label={`${title}: ${points.map((point) => `${point.label} ${point.value}`).join(", ")}`} ref={svg} viewBox={`0 0 ${width} ${height}`} height={height} className="w-full">
      {points.map((point, place) => {
        const tall = Math.max(2, (point.value / most) * (height - bottom - 16));
        return (
          <g key={point.label}>
            <rect x={place * step + step * 0.2} width={step * 0.6} y={height - bottom - tall} height={tall} rx="3" className={point.value ? "fill-primary" : "fill-line"} />
            {point.value > 0 && (
              <text x={place * step + step / 2} y={height - bottom - tall - 5} fontSize="12" textAnchor="middle" className="tabular fill-muted">
                {point.value}
              </text>
            )}
            {step * every >= 52 && (points.length - 1 - place) % every === 0 && (
              <text x={Math.min(place * step + step / 2, width - 22)} y={height - 5} fontSize="12" textAnchor="middle" className="fill-muted">
                {point.label}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
