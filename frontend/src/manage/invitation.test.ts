import { expect, test } from "vitest";
import { invitationOf } from "./invitation";

const CODE = { candidate_name: "Ada", join_url: "https://example.com/join#ABCD2345", code: "ABCD2345", expires_at: "2026-12-06T13:30:00Z", question_set: null };
const lengthOf = (count: number, seconds: number) => ({ id: "1", name: "Backend", question_count: count, answer_seconds: seconds });

test("an invitation says until when in which time zone, how long it takes and that writing is fine", () => {
  const text = invitationOf({ ...CODE, question_set: lengthOf(3, 400) }, lengthOf(9, 9000));
  expect(text).toMatch(/until [^:]*2026[^:]*:[0-9]{2}.* (UTC|GMT|[A-Z]{2,5})[+\-:\d]*:/);
  expect(text).toContain("There are 3 questions. The suggested answer time is 7 min in all.");
  expect(text).toContain("or write them");
});

test("without a set of its own a code asks the active one, and the bank's questions have no length yet", () => {
  expect(invitationOf(CODE, lengthOf(1, 90))).toContain("There is 1 question. The suggested answer time is 2 min.");
  expect(invitationOf({ ...CODE, expires_at: null }, null)).not.toMatch(/question|until/);
});
