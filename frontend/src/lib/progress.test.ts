import { expect, test } from "vitest";
import { byWeek, inThisWeek, mondayOf, weakest } from "./progress";

test("a week begins on Monday, also seen from a Sunday", () => {
  expect(mondayOf(new Date(2026, 10, 29, 23)).getDate()).toBe(23);
  expect(mondayOf(new Date(2026, 10, 23)).getDate()).toBe(23);
});

test("only what was finished this week counts", () => {
  const now = new Date(2026, 10, 28, 12);
  const moments = [new Date(2026, 10, 23, 8), new Date(2026, 10, 22, 23), new Date(2026, 10, 28, 9)].map((moment) => moment.toISOString());
  expect(inThisWeek([...moments, null], now)).toBe(2);
});

test("the weakest measure is the lowest of those that are known", () => {
  expect(weakest({ relevance: 70, fluency: null, grammar: 55 })).toEqual({ name: "grammar", value: 55 });
  expect(weakest({ relevance: null })).toBeNull();
});

test("days are summed up by week", () => {
  const days = [
    { date: "2026-11-22", value: 2 },
    { date: "2026-11-23", value: 1 },
    { date: "2026-11-28", value: 4 },
    { date: null, value: 9 },
  ];
  expect(byWeek(days, 12, (monday) => String(monday.getDate()))).toEqual([
    { label: "16", value: 2 },
    { label: "23", value: 5 },
  ]);
});
