import { expect, test } from "vitest";
import { compare } from "./compare";

const point = (text: string, label: "mentioned" | "partly" | "missing" | "contradicted") => ({ text, label });

test("points are sorted by what became of them", () => {
  const earlier = [point("a", "missing"), point("b", "mentioned"), point("c", "partly"), point("d", "missing"), point("e", "mentioned")];
  const later = [point("a", "mentioned"), point("b", "mentioned"), point("c", "missing"), point("d", "missing"), point("e", "contradicted")];
  expect(compare(earlier, later)).toEqual({ added: ["a"], kept: ["b"], lost: ["c", "e"], missing: ["d"] });
});
