import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Badge, Card } from "@/components/page";
import { Range } from "@/components/score";
import { score } from "@/lib/format";
import { PointMark } from "@/report/points";
import { common, conducted, practice, report } from "@/text";

type Question = Schemas["ComparedQuestionOut"];
type Answer = Schemas["ComparedAnswerOut"];
const t = conducted.compare;

/** What each interview came to, as everywhere; apart from it the content of the questions that are compared. */
export function Totals({ candidates, questions }: { candidates: readonly Schemas["ComparedTotal"][]; questions: readonly Question[] }) {
  return (
    <Card flush>
      <h2 className="border-b border-line p-5 text-base font-semibold sm:p-6">{t.whole}</h2>
      <ul className="grid grid-cols-[repeat(auto-fit,minmax(min(18rem,100%),1fr))] overflow-hidden rounded-b-card *:-mb-px *:-mr-px *:border-r *:border-b *:border-line">
        {candidates.map((one) => (
          <li key={one.session_id} className="min-w-0 bg-surface p-5 sm:p-6">
            <Name sessionId={one.session_id} name={one.candidate} />
            <p className="mt-1 text-sm text-muted">
              {t.overall} <span className="tabular text-lg font-semibold text-ink">{score(one.total_score)}</span> <Range value={one.total_score} uncertainty={one.uncertainty} />
            </p>
            <p className="text-sm text-muted">{[one.decision && conducted.one.decisions[one.decision], one.review !== "to_review" && conducted.review.states[one.review], one.rating !== null && conducted.review.people(one.rating), common.answered(one)].filter(Boolean).join(" · ")}</p>
            {questions.length > 0 && (
              <p className="mt-2 text-sm text-muted">
                {t.shared(questions.length)} <span className="tabular font-medium text-ink">{score(one.shared_content_score)}</span>
              </p>
            )}
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
          <ul className="grid grid-cols-[repeat(auto-fit,minmax(min(18rem,100%),1fr))] overflow-hidden rounded-b-card *:-mb-px *:-mr-px *:border-r *:border-b *:border-line">
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
  const count = (...labels: readonly string[]) => answer.points.filter(({ label }) => labels.includes(label)).length;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-baseline justify-between gap-4">
        <Name sessionId={answer.session_id} name={answer.candidate} />
        <span className="shrink-0 text-sm text-muted">
          {t.content}{" "}
          <span className="tabular text-lg font-semibold text-ink">{score(answer.content_score)}</span>
          <Range value={answer.content_score} uncertainty={answer.uncertainty} className="block text-right" />
        </span>
      </div>
      {answer.transcript ? <p className="text-sm leading-6 break-words whitespace-pre-line">{answer.transcript}</p> : <p className="text-sm text-muted">{answer.reason ?? report.states[answer.state] ?? t.noAnswer}</p>}
      {answer.corrected && <Badge className="self-start">{answer.rewritten ? t.rewritten : t.corrected}</Badge>}
      {answer.follow_ups.length > 0 && (
        <div className="text-sm">
          <h4 className="font-medium">{t.followUps}</h4>
          <ul className="mt-1 flex flex-col gap-3">
            {answer.follow_ups.map((one) => (
              <li key={one.question_text} className="border-l-2 border-line pl-3">
                <p className="text-muted">
                  {one.question_text} · {t.content} {score(one.content_score)}
                </p>
                <p className="break-words whitespace-pre-line">{one.transcript || t.noAnswer}</p>
              </li>
            ))}
          </ul>
        </div>
      )}
      {answer.points.length > 0 && (
        <More title={t.points(count("mentioned", "said"), count("partly"), answer.points.length)}>
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
