// A whole interview with the hiring face by a generated client: strict types, no cast.
// usage: node hiring.js http://127.0.0.1:8000 answer.wav PASSWORD resume.docx
import { openAsBlob } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];

const [baseUrl = "", recording = "", password = "", resumeFile = ""] = process.argv.slice(2);
const JOB = "We look for a backend developer who knows Python and SQL and likes to find out why something is slow.";
const api = createClient<paths>({ baseUrl });

/** The body of a call that must succeed. */
function done<T>(result: { data?: T; error?: Schemas["ErrorBody"] | undefined }): NonNullable<T> {
  if (result.data !== undefined && result.data !== null) return result.data;
  throw new Error(result.error?.detail);
}

const person = { name: "A Person", email: "typed@example.com", password };
const { access_token } = done(await api.POST("/auth/register", { body: person }));
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${access_token}`);
    return request;
  },
});
const me = done(await api.GET("/auth/me"));
const resume = await openAsBlob(resumeFile);
const created = done(
  await api.POST("/interviews/create", {
    body: { resume, job_description: JOB },
    bodySerializer: (body) => {
      const form = new FormData();
      form.append("resume", body.resume, "resume.docx");
      form.append("job_description", body.job_description);
      return form;
    },
  }),
);
const { interview_id } = created;
const at = { params: { path: { interview_id } } };
const { questions_count } = done(await api.POST("/interviews/{interview_id}/setup-ai", at));
const { voice } = done(
  await api.POST("/interviews/{interview_id}/start", { params: { ...at.params, query: { voice: "male" } } }),
);

let asked = 0;
let due = done(await api.GET("/interviews/{interview_id}/next-question", at));
while ("question_id" in due) {
  asked += 1;
  const { question_id } = due;
  const question = { params: { path: { interview_id, question_id } } };
  const video = await openAsBlob(recording);
  done(
    await api.POST("/interviews/{interview_id}/questions/{question_id}/upload-video", {
      ...question,
      body: { video },
      bodySerializer: (body) => {
        const form = new FormData();
        form.append("video", body.video, "answer.wav");
        return form;
      },
    }),
  );
  done(await api.POST("/interviews/{interview_id}/questions/{question_id}/analyze", question));
  done(await api.POST("/interviews/{interview_id}/questions/{question_id}/score", question));
  done(await api.POST("/interviews/{interview_id}/answer-complete", { ...at, body: { question_id } }));
  due = done(await api.GET("/interviews/{interview_id}/next-question", at));
}
let report = done(await api.GET("/interviews/{interview_id}/report", at));
while ("status" in report && report.status === "processing") {
  await new Promise((resolve) => setTimeout(resolve, 500));
  report = done(await api.GET("/interviews/{interview_id}/report", at));
}
const wrong = await api.GET("/interviews/{interview_id}/report", { params: { path: { interview_id: "no-such-interview" } } });

console.log(
  JSON.stringify({
    name: me.name,
    asked: asked === questions_count,
    voice,
    decision: "decision" in report ? report.decision : null,
    questions: "questions" in report ? report.questions.length : 0,
    error: wrong.error?.detail,
  }),
);
