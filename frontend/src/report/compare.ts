/** What changed between two attempts at the same question: pure. */
import type { Schemas } from "@/api/client";

type Point = Pick<Schemas["PointOut"], "text" | "label">;
export type Comparison = { added: string[]; kept: string[]; lost: string[]; missing: string[] };

const counts = (point: Point | undefined) => point?.label === "mentioned" || point?.label === "said" || point?.label === "partly";

/** Points by what became of them from the earlier attempt to the later one. */
export function compare(earlier: readonly Point[], later: readonly Point[]): Comparison {
  const found: Comparison = { added: [], kept: [], lost: [], missing: [] };
  const before = new Map(earlier.map((point) => [point.text, point]));
  for (const point of later) {
    const [was, is] = [counts(before.get(point.text)), counts(point)];
    found[is ? (was ? "kept" : "added") : was ? "lost" : "missing"].push(point.text);
  }
  return found;
}
