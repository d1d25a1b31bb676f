import { expect, test } from "vitest";
import { csvOf, stateOf } from "./code_table";

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
  expect(lines[0]).toBe("\uFEFFcode,link,candidate,question set,kind,state,good until");
  expect(lines[1]).toBe("ABCD2345,https://example.com/join#ABCD2345,,,Screening,Open,");
  expect(lines[2]).toContain(`"'=SUM(A1), ""x"""`);
});
