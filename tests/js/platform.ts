// A whole interview with the platform's face by a generated client: strict types, no cast.
// usage: node platform.js http://127.0.0.1:8000 answer.wav
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import WebSocket from "ws";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];

const [baseUrl = "", recording = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl });

/** The body of a call that must succeed; an error is told by its code, of which the compiler knows every one. */
function done<T>(result: { data?: T; error?: Schemas["ErrorResponse"] | undefined }): NonNullable<T> {
  if (result.data !== undefined && result.data !== null) return result.data;
  const code: Schemas["ErrorBody"]["code"] | undefined = result.error?.error.code;
  throw new Error(code === "INSUFFICIENT_CREDITS" ? "no credits" : `${code}: ${result.error?.error.message}`);
}

/** Answer every question with the recording; the interviewer hangs up after the last one. */
function talk(session: string, token: string): Promise<void> {
  const sound = readFileSync(recording).subarray(44).toString("base64");
  const headers = { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${baseUrl.replace("http", "ws")}/api/interview/stream/${session}`, { headers });
  socket.on("message", (data) => {
    if (`${data}` !== '{"type":"status","state":"listening"}') return;
    socket.send(JSON.stringify({ type: "audio_chunk", data: sound, sample_rate: 16000 }));
    socket.send(JSON.stringify({ type: "speech_end" }));
  });
  return new Promise((resolve, reject) => {
    socket.on("close", (code) => (code === 1000 ? resolve() : reject(new Error(`closed with ${code}`))));
    socket.on("error", reject);
  });
}

const account = done(
  await api.POST("/api/auth/signup", {
    body: { email: "typed@example.com", password: "securePassword123", full_name: "A Person" },
  }),
);
const token = account.session.access_token;
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
});
const profile = done(await api.PATCH("/api/user/profile", { body: { experience_level: "senior" } }));

const request = {
  params: { header: { "idempotency-key": "only-once" } },
  body: { role: "Software Engineer", interview_type: "technical", duration_minutes: 10 },
} as const;
const created = done(await api.POST("/api/interviews/create", request));
const again = done(await api.POST("/api/interviews/create", request));
const path = { session_id: created.session.id };
await talk(path.session_id, token);

const completed = done(await api.POST("/api/interviews/{session_id}/complete", { params: { path } }));
let feedback = done(await api.GET("/api/feedback/{session_id}", { params: { path } }));
while (feedback.status === "generating") {
  await new Promise((resolve) => setTimeout(resolve, 100));
  feedback = done(await api.GET("/api/feedback/{session_id}", { params: { path } }));
}
const interview = done(await api.GET("/api/interviews/{session_id}", { params: { path } }));
const history = done(await api.GET("/api/interviews/history", { params: { query: { limit: 5 } } }));
const played = await fetch(interview.session.recording_url ?? "");
const wrong = await api.GET("/api/interviews/{session_id}", {
  params: { path: { session_id: "00000000-0000-7000-8000-000000000000" } },
});

console.log(
  JSON.stringify({
    level: profile.experience_level,
    remaining: again.interviews_remaining,
    same: again.session.id === created.session.id,
    status: interview.session.status,
    answers: interview.messages.filter((said) => said.role === "user").map((said) => said.content),
    listed: history.interviews.map((past) => past.status),
    feedback_id: completed.feedback_id === feedback.id,
    score: feedback.overall_score,
    qualities: feedback.detailed_feedback.questions.map((question) => question.answer_quality),
    recording: (await played.blob()).size,
    error: wrong.error?.error.code,
  }),
);
