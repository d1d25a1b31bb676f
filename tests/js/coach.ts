// A whole interview with the coach's face by a generated client: strict types, no cast.
// usage: node coach.js http://127.0.0.1:8000 answer.wav
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];

const [baseUrl = ""] = process.argv.slice(2);
const ANSWER = "I split the work into steps, measured each with a profiler, and cut the time from 20 to 2 seconds in a week.";
const api = createClient<paths>({ baseUrl });

/** The body of a call that must succeed. */
function done<T>(result: { data?: T; error?: Schemas["ErrorReply"] | undefined }): NonNullable<T> {
  if (result.data !== undefined && result.data !== null) return result.data;
  throw new Error(result.error?.error);
}

/** Answer a question; returns the follow-up that is asked for what was left out. */
async function answer(interviewId: number, questionId: number): Promise<number | undefined> {
  const body = { interviewId, questionId, answer: ANSWER, timeSpent: 45 };
  return done(await api.POST("/api/submit-answer-enhanced", { body })).followup?.questionId;
}

const person = { email: "typed@example.com", password: "SecurePass123!" };
const registered = done(await api.POST("/api/register", { body: { ...person, name: "A Person" } }));
const tokens = done(await api.POST("/api/login", { body: person }));
const renewed = done(await api.POST("/api/refresh", { body: { refresh_token: tokens.refresh_token } }));
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${renewed.access_token}`);
    return request;
  },
});

const started = done(await api.POST("/api/start-role-interview", { body: { jobRole: "Backend Developer" } }));
let followUps = 0;
for (const question of started.questions) {
  let next = await answer(started.interview_id, question.id);
  for (; next !== undefined; next = await answer(started.interview_id, next)) followUps += 1;
}
const completed = done(
  await api.POST("/api/complete-interview", { body: { interviewId: started.interview_id } }),
);
const path = { interview_id: started.interview_id };
const feedback = done(await api.GET("/api/personalized-feedback/{interview_id}", { params: { path } }));
const results = done(await api.GET("/api/interview-results/{interview_id}", { params: { path } }));

const job = { jobRole: "Backend Developer" };
const suggested = done(await api.POST("/api/suggest-rounds", { body: job })).suggested_rounds.slice(0, 2);
const selectedRounds = suggested.map((found) => ({ ...found, question_count: 1 }));
const rounds = done(await api.POST("/api/start-multi-round-interview", { body: { ...job, selectedRounds } }));
const next: (string | null)[] = [];
for (const round_id of rounds.round_ids) {
  const opened = done(await api.POST("/api/start-round/{round_id}", { params: { path: { round_id } } }));
  for (const question of opened.questions) await answer(rounds.interview_id, question.id);
  const closed = done(await api.POST("/api/complete-round/{round_id}", { params: { path: { round_id } } }));
  next.push(closed.next_round?.name ?? null);
}
const wrong = await api.GET("/api/interview-results/{interview_id}", {
  params: { path: { interview_id: started.interview_id + 1_000 } },
});

console.log(
  JSON.stringify({
    user: registered.user_id === tokens.user.id,
    questions: started.questions.length,
    follow_ups: followUps,
    answered: completed.evaluation_metrics.questions_answered,
    status: results.interview.status,
    scored: results.questions.every((found) => found.state === "scored"),
    summary: feedback.summary,
    suggested: suggested.map((found) => found.round_name),
    next,
    error: wrong.error?.error,
  }),
);
