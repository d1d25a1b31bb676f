import { describe, expect, test } from "vitest";
import { isQuoted, paceOf, wordAt, wordsOf } from "./words";

const spoken = (...words: [string, number, number][]) => words.map(([word, start, end]) => ({ word, start, end, probability: 1 }));

describe("words of an answer", () => {
  test("have the times at which they were said, whatever signs stand around them", () => {
    const words = wordsOf("Well, I fixed it.", spoken(["well", 0, 0.3], ["I", 0.4, 0.5], ["fixed", 0.5, 0.9], ["it", 0.9, 1]));
    expect(words.map((word) => [word.text, word.start])).toEqual([["Well,", 0], ["I", 0.4], ["fixed", 0.5], ["it.", 0.9]]);
  });
  test("keep their times after a correction, and a corrected word has none", () => {
    const words = wordsOf("I used Kubernetes for that", spoken(["I", 0, 0.1], ["used", 0.2, 0.4], ["cooper", 0.5, 0.8], ["netties", 0.8, 1], ["for", 1.1, 1.2], ["that", 1.3, 1.5]));
    expect(words.map((word) => word.start)).toEqual([0, 0.2, null, 1.1, 1.3]);
  });
  test("show fillers and long pauses", () => {
    const words = wordsOf("So um we waited", spoken(["So", 0, 0.2], ["um", 0.3, 0.6], ["we", 3.4, 3.5], ["waited", 3.6, 4]));
    expect(words.map((word) => word.isFiller)).toEqual([false, true, false, false]);
    expect(words.map((word) => word.pauseBefore > 0)).toEqual([false, false, true, false]);
  });
  test("without sound stand alone", () => {
    expect(wordsOf("I typed this", []).every((word) => word.start === null)).toBe(true);
    expect(wordsOf("", [])).toEqual([]);
  });
});

test("a quote covers the words it overlaps", () => {
  const words = wordsOf("one two three", []);
  expect(words.map((word) => isQuoted(word, [{ begin: 4, end: 7 }]))).toEqual([false, true, false]);
});

test("the word that is said at a time", () => {
  const words = wordsOf("a b c", spoken(["a", 0, 0.5], ["b", 1, 1.5], ["c", 5, 5.5]));
  expect([0.2, 1.2, 2, 4, 5.1].map((seconds) => wordAt(words, seconds))).toEqual([0, 1, 1, -1, 2]);
});

test("pace is counted in windows and without fillers", () => {
  const words = wordsOf(Array(30).fill("word").join(" "), spoken(...Array.from({ length: 30 }, (_, place): [string, number, number] => ["word", place / 2, place / 2 + 0.4])));
  expect(paceOf(words).map((window) => Math.round(window.pace))).toEqual([120, 122]);
  expect(paceOf(wordsOf("typed words only and more", []))).toEqual([]);
});
