/** What screens ask for, under keys that changes can name. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError, client, data, finished, type Schemas } from "./client";

export type Interview = Schemas["SessionOut"];
export type Round = Schemas["RoundOut"];
export type Status = Schemas["SessionStatus"];
type Id = { params: { path: { session_id: string } } };
const of = (id: string): Id => ({ params: { path: { session_id: id } } });

export type SessionFilter = { page: number; status?: Status; search?: string };

export const interviews = {
  all: ["interviews"] as const,
  page: ({ page, status, search }: SessionFilter) =>
    queryOptions({
      queryKey: ["interviews", "page", page, status ?? "", search ?? ""],
      placeholderData: keepPreviousData,
      queryFn: () =>
        data(client.GET("/api/v1/interviews/sessions", { params: { query: { page, per_page: 20, status, search: search || undefined, sort: "created_at", order: "desc" } } })),
    }),
  one: (id: string) => queryOptions({ queryKey: ["interviews", id], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}", of(id))) }),
  status: (id: string) => queryOptions({ queryKey: ["interviews", id, "status"], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/status", of(id))) }),
  questions: (id: string) =>
    queryOptions({ queryKey: ["interviews", id, "questions"], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/questions", of(id))) }),
  /** None for an interview that is not held in rounds. */
  rounds: (id: string) =>
    queryOptions({ queryKey: ["interviews", id, "rounds"], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/rounds", of(id))) }),
  recordings: (id: string) =>
    queryOptions({ queryKey: ["interviews", id, "recordings"], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/recordings", of(id))) }),
  evaluation: (id: string) =>
    queryOptions({ queryKey: ["interviews", id, "evaluation"], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/evaluation", of(id))) }),
};

export const dashboard = queryOptions({ queryKey: ["dashboard"], queryFn: () => data(client.GET("/api/v1/feedback/dashboard")) });

export const history = (page = 1, perPage = 8) =>
  queryOptions({
    queryKey: ["dashboard", "history", page, perPage],
    queryFn: () => data(client.GET("/api/v1/feedback/history", { params: { query: { page, per_page: perPage } } })),
  });

export const chart = (type: Schemas["ChartType"]) =>
  queryOptions({ queryKey: ["dashboard", "chart", type], queryFn: () => data(client.GET("/api/v1/feedback/charts/{type}", { params: { path: { type } } })) });

/** What somebody said or typed, with the times of the words. Null where there is none. */
export const transcript = (id: string, questionId: string) =>
  queryOptions({
    queryKey: ["interviews", id, "transcript", questionId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      orNull(data(client.GET("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/transcript", { params: { path: { session_id: id, question_id: questionId } } }))),
  });

/** Scores and feedback of a finished interview: what is stored, else made now, and with them the evaluation. */
export const results = (id: string) =>
  queryOptions({
    queryKey: ["interviews", id, "results"],
    queryFn: async ({ client: queries }) => {
      const { results: state } = await queries.fetchQuery({ ...interviews.status(id), staleTime: 1000 });
      if (state === "ready") {
        const [scores, feedback] = await Promise.all([
          data(client.GET("/api/v1/feedback/sessions/{session_id}/scores", of(id))),
          data(client.GET("/api/v1/feedback/sessions/{session_id}/feedback", of(id))),
        ]);
        return { scores, feedback };
      }
      const scores = await finished(() => client.POST("/api/v1/feedback/sessions/{session_id}/scores", of(id)));
      const feedback = await finished(() => client.POST("/api/v1/feedback/sessions/{session_id}/feedback", of(id)));
      await queries.fetchQuery({ ...interviews.evaluation(id), staleTime: 0 });
      return { scores, feedback };
    },
  });

/** The report for printing; the results must be there. */
export async function reportPdf(id: string): Promise<Blob> {
  const { data: file } = await client.GET("/api/v1/interviews/sessions/{session_id}/report.pdf", { ...of(id), parseAs: "blob" });
  if (file === undefined) throw new ApiError(404);
  return file as unknown as Blob; // the document calls bytes a string
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Every attempt at a question, the first one first. */
export const attempts = (id: string, questionId: string) =>
  queryOptions({
    queryKey: ["interviews", id, "attempts", questionId],
    queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/attempts", { params: { path: { session_id: id, question_id: questionId } } })),
  });
