import { expect, test } from "vitest";
import { inside } from "./inside";

test("after signing in nobody is led to another site", () => {
  expect(inside("/sessions/1?page=2")).toBe("/sessions/1?page=2");
  for (const path of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", 7, undefined]) expect(inside(path)).toBeUndefined();
});
