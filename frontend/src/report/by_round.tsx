import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { interviews, type Round } from "@/api/queries";
import { score } from "@/lib/format";
import { common, report as t } from "@/text";

/** The questions of a report under the rounds they were asked in; without rounds just one after the other. */
export function ByRound<Q extends { question_id: string }>({ sessionId, questions, children }: { sessionId: string; questions: readonly Q[]; children: (question: Q) => ReactNode }) {
  const rounds = useQuery(interviews.rounds(sessionId));
  const all = rounds.data?.rounds ?? [];
  const asked = useQuery({ ...interviews.questions(sessionId), enabled: all.length > 0 });
  const roundOf = new Map(asked.data?.questions.map((question) => [question.id, question.round_id]));
  return (
    <UnderRounds rounds={asked.data ? all : []} questions={questions} roundOf={(question) => roundOf.get(question.question_id) ?? null}>
      {children}
    </UnderRounds>
  );
}

/** Questions under the rounds that were held, each with what it came to. */
export function UnderRounds<Q>({ rounds, questions, roundOf, children }: { rounds: readonly Round[]; questions: readonly Q[]; roundOf: (question: Q) => string | null; children: (question: Q) => ReactNode }) {
  const held = rounds.filter((round) => round.question_count > 0);
  if (held.length === 0) return questions.map(children);
  return held.map((round) => (
    <div key={round.id} className="flex flex-col gap-4">
      <Heading round={round} />
      {questions.filter((question) => roundOf(question) === round.id).map(children)}
    </div>
  ));
}

function Heading({ round }: { round: Round }) {
  return (
    <div className="mt-4 flex items-baseline justify-between gap-4 border-b border-line pb-2">
      <p className="font-medium">
        {t.round(round.number, round.name)} <span className="font-normal text-muted">· {common.answered(round)}</span>
      </p>
      {round.score !== null && <span className="tabular text-lg font-semibold">{score(round.score)}</span>}
    </div>
  );
}
