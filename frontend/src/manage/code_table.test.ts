import { expect, test } from "vitest";
import { csvOf, isLocal, namesOf, stateOf } from "./code_table";

const CODE = {
  id: "1",
  code: "ABCD2345",
  join_url: "https://example.com/join#ABCD2345",
  candidate_name: null,
  kind: "screening",
  question_set: null,
  session_id: null,
  is_used: false,
  is_expired: false,
  created_at: "2026-11-29T00:00:00Z",
  expires_at: null,
  entered_at: null,
} as const;

test("a code that was used counts as used, also when its time is over", () => {
  expect(stateOf(CODE)).toBe("open");
  expect(stateOf({ is_used: false, is_expired: true })).toBe("expired");
  expect(stateOf({ is_used: true, is_expired: true })).toBe("used");
});

test("a table for spreadsheets runs nothing", () => {
  const lines = csvOf([CODE, { ...CODE, candidate_name: '=SUM(A1), "x"' }]).split("\r\n");
  expect(lines[0]).toBe("\uFEFFCode,Link to send,Candidate,Question set,Type,Status,Expires");
  expect(lines[1]).toBe("ABCD2345,https://example.com/join#ABCD2345,Anyone,Active set,Screening,Open,");
  expect(lines[2]).toContain(`"'=SUM(A1), ""x"""`);
});

test("a code that lets nobody in has no link to send", () => {
  expect(csvOf([{ ...CODE, is_used: true }]).split("\r\n")[1]).toBe("ABCD2345,,Anyone,Active set,Screening,Used,");
});

test("a list names the lines that are too long and the names that are repeated", () => {
  expect(namesOf(`Ada\n\n${"x".repeat(121)}\n Ada `)).toEqual({ names: ["Ada", "x".repeat(121)], long: [3], repeated: ["Ada"] });
});

test("times in the table have no fractions, and links to this computer are known", () => {
  expect(csvOf([{ ...CODE, expires_at: "2026-12-06T01:02:03.123456Z" }])).toContain(",2026-12-06T01:02:03Z");
  expect(["http://localhost:8000/join#A", "http://127.0.0.1/join", "https://example.com/join"].map(isLocal)).toEqual([true, true, false]);
});
