import { describe, expect, test } from "vitest";
import { captionsOf, hasWords, initialRoom, openQuestions, reduce, type RoomAction, type RoomState, stateWord, takesSound } from "./machine";
import type { Question, ServerEvent } from "./protocol";

const NOW = Date.UTC(2026, 10, 28, 12);
const question = (id: string, changes: Partial<Question> = {}): Question => ({
  id,
  number: 1,
  text: `Question ${id}?`,
  category: "behavioral",
  time_limit: 120,
  deadline: new Date(NOW + 120_000).toISOString(),
  follow_up_of: null,
  ...changes,
});
const ready = (asked: Question | null, state: "asking" | "listening" = "asking"): ServerEvent => ({
  type: "ready",
  session_id: "s",
  engine: "whisper",
  plan: { questions: 3, follow_ups: 3 },
  question: asked,
  next_sample: 0,
  sample_rate: 16_000,
  state,
  protocol: 1,
});
const partial = (segment: number, stable: string, unstable: string): ServerEvent => ({ type: "partial", segment, revision: 1, stable, unstable });
const final = (segment: number, text: string): ServerEvent => ({ type: "final", segment, text, start: 0, end: 1, words: [], confidence: 1, engine: "whisper" });
const status = (state: "asking" | "listening" | "processing" | "paused" | "ended"): ServerEvent => ({ type: "status", state });

function room(...steps: (ServerEvent | RoomAction)[]): RoomState {
  return steps.reduce<RoomState>(
    (state, step) => reduce(state, "event" in step || ["link", "playing", "mute", "captions", "closing", "typing"].includes(step.type) ? (step as RoomAction) : { type: "server", event: step as ServerEvent, at: NOW }),
    initialRoom({ typing: false, captions: true }),
  );
}

describe("captions", () => {
  test("finals stay in order, and the present words follow them", () => {
    expect(captionsOf(room(ready(question("a")), final(1, "And fixed it."), final(0, "I found a leak."), partial(2, "Then we", "ship")))).toEqual({ kept: "I found a leak. And fixed it.", changing: "Then we ship" });
  });
  test("a final takes the place of its partial, and an empty one takes it back", () => {
    expect(captionsOf(room(ready(question("a")), partial(0, "I fount", "a"), final(0, "I found a")))).toEqual({ kept: "I found a", changing: "" });
    expect(captionsOf(room(ready(question("a")), partial(0, "thank", "you"), final(0, "")))).toEqual({ kept: "", changing: "" });
  });
  test("there are words as soon as one is recognised, and none once it is taken back", () => {
    const asked = [ready(question("a")), status("listening")];
    expect(hasWords(room(...asked))).toBe(false);
    expect(hasWords(room(...asked, partial(0, "", "I")))).toBe(true);
    expect(hasWords(room(...asked, final(0, "I found a")))).toBe(true);
    expect(hasWords(room(...asked, partial(0, "thank", "you"), final(0, "")))).toBe(false);
  });
  test("a late partial of a finished segment is nothing new", () => {
    expect(captionsOf(room(ready(question("a")), final(0, "Done."), partial(0, "Don", "e"))).changing).toBe("");
  });
  test("finals that come again after a break are shown once, those of another question not at all", () => {
    const before = [ready(question("a"), "listening"), final(0, "One.")];
    expect(captionsOf(room(...before, { type: "link", link: "reconnecting" }, ready(question("a"), "listening"), final(0, "One."))).kept).toBe("One.");
    expect(captionsOf(room(...before, { ...question("b"), type: "question" })).kept).toBe("");
  });
});

