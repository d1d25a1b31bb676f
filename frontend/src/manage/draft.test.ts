import { expect, test } from "vitest";
import { bodyOf, copyName, isSame, linesOf, minutesOf, moved, question } from "./draft";

test("an item moves to its place, and nothing moves over the ends", () => {
  expect(moved(["a", "b", "c", "d"], 0, 2)).toEqual(["b", "c", "a", "d"]);
  expect(moved(["a", "b", "c", "d"], 3, 1)).toEqual(["a", "d", "b", "c"]);
  for (const [from, to] of [[0, -1], [3, 4], [7, 0], [1, 1]] as const) expect(moved(["a", "b", "c", "d"], from, to)).toEqual(["a", "b", "c", "d"]);
});

test("a draft is unsaved when something changed that the server keeps", () => {
  const one = { name: "Set", description: "", questions: [question({ id: "1", text: "Why?" }), question({ id: "2", text: "How?" })] };
  expect(isSame(one, { ...one, name: " Set ", questions: one.questions.map((each) => question(each)) })).toBe(true);
  expect(isSame(one, { ...one, questions: moved(one.questions, 0, 1) })).toBe(false);
  expect(isSame(one, { ...one, questions: one.questions.map((each) => ({ ...each, hints: ["Think"] })) })).toBe(false);
  expect(Object.keys(bodyOf(one).questions[0] ?? {})).not.toContain("key");
});

test("lines and minutes", () => {
  expect(linesOf(" a \n\n b\r\n")).toEqual(["a", "b"]);
  expect(minutesOf([{ time_limit: 90 }, { time_limit: 60 }])).toBe(3);
});

test("a copy gets a name that no set has, and that is not too long", () => {
  expect(copyName("Nurses", ["Nurses"])).toBe("Copy of Nurses");
  expect(copyName("Nurses", ["Nurses", "copy of  nurses", "Copy of Nurses 3"])).toBe("Copy of Nurses 2");
  const long = "x".repeat(200);
  expect(copyName(long, [copyName(long, [])])).toMatch(/^Copy of x{190} 2$/);
});
