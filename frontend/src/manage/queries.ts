/** What the screens of recruiters ask for, under keys that changes can name. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";

export type Code = Schemas["CodeOut"];
export type CodeSet = Schemas["CodeSetOut"];
export type CodeState = Schemas["CodeState"];
export type QuestionSet = Schemas["QuestionSetOut"];
export type CodeFilter = { page: number; state?: CodeState; search?: string };

export const codes = {
  all: ["codes"] as const,
  page: ({ page, state, search }: CodeFilter, perPage = 20) =>
    queryOptions({
      queryKey: ["codes", page, perPage, state ?? "", search ?? ""],
      placeholderData: keepPreviousData,
      queryFn: () => data(client.GET("/api/v1/admin/codes", { params: { query: { page, per_page: perPage, state, search } } })),
    }),
};

export const sets = {
  all: queryOptions({ queryKey: ["sets"], queryFn: async () => (await data(client.GET("/api/v1/admin/question-sets"))).question_sets }),
  one: (id: string) =>
    queryOptions({ queryKey: ["sets", id], queryFn: () => data(client.GET("/api/v1/admin/question-sets/{set_id}", { params: { path: { set_id: id } } })) }),
};

export type BankFilter = { page: number; search: string; category?: Schemas["Category"]; difficulty?: Schemas["Difficulty"] };

export const bank = ({ page, search, category, difficulty }: BankFilter) =>
  queryOptions({
    queryKey: ["bank", page, search, category ?? "", difficulty ?? ""],
    placeholderData: keepPreviousData,
    queryFn: () => data(client.GET("/api/v1/admin/bank-questions", { params: { query: { page, per_page: 10, search: search || undefined, category, difficulty } } })),
  });

export type Conducted = Schemas["ConductedOut"];
export type Dossier = Schemas["DossierOut"];
export type DossierQuestion = Schemas["DossierQuestion"];
export type Recording = Schemas["MediaOut"];
export type ConductedSort = "created_at" | "completed_at" | "candidate" | "score" | "status" | "title";
export type ConductedFilter = {
  status?: Schemas["SessionStatus"];
  kind?: Schemas["InterviewKind"];
  review?: Schemas["Review"];
  by_code?: boolean;
  own?: boolean;
  code?: string;
  question_set_id?: string;
  since?: string;
  until?: string;
  min_score?: number;
  search?: string;
  sort?: ConductedSort;
  order?: "asc" | "desc";
};

/** Milliseconds after which a list that may change by itself is looked at again. */
const AGAIN = 10_000;

export const conducted = {
  all: ["conducted"] as const,
  page: (filter: ConductedFilter, page: number, perPage = 20) =>
    queryOptions({
      queryKey: ["conducted", "page", filter, page, perPage],
      placeholderData: keepPreviousData,
      refetchInterval: AGAIN,
      queryFn: () => data(client.GET("/api/v1/admin/sessions", { params: { query: { ...filter, page, per_page: perPage } } })),
    }),
  /** An interview as the list has it: that it is looked at again is no reading of answers, and is not noted. */
  byCode: (code: string | null, isOpen: boolean) =>
    queryOptions({
      queryKey: ["conducted", "code", code],
      enabled: code !== null && isOpen,
      refetchInterval: AGAIN,
      queryFn: async () => (await data(client.GET("/api/v1/admin/sessions", { params: { query: { code: code ?? "", per_page: 1 } } }))).sessions[0] ?? null,
    }),
  one: (id: string) => queryOptions({ queryKey: ["conducted", id], queryFn: () => data(client.GET("/api/v1/admin/sessions/{session_id}", { params: { path: { session_id: id } } })) }),
  timeline: (id: string) =>
    queryOptions({
      queryKey: ["conducted", id, "timeline"],
      queryFn: async () => (await data(client.GET("/api/v1/admin/sessions/{session_id}/timeline", { params: { path: { session_id: id } } }))).events,
    }),
  comparison: (ids: readonly string[]) =>
    queryOptions({
      queryKey: ["conducted", "comparison", ids],
      queryFn: () => data(client.GET("/api/v1/admin/comparison", { params: { query: { session_id: [...ids] } } })),
    }),
};

export type Prompt = Schemas["PromptOut"];

export const prompts = queryOptions({ queryKey: ["prompts"], queryFn: async () => (await data(client.GET("/api/v1/admin/prompts"))).prompts });

export type ManagedUser = Schemas["ManagedUserOut"];
export type UserFilter = { search?: string; role?: Schemas["Role"]; disabled?: boolean; guests?: boolean };

export const users = {
  all: ["users"] as const,
  page: (filter: UserFilter, page: number) =>
    queryOptions({
      queryKey: ["users", "page", filter, page],
      placeholderData: keepPreviousData,
      queryFn: () => data(client.GET("/api/v1/admin/users", { params: { query: { ...filter, page, per_page: 20 } } })),
    }),
  credits: (id: string, page: number) =>
    queryOptions({
      queryKey: ["users", "credits", id, page],
      placeholderData: keepPreviousData,
      queryFn: () => data(client.GET("/api/v1/users/{user_id}/credits", { params: { path: { user_id: id }, query: { page, per_page: 10 } } })),
    }),
};

export const system = queryOptions({ queryKey: ["system"], refetchInterval: AGAIN, queryFn: () => data(client.GET("/api/v1/admin/system")) });

export const failedJobs = (page: number) =>
  queryOptions({
    queryKey: ["jobs", "failed", page],
    placeholderData: keepPreviousData,
    queryFn: () => data(client.GET("/api/v1/jobs", { params: { query: { state: "failed", everyone: true, page, per_page: 10 } } })),
  });

export const audit = (page: number, action?: string) =>
  queryOptions({
    queryKey: ["audit", page, action ?? ""],
    placeholderData: keepPreviousData,
    queryFn: () => data(client.GET("/api/v1/admin/audit-events", { params: { query: { action, page, per_page: 30 } } })),
  });