describe("sound", () => {
  test("belongs to an answer while the server listens and nothing is played, also during a break", () => {
    const listening = room(ready(question("a")), status("listening"));
    expect(takesSound(listening)).toBe(true);
    expect(takesSound(reduce(listening, { type: "link", link: "reconnecting" }))).toBe(true);
  });
  test.each<RoomAction>([{ type: "playing", playing: true }, { type: "mute" }, { type: "typing", typing: true }, { type: "closing" }, { type: "link", link: "elsewhere" }])("does not with %o", (action) => {
    expect(takesSound(room(ready(question("a")), status("listening"), action))).toBe(false);
  });
  test("is taken again for the next question after an answer was closed", () => {
    expect(takesSound(room(ready(question("a")), status("listening"), { type: "closing" }, status("processing"), { ...question("b"), type: "question" }, status("listening")))).toBe(true);
  });
});

describe("the word for what happens", () => {
  test.each<[string, ...(ServerEvent | RoomAction)[]]>([
    ["connecting"],
    ["asking", ready(question("a"))],
    ["listening", ready(question("a")), status("listening")],
    ["asking", ready(question("a")), status("listening"), { type: "playing", playing: true }],
    ["muted", ready(question("a")), status("listening"), { type: "mute" }],
    ["typing", ready(question("a")), status("listening"), { type: "typing", typing: true }],
    ["thinking", ready(question("a")), status("listening"), { type: "closing" }],
    ["paused", ready(question("a")), status("paused")],
    ["reconnecting", ready(question("a")), { type: "link", link: "reconnecting" }],
    ["ended", ready(question("a")), { type: "ended", session_id: "s" }],
  ])("is %s", (word, ...steps) => {
    expect(stateWord(room(...steps), false)).toBe(word);
  });
  test("says that somebody is heard only while sound is taken", () => {
    expect(stateWord(room(ready(question("a")), status("listening")), true)).toBe("speaking");
    expect(stateWord(room(ready(question("a")), status("paused")), true)).toBe("paused");
  });
});

describe("the time that is left", () => {
  test("follows the server's deadline", () => {
    expect(room(ready(question("a"))).deadline).toBe(NOW + 120_000);
  });
  test("starts from the limit where the clocks of both differ much", () => {
    expect(room(ready(question("a", { deadline: new Date(NOW + 7_200_000).toISOString() }))).deadline).toBe(NOW + 120_000);
    expect(room(ready(question("a", { deadline: new Date(NOW - 7_200_000).toISOString() }))).deadline).toBe(NOW + 120_000);
  });
  test("stands still in a pause, and goes on with the new deadline", () => {
    const paused = room(ready(question("a")), status("paused"));
    expect(paused.deadline).toBeNull();
    const later = reduce(paused, { type: "server", event: { ...question("a", { deadline: new Date(NOW + 90_000).toISOString() }), type: "question" }, at: NOW });
    expect(later.deadline).toBe(NOW + 90_000);
  });
});

test("an answer that ends soon does not once somebody speaks, presses the button, or the next question comes", () => {
  const warned = (code: "still_there" | "answer_goes_on"): ServerEvent => ({ type: "warning", code, message: "" });
  const silent = [ready(question("a")), status("listening"), warned("still_there")];
  expect(room(...silent).endsSoon).toBe(true);
  for (const step of [warned("answer_goes_on"), { type: "closing" } as RoomAction, status("paused"), { ...question("b"), type: "question" } as ServerEvent]) expect(room(...silent, step).endsSoon).toBe(false);
});

test("follow-ups are not counted among the questions that are open", () => {
  const second = { ...question("b", { number: 2 }), type: "question" } as const;
  expect(openQuestions(room(ready(question("a"))))).toBe(3);
  expect(openQuestions(room(ready(question("a")), second))).toBe(2);
  expect(openQuestions(room(ready(question("a")), second, { ...question("c", { number: 2, follow_up_of: "b" }), type: "question" }))).toBe(1);
});

test("a follow-up is a new question of the same number", () => {
  const followed = room(ready(question("a")), final(0, "We shipped."), { ...question("b", { follow_up_of: "a" }), type: "question" });
  expect([followed.question?.follow_up_of, followed.question?.number, captionsOf(followed).kept]).toEqual(["a", 1, ""]);
});
