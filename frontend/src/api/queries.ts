/** What screens ask for, under keys that changes can name. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "./client";

export type Interview = Schemas["SessionOut"];
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
  questions: (id: string) =>
    queryOptions({ queryKey: ["interviews", id, "questions"], queryFn: () => data(client.GET("/api/v1/interviews/sessions/{session_id}/questions", of(id))) }),
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
