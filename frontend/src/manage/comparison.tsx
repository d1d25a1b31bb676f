import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Badge, Card } from "@/components/page";
import { score } from "@/lib/format";
import { PointMark } from "@/report/points";
import { conducted, practice, report } from "@/text";

type Question = Schemas["ComparedQuestionOut"];
type Answer = Schemas["ComparedAnswerOut"];
const t = conducted.compare;

/** The mean of a candidate's content scores on the questions compared; null where none was scored. */
function meanOf(sessionId: string, questions: readonly Question[]): number | null {
  const found = questions.flatMap(({ answers }) => answers.filter((one) => one.session_id === sessionId && one.content_score !== null).map((one) => one.content_score ?? 0));
  return found.length === 0 ? null : found.reduce((sum, one) => sum + one, 0) / found.length;
}

/** What each candidate's answers below come to, and how much of the interview was answered. */
export function Totals({ candidates, questions }: { candidates: readonly Schemas["ComparedTotal"][]; questions: readonly Question[] }) {
  return (
    <Card flush>
      <h2 className="border-b border-line p-5 text-base font-semibold sm:p-6">{t.whole}</h2>
      <ul className="grid grid-cols-[repeat(auto-fit,minmax(min(18rem,100%),1fr))] gap-px overflow-hidden rounded-b-card bg-line">
        {candidates.map((one) => (
          <li key={one.session_id} className="min-w-0 bg-surface p-5 sm:p-6">
            <Name sessionId={one.session_id} name={one.candidate} />
            <p className="text-sm text-muted">
              {t.content} <span className="tabular text-lg font-semibold text-ink">{score(meanOf(one.session_id, questions))}</span> ·{" "}
              {conducted.list.answeredOf(one.answered_count, one.question_count)}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Every question with its answers side by side, below each other on a phone. */
export function Comparison({ questions }: { questions: readonly Question[] }) {
  return (
    <>
      {questions.map((question) => (
        <Card key={question.question_text} flush>
          <header className="border-b border-line p-5 sm:p-6">
            <p className="text-sm text-muted">{practice.categories[question.category]}</p>
            <h2 className="text-base font-semibold">{question.question_text}</h2>
          </header>
          <ul className="grid grid-cols-[repeat(auto-fit,minmax(min(18rem,100%),1fr))] gap-px overflow-hidden rounded-b-card bg-line">
            {question.answers.map((answer) => (
              <li key={answer.session_id} className="min-w-0 bg-surface p-5 sm:p-6">
                <Cell answer={answer} />
              </li>
            ))}
            {question.not_asked.map((one) => (
              <li key={one.session_id} className="bg-surface p-5 sm:p-6">
                <Name sessionId={one.session_id} name={one.candidate} />
                <p className="mt-2 text-sm text-muted">{t.notAsked}</p>
              </li>
            ))}
          </ul>
        </Card>
      ))}
    </>
  );
}

function Name({ sessionId, name }: { sessionId: string; name: string }) {
  return (
    <h3 className="min-w-0 font-semibold">
      <Link to="/manage/interviews/$id" params={{ id: sessionId }} title={t.open} className="block truncate underline-offset-4 hover:underline">
        {name || conducted.list.unnamed}
      </Link>
    </h3>
  );
}

function Cell({ answer }: { answer: Answer }) {
  const mentioned = answer.points.filter(({ label }) => label === "mentioned" || label === "said" || label === "partly").length;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-baseline justify-between gap-4">
        <Name sessionId={answer.session_id} name={answer.candidate} />
        <span className="shrink-0 text-sm text-muted">
          {t.content}{" "}
          <span className="tabular text-lg font-semibold text-ink">{score(answer.content_score)}</span>
          {answer.uncertainty !== null && answer.content_score !== null && <span className="tabular"> ± {Math.round(answer.uncertainty)}</span>}
        </span>
      </div>
      {answer.transcript ? <p className="text-sm leading-6 break-words whitespace-pre-line">{answer.transcript}</p> : <p className="text-sm text-muted">{answer.reason ?? report.states[answer.state] ?? t.noAnswer}</p>}
      {answer.corrected && <Badge className="self-start">{answer.rewritten ? t.rewritten : t.corrected}</Badge>}
      {answer.points.length > 0 && (
        <More title={t.points(mentioned, answer.points.length)}>
          <ul className="flex flex-col gap-3">
            {answer.points.map((point) => (
              <li key={point.text} className="flex gap-2.5">
                <PointMark label={point.label} />
                <div className="min-w-0">
                  <p>
                    {point.text} <span className="sr-only">({report.labels[point.label]})</span>
                  </p>
                  {point.quote && <q className="text-muted">{point.quote.text}</q>}
                </div>
              </li>
            ))}
          </ul>
        </More>
      )}
      {answer.flags.length > 0 && (
        <div className="text-sm">
          <h4 className="font-medium">{t.flags}</h4>
          <ul className="mt-1 flex flex-col gap-1 text-muted">
            {answer.flags.map((flag) => (
              <li key={flag.code + flag.message}>{flag.message}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function More({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="group text-sm">
      <summary className="flex min-h-11 list-none items-center justify-between gap-3 rounded-control font-medium hover:text-primary">
        {title}
        <ChevronDown aria-hidden className="size-4 text-muted transition-transform group-open:rotate-180" />
      </summary>
      <div className="pt-2">{children}</div>
    </details>
  );
}
