import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { interviews, type Round } from "@/api/queries";
import { score } from "@/lib/format";
import { report as t } from "@/text";

/** The questions of a report under the rounds they were asked in; without rounds just one after the other. */
export function ByRound<Q extends { question_id: string }>({ sessionId, questions, children }: { sessionId: string; questions: readonly Q[]; children: (question: Q) => ReactNode }) {
  const rounds = useQuery(interviews.rounds(sessionId));
  const held = (rounds.data?.rounds ?? []).filter((round) => round.question_count > 0);
  const asked = useQuery({ ...interviews.questions(sessionId), enabled: held.length > 0 });
  if (held.length === 0 || !asked.data) return questions.map(children);
  const roundOf = new Map(asked.data.questions.map((question) => [question.id, question.round_id]));
  return held.map((round) => (
    <div key={round.id} className="flex flex-col gap-4">
      <Heading round={round} />
      {questions.filter((question) => roundOf.get(question.question_id) === round.id).map(children)}
    </div>
  ));
}

function Heading({ round }: { round: Round }) {
  return (
    <div className="mt-4 flex items-baseline justify-between gap-4 border-b border-line pb-2">
      <p className="font-medium">{t.round(round.number, round.name)}</p>
      {round.score !== null && <span className="tabular text-lg font-semibold">{score(round.score)}</span>}
    </div>
  );
}
