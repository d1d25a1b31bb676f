/** Taking an interview with an access code, without an account. */
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "./client";

export type Entered = Schemas["EnteredOut"];

/** The interview that was entered on this browser; null without one. */
export const entered = queryOptions({
  queryKey: ["entered"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async () => (await data(client.GET("/api/v1/web/interview"))).interview,
});

export async function join(queries: QueryClient, body: Schemas["JoinRequest"]): Promise<void> {
  queries.setQueryData(entered.queryKey, (await data(client.POST("/api/v1/web/join", { body }))).interview);
}

/** This browser forgets the interview. */
export async function leave(queries: QueryClient): Promise<void> {
  await data(client.POST("/api/v1/web/leave"));
  queries.setQueryData(entered.queryKey, null);
}

/** What the candidate agrees to; `wording` names the text that was shown. */
export async function agree(queries: QueryClient, id: string, purposes: Schemas["Purpose"][], wording: string): Promise<void> {
  const consent = await data(
    client.POST("/api/v1/interviews/sessions/{session_id}/consent", { params: { path: { session_id: id } }, headers: { Authorization: `Bearer ${id}` }, body: { purposes, wording } }),
  );
  queries.setQueryData(entered.queryKey, (before) => before && { ...before, consent });
}
