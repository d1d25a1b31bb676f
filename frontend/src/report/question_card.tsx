import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useId, useMemo, useRef, useState } from "react";
import { address } from "@/api/base";
import type { Schemas } from "@/api/client";
import { transcript } from "@/api/queries";
import { Badge } from "@/components/page";
import { ScoreRing } from "@/components/score";
import { Failure, Loading } from "@/components/states";
import { cn } from "@/lib/cn";
import { practice, report as t } from "@/text";
import { Attempts, Redo } from "./attempts";
import { Measures, SHOWN, StarMap } from "./measures";
import { Films } from "./films";
import { Pace } from "./pace";
import { Part } from "./part";
import { Points } from "./points";
import { Quote, type QuoteData } from "./quote";
import { Replay, type Shown, type Sound } from "./replay";
import { isUnanswered, judgedPace, wordsOf } from "./words";

type Question = Schemas["QuestionEvaluation"];

/** One question of a report: closed a line, open everything that is known of the answer. */
export function QuestionCard({ sessionId, question, follows, open }: { sessionId: string; question: Question; follows: boolean; open: boolean }) {
  return (
    <QuestionFrame question={question} follows={follows} open={open} below={<Redo sessionId={sessionId} question={question} label={t.answerNow} />}>
      <OwnAnswer sessionId={sessionId} question={question} />
      <div className="mt-8 border-t border-line pt-6">
        <Redo sessionId={sessionId} question={question} />
      </div>
    </QuestionFrame>
  );
}

type Framed = Pick<Question, "number" | "category" | "question_text" | "state" | "score">;

/**
 * A question with its score, and below it, once it is opened, `children`. One that was not answered stays closed, with
 * `below` under it. One that `follows` another stands under it. */
