/**
 * What screens ask for, asked all at the same time while their code is still being loaded. A screen then finds the
 * answers, or what went wrong, under the same keys; nothing waits for these calls.
 */
import type { QueryClient } from "@tanstack/react-query";
import { attempts, chart, dashboard, history, interviews, results, transcript } from "./queries";

export function homeAhead(queries: QueryClient): void {
  void queries.prefetchQuery(dashboard);
  void queries.prefetchQuery(chart("score-trend"));
  void queries.prefetchQuery(history(1, 20));
}

export function progressAhead(queries: QueryClient): void {
  void queries.prefetchQuery(dashboard);
  for (const type of ["score-trend", "skills", "activity"] as const) void queries.prefetchQuery(chart(type));
}

/** The report of a finished interview with the answer that it opens first; of another one only what it is. */
export async function reportAhead(queries: QueryClient, id: string): Promise<void> {
  void queries.prefetchQuery(interviews.rounds(id));
  const evaluated = queries.prefetchQuery({ ...interviews.evaluation(id), staleTime: 0 });
  const status = queries.prefetchQuery({ ...interviews.status(id), staleTime: 0 });
  await queries.prefetchQuery(interviews.one(id));
  const interview = queries.getQueryData(interviews.one(id).queryKey);
  if (interview?.status !== "completed" || interview.answered_count === 0) return;
  void queries.prefetchQuery(interviews.recordings(id));
  void status.then(() => queries.prefetchQuery(results(id)));
  await evaluated;
  const first = firstScored(queries.getQueryData(interviews.evaluation(id).queryKey)?.questions);
  if (first === undefined) return;
  void queries.prefetchQuery(transcript(id, first.question_id));
  void queries.prefetchQuery(attempts(id, first.question_id));
}

/** The question that a report opens first. */
export function firstScored<Q extends { state: string }>(questions: readonly Q[] = []): Q | undefined {
  return questions.find((question) => question.state === "scored");
}
