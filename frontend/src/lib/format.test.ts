import { expect, test } from "vitest";
import { ago, bytes, clock, known, minutes, score } from "./format";

test("places in a recording", () => {
  expect([0, 5.9, 65.2, 3725].map(clock)).toEqual(["0:00", "0:05", "1:05", "1:02:05"]);
  expect(clock(-3)).toBe("0:00");
});

test("scores without decimals, and a dash where there is none", () => {
  expect([score(84.6), score(0), score(null), score(undefined)]).toEqual(["85", "0", "–", "–"]);
});

test("sizes and lengths in the unit that people use", () => {
  expect([bytes(512), bytes(1_400_000), bytes(25_000_000)]).toEqual(["512 B", "1.4 MB", "25 MB"]);
  expect([minutes(0.4), minutes(18.3), minutes(60), minutes(90)]).toEqual(["under 1 min", "18 min", "1 h", "1 h 30 min"]);
});

test("how long ago something was", () => {
  const now = Date.UTC(2026, 10, 28, 12);
  expect(ago("2026-11-28T11:59:40Z", now)).toBe("just now");
  expect(ago("2026-11-28T09:00:00Z", now)).toMatch(/3 hours ago/);
  expect(ago("2026-11-27T12:00:00Z", now)).toMatch(/yesterday/);
});

test("a browser whose language is no language gets English", () => {
  expect(known(["en-US@posix"])).toBe("en");
  expect(known(["en-US@posix", "de-CH", "fr"])).toBe("de-CH");
  expect(known([])).toBe("en");
});
