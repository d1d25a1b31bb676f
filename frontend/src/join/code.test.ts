import { expect, test } from "vitest";
import { codeOf, grouped, wrongWith } from "./code";

test("capitals, spaces and dashes do not matter", () => {
  expect(codeOf(" abcd-23 45 ")).toBe("ABCD2345");
  expect([grouped("abc"), grouped("abcd2345")]).toEqual(["ABC", "ABCD 2345"]);
});

test("letters that no code has are told before anybody is asked", () => {
  expect(wrongWith("ABCO 2345")).toEqual({ letters: ["O"] });
  expect(wrongWith("ABC0 234i")).toEqual({ letters: ["0", "I"] });
  expect([wrongWith("ABCD 234"), wrongWith("abcd 2345")]).toEqual(["length", null]);
});
