import { expect, test } from "vitest";
import { csvOf, isLocal, namesOf, setOf, stateOf } from "./code_table";

const CODE = {
  id: "1",
  code: "ABCD2345",
  label: null,
  join_url: "https://example.com/join#ABCD2345",
  candidate_name: null,
  kind: "screening",
  question_set: null,
  session_id: null,
  session_status: null,
  is_used: false,
  is_expired: false,
  created_at: "2026-11-29T00:00:00Z",
  expires_at: null,
  entered_at: null,
} as const;

test("a code is as far as its interview, also when its time is over", () => {
  expect(stateOf(CODE)).toBe("open");
  expect(stateOf({ ...CODE, is_expired: true })).toBe("expired");
  const used = { is_used: true, is_expired: true } as const;
  expect(stateOf({ ...used, session_status: "questions_generated" })).toBe("in_progress");
  expect(stateOf({ ...used, session_status: "completed" })).toBe("finished");
  expect(stateOf({ ...used, session_status: null })).toBe("used");
});

test("a code says what it asks: its own set, the active one, or the bank", () => {
  expect(setOf({ ...CODE, question_set: { id: "2", name: "Backend", question_count: 3, answer_seconds: 360 } }, "For all")).toBe("Backend");
  expect(setOf(CODE, "For all")).toBe("For all (active set)");
  expect(setOf(CODE, undefined)).toBe("Questions from the bank");
  expect(setOf({ ...CODE, is_used: true }, "For all")).toBe("Questions from the bank"); // another was active then, or none
});

test("a table for spreadsheets runs nothing", () => {
  const lines = csvOf([CODE, { ...CODE, candidate_name: '=SUM(A1), "x"' }]).split("\r\n");
  expect(lines[0]).toBe("\uFEFFCode,Label,Link to send,Candidate,Question set,Type,Status,Expires");
  expect(lines[1]).toBe("ABCD2345,,https://example.com/join#ABCD2345,Anyone,Questions from the bank,Screening,Unused,");
  expect(lines[2]).toContain(`"'=SUM(A1), ""x"""`);
});

test("a code that lets nobody in has no link to send", () => {
  expect(csvOf([{ ...CODE, is_used: true }]).split("\r\n")[1]).toBe("ABCD2345,,,Anyone,Questions from the bank,Screening,Used,");
});

test("a list names the lines that are too long and the names that are repeated", () => {
  expect(namesOf(`Ada  Lovelace\n\n${"x".repeat(121)}\n ada lovelace \nBen`)).toEqual({ names: ["Ada  Lovelace", "x".repeat(121), "Ben"], long: [3], repeated: ["Ada  Lovelace"], addressed: [], nameless: [] });
});

test("a list that was pasted with addresses gives the names, however the two are put together", () => {
  for (const line of ["Aisha Rahman; aisha@x.de", "Aisha Rahman <aisha@x.de>", "aisha@x.de\tAisha Rahman", '"Aisha Rahman" (mailto:a.r+b@mail.x.de)', "Aisha Rahman, aisha@x.de\r", "Aisha;Rahman;aisha@x.de;"])
    expect(namesOf(line), line).toMatchObject({ names: ["Aisha Rahman"], addressed: ["Aisha Rahman"], nameless: [] });
  expect(namesOf("Rahman, Aisha, aisha@x.de").names).toEqual(["Rahman, Aisha"]);
  expect(namesOf("Ben\n ben@x.de;\nD'Arcy (Acme)")).toMatchObject({ names: ["Ben", "D'Arcy (Acme)"], addressed: [], nameless: [2] });
});

test("times in the table have no fractions, and links to this computer are known", () => {
  expect(csvOf([{ ...CODE, expires_at: "2026-12-06T01:02:03.123456Z" }])).toContain(",2026-12-06T01:02:03Z");
  expect(["http://localhost:8000/join#A", "http://127.0.0.1/join", "https://example.com/join"].map(isLocal)).toEqual([true, true, false]);
});