export function QuestionFrame({ question, follows, open: openFirst, below, children }: { question: Framed; follows: boolean; open: boolean; below?: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(openFirst);
  const id = useId();
  const answered = question.state === "scored" || question.state === "insufficient_evidence" || question.state === "not_evaluated";
  return (
    <article className={cn("rounded-card border border-line bg-surface", follows && "ml-4 sm:ml-10")}>
      <h3>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          disabled={!answered}
          onClick={() => setOpen(!open)}
          className="flex w-full items-center gap-4 rounded-card p-4 text-left enabled:hover:bg-sunken sm:p-5"
        >
          <ScoreRing value={question.score} label={t.overall} />
          <span className="min-w-0 flex-1">
            <span className="mb-1 flex flex-wrap items-center gap-2 text-sm text-muted">
              {follows ? t.followUp(question.number) : `${question.number}. ${practice.categories[question.category]}`}
              {question.state !== "scored" && <Badge>{t.states[question.state]}</Badge>}
            </span>
            <span className="block font-medium">{question.question_text}</span>
          </span>
          {answered && <ChevronDown aria-hidden className={cn("size-5 shrink-0 text-muted transition-transform", open && "rotate-180")} />}
        </button>
      </h3>
      {!answered && below && <div className="px-4 pb-4 sm:px-5 sm:pb-5">{below}</div>}
      {open && answered && (
        <div id={id} className="border-t border-line p-4 sm:p-6">
          {children}
        </div>
      )}
    </article>
  );
}

function OwnAnswer({ sessionId, question }: { sessionId: string; question: Question }) {
  const answer = useQuery(transcript(sessionId, question.question_id));
  if (answer.isError) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (answer.isPending) return <Loading lines={6} />;
  const hasSound = answer.data !== null && answer.data.accuracy !== "typed";
  return (
    <Answer
      answer={answer.data}
      source={hasSound ? address(`/api/v1/interviews/sessions/${sessionId}/questions/${question.question_id}/audio`) : null}
      evaluation={question.evaluation}
      reference={question.reference_answer}
      reader="candidate"
      points={(show) => <Points sessionId={sessionId} question={question} onShow={show} />}
    >
      <Films sessionId={sessionId} questionId={question.question_id} />
      <Attempts sessionId={sessionId} question={question} />
    </Answer>
  );
}

/** What is said once of an answer that is none: what it counts, and to its author a first step. */
function NoAnswer({ evaluation, reader }: { evaluation: NonNullable<Question["evaluation"]>; reader: keyof typeof t.readers }) {
  return (
    <Part title={t.noAnswer}>
      <p className="text-muted">{t.noAnswerText}</p>
      {reader === "candidate" && evaluation.suggestions.map((suggestion) => <p key={suggestion} className="mt-2">{suggestion}</p>)}
    </Part>
  );
}

type Shows = (quote: QuoteData) => void;
type AnswerParts = {
  answer: Pick<Schemas["TranscriptOut"], "transcript" | "words" | "accuracy"> | null;
  source: string | null;
  seconds?: number;
  evaluation: Question["evaluation"];
  reference: string | null;
  points: (show: Shows) => ReactNode;
  reader: keyof typeof t.readers;
  children?: ReactNode;
};

/** Everything that is known of an answer: its words with the sound, and what each measure rests on. `source` is where the sound comes from; see Replay for `seconds`. */
export function Answer({ answer, source, seconds, evaluation, reference, points, reader, children }: AnswerParts) {
  const told = t.readers[reader];
  const sound = useRef<Sound>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const words = useMemo(() => wordsOf(answer?.transcript ?? "", answer?.words ?? []), [answer]);
  const mentioned = useMemo(() => (evaluation?.points ?? []).flatMap((point) => (point.quote && point.label !== "contradicted" ? [point.quote] : [])), [evaluation]);
  const unanswered = isUnanswered(evaluation);
  const flags = (evaluation?.flags ?? []).filter((flag) => flag.code !== "no_answer");
  const estimated = SHOWN.filter((key) => evaluation?.measures[key]?.heuristic && evaluation.measures[key].value !== null);
  const show: Shows = (quote) => {
    setShown(quote);
    if (quote.start_seconds !== null) sound.current?.seek(quote.start_seconds);
  };
  return (
    <div className="flex flex-col gap-8">
      <Part title={told.words} aside={source !== null && t.keys}>
        <Replay {...{ source, seconds, words, mentioned, shown, sound }} silent={answer?.accuracy === "typed" ? told.typed : t.noRecording} />
      </Part>
      {children}
      {evaluation?.status === "insufficient_evidence" && <p className="text-muted">{evaluation.reason ?? t.unscoredText}</p>}
      {evaluation && evaluation.points.length > 0 && (
        <Part title={t.points} aside={told.points}>
          {points(show)}
        </Part>
      )}
      {reference && (
        <details className="group rounded-card bg-sunken">
          <summary className="flex min-h-11 list-none items-center justify-between gap-3 rounded-card px-4 py-3 text-sm font-semibold">
            <span>
              {t.reference} <span className="font-normal text-muted max-sm:hidden">· {t.referenceHint}</span>
            </span>
            <ChevronDown aria-hidden className="size-5 text-muted transition-transform group-open:rotate-180" />
          </summary>
          <p className="max-w-prose px-4 pb-4 leading-7">{reference}</p>
        </details>
      )}
      {unanswered && evaluation && <NoAnswer evaluation={evaluation} reader={reader} />}
      {evaluation?.status === "scored" && !unanswered && (
        <Part title={t.measuresTitle} aside={estimated.length > 0 && t.estimated(estimated)}>
          <Measures evaluation={evaluation} typed={words.length > 0 && words.every((word) => word.start === null)} onShow={show} />
        </Part>
      )}
      {evaluation && <StarMap parts={evaluation.parts} words={words} onShow={show} />}
      {!unanswered && <Pace words={words} average={judgedPace(evaluation)} />}
      {flags.length > 0 && (
        <Part title={t.remarks} aside={told.remarks}>
          <ul className="flex flex-col gap-3">
            {flags.map((flag) => (
              <li key={flag.code + flag.message}>
                <p>
                  {flag.message} {flag.lowers_score && <Badge tone="caution">{t.lowers}</Badge>}
                </p>
                {flag.quote && <Quote quote={flag.quote} onShow={show} />}
                {flag.correction && (
                  <p className="text-sm text-muted">
                    {t.correction}: {flag.correction}
                  </p>
                )}
              </li>
            ))}
          </ul>
        </Part>
      )}
      {reader === "candidate" && !unanswered && evaluation && evaluation.suggestions.length > 0 && (
        <Part title={t.suggestions}>
          <ul className="flex list-disc flex-col gap-1.5 pl-5">
            {evaluation.suggestions.map((suggestion) => (
              <li key={suggestion}>{suggestion}</li>
            ))}
          </ul>
        </Part>
      )}
    </div>
  );
}
