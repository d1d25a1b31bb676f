// A whole interview with the kiosk's face by a generated client: strict types, no cast.
// usage: node kiosk.js http://127.0.0.1:8000 answer.wav PASSWORD
import { openAsBlob } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];

const [baseUrl = "", recording = "", password = ""] = process.argv.slice(2);
const ANSWER = "A queue gives back what came first. I used one for jobs, so that each customer waited less than a minute.";

/** The body of a call that must succeed. */
function done<T>(result: { data?: T; error?: Schemas["ErrorResponse"] | undefined }): NonNullable<T> {
  if (result.data !== undefined && result.data !== null) return result.data;
  throw new Error(`${result.error?.code}: ${result.error?.error}`);
}

// The session is a cookie, which a browser keeps by itself.
const api = createClient<paths>({ baseUrl });
const before = done(await api.GET("/api/admin/check-auth"));
const entered_as = await api.POST("/api/admin/login", { body: { username: "admin", password } });
const cookie = entered_as.response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
api.use({
  onRequest({ request }) {
    request.headers.set("Cookie", cookie);
    return request;
  },
});
const known = done(await api.GET("/api/admin/check-auth"));
const questions = ["What is a queue?", "What is a deadlock?"].map((text) => ({ text, time_limit: 60 }));
const chosen = done(await api.POST("/api/admin/question-sets", { body: { name: "Backend", questions } }));
const path = { set_id: chosen.question_set_id };
done(await api.PUT("/api/admin/question-sets/{set_id}/activate", { params: { path } }));
done(await api.POST("/api/admin/ai-prompts", { body: { name: "Mine", prompt_text: "A hint for {question}" } }));
const { prompts } = done(await api.GET("/api/admin/ai-prompts"));
const { code } = done(await api.POST("/api/admin/codes", { body: { expires_in_hours: 24 } }));

// A candidate has no cookie: the id of the interview is the key.
const guest = createClient<paths>({ baseUrl });
const entered = done(await guest.POST("/api/interview/validate-code", { body: { code, candidate_name: "Grace Guest" } }));
const session_id = entered.session_id;
const sound = await openAsBlob(recording);
const uploaded = done(
  await guest.POST("/api/interview/upload-recording", {
    body: { recording: sound, session_id },
    bodySerializer: (body) => {
      const form = new FormData();
      form.append("session_id", body.session_id ?? "");
      form.append("recording", body.recording, "answer.wav");
      return form;
    },
  }),
);
for (const { id } of entered.questions) {
  done(await guest.POST("/api/interview/submit-response", { body: { session_id, question_id: id, transcript: ANSWER } }));
}
const at = { params: { path: { session_id } } };
const status = done(await guest.GET("/api/interview/session/{session_id}/status", at)).session;
const { recordings } = done(await guest.GET("/api/interview/session/{session_id}/recordings", at));
const played = await api.GET("/api/interview/recording/{recording_id}/download", {
  params: { path: { recording_id: uploaded.recording_id } },
  parseAs: "blob",
});

let details = done(await api.GET("/api/admin/sessions/{session_id}/details", at));
while (details.responses.some((response) => response.ai_score === null)) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  details = done(await api.GET("/api/admin/sessions/{session_id}/details", at));
}
const { sessions } = done(await api.GET("/api/admin/sessions"));
const { codes } = done(await api.GET("/api/admin/codes"));
const wrong = await guest.POST("/api/interview/validate-code", { body: { code: "WRONGWAY", candidate_name: "Grace" } });

console.log(
  JSON.stringify({
    admin: done(entered_as).admin.username,
    authenticated: [before.authenticated, known.authenticated],
    prompts: prompts.map((prompt) => prompt.name),
    questions: entered.questions.map((question) => question.text),
    status: status.status,
    recordings: recordings.map((found) => found.recording_type),
    played: done(played).size === sound.size,
    scores: details.responses.map((response) => response.ai_score),
    listed: sessions.filter((found) => found.status === "completed").map((found) => found.candidate_name),
    used: codes.map((found) => found.is_used),
    error: wrong.error?.code,
  }),
);
