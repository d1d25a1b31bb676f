import { expect, test } from "vitest";
import { AfterBreak } from "./after_break";
import { RATE } from "./protocol";

const piece = (seconds: number) => new Int16Array(RATE * seconds);
const seconds = (pieces: readonly Int16Array[]) => pieces.reduce((sum, one) => sum + one.length, 0) / RATE;

test("without a break all sound is passed on at once", () => {
  expect(seconds(new AfterBreak().pass(piece(0.1), false))).toBe(0.1);
});

test("silence after a break is left out but for a little before the first word", () => {
  const sound = new AfterBreak();
  sound.begin();
  for (let at = 0; at < 40; at++) expect(sound.pass(piece(0.1), false)).toEqual([]);
  expect(seconds(sound.pass(piece(0.1), true))).toBeCloseTo(0.6);
  expect(seconds(sound.pass(piece(0.1), false))).toBe(0.1);
});

test("a voice too low to be noticed is only late", () => {
  const sound = new AfterBreak();
  sound.begin();
  let passed = 0;
  for (let at = 0; at < 100; at++) passed += seconds(sound.pass(piece(0.1), false));
  expect(passed + seconds(sound.end())).toBeCloseTo(10);
});
