import { expect, test } from "vitest";
import { problemsOf } from "./form";

const input = (name: string, value: string, more = {}) => ({ name, value, minLength: -1, validity: { valueMissing: value === "", typeMismatch: false }, ...more });

test("all fields that are wrong are told at once", () => {
  const found = problemsOf([input("full_name", ""), input("email", "ada", { validity: { valueMissing: false, typeMismatch: true } }), input("password", "short", { minLength: 8 }), input("fine", "words")]);
  expect(Object.keys(found)).toEqual(["full_name", "email", "password"]);
});
