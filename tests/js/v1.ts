// A whole interview by a generated client: strict types, no cast.
// usage: node v1.js http://127.0.0.1:8000 answer.wav
import { openAsBlob } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];

const [baseUrl = "", recording = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl });

/** The data of a call that must succeed, and at once; an error is told by its type, of which the compiler knows every one. */
function done<T>(result: { data?: T; error?: Schemas["ErrorEnvelope"] | undefined }): NonNullable<T> {
  if (result.data !== undefined && result.data !== null) return result.data;
  const type: Schemas["ErrorType"] | undefined = result.error?.error.type;
  throw new Error(type === "too_many_requests" ? "slow down" : `${type}: ${result.error?.error.message}`);
}

const account = done(
  await api.POST("/api/v1/users/register", {
    body: { email: "typed@example.com", password: "correct horse battery", full_name: "A Person" },
  }),
).data;
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${account.access_token}`);
    return request;
  },
});

// What is read can be written again.
const first = done(await api.POST("/api/v1/interviews/sessions", { body: { title: "Practice", voice: "male" } })).data;
const { title, interview_type, difficulty, voice } = first;
const session = done(
  await api.POST("/api/v1/interviews/sessions", { body: { title, interview_type, difficulty, voice, focus_areas: [] } }),
).data;
const path = { session_id: session.id };
done(await api.PUT("/api/v1/interviews/sessions/{session_id}", { params: { path }, body: { difficulty: "easy" } }));

// A body that may be left out is left out, then sent.
await api.POST("/api/v1/interviews/sessions/{session_id}/questions/generate", { params: { path } });
const { questions } = done(
  await api.POST("/api/v1/interviews/sessions/{session_id}/questions/generate", {
    params: { path },
    body: { num_questions: 3, seed: 1, categories: ["technical"] },
  }),
).data;
const categories: Schemas["Category"][] = questions.map((question) => question.category);

const transcripts: string[] = [];
const flags = new Set<Schemas["FlagCode"]>();
for (const question of questions) {
  const at = { params: { path: { ...path, question_id: question.id } } };
  const file = await openAsBlob(recording);
  const upload = await api.POST("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/audio", {
    ...at,
    body: { file },
    bodySerializer: (body) => {
      const form = new FormData();
      form.append("file", body.file, "answer.wav");
      return form;
    },
  });
  const stored = done(upload).data;
  const download = await api.GET("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/audio", {
    ...at,
    parseAs: "blob",
  });
  if (done(download).size !== stored.size_bytes) throw new Error("the download is not what was uploaded");
  const heard = await api.POST("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/transcribe", at);
  transcripts.push(done(heard).data.transcript);
  const judged = await api.POST("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/evaluate", {
    ...at,
    body: { follow_up: false },
  });
  for (const flag of done(judged).data.flags) flags.add(flag.code);
}

const completed = done(await api.POST("/api/v1/interviews/sessions/{session_id}/complete", { params: { path } })).data;
const listed = done(
  await api.GET("/api/v1/interviews/sessions", { params: { query: { status: completed.status } } }),
).data;
const scores = done(await api.POST("/api/v1/feedback/sessions/{session_id}/scores", { params: { path } })).data;
const feedback = done(await api.POST("/api/v1/feedback/sessions/{session_id}/feedback", { params: { path } })).data;
const report = done(await api.POST("/api/v1/interviews/sessions/{session_id}/report", { params: { path } })).data;
const grade: Schemas["LetterGrade"] | null = scores.letter_grade;
const readiness: Schemas["ReadinessLevel"] = feedback.readiness_level;
const matched: string[] = report.job_match?.met.map((skill) => skill.skill) ?? [];

const chart = done(await api.GET("/api/v1/feedback/charts/{type}", { params: { path: { type: "skills" } } })).data;
const drawing = await api.GET("/api/v1/feedback/charts/{type}.svg", {
  params: { path: { type: chart.type } },
  parseAs: "blob",
});
const ready = await api.GET("/health/ready");
const engine: string | undefined = ready.data?.speech_to_text.engine;

// What goes wrong is told in one shape too.
const wrong = await api.GET("/api/v1/interviews/sessions/{session_id}", {
  params: { path: { session_id: "00000000-0000-7000-8000-000000000000" } },
});

console.log(
  JSON.stringify({
    status: completed.status,
    listed: listed.sessions.length,
    categories,
    transcripts,
    flags: [...flags],
    grade,
    readiness,
    grammar: report.delivery.grammar,
    states: report.questions.map((question) => question.state),
    decision: report.decision,
    matched,
    points: chart.series.map((series) => series.points.length),
    drawing: await done(drawing).text(),
    engine,
    error: wrong.error?.error.type,
  }),
);
