import { Badge, Card, Heading, Note } from "@/components/page";
import { MeasureBars, Range, ScoreRing } from "@/components/score";
import { moment, score } from "@/lib/format";
import { PointList } from "@/report/points";
import { Answer, QuestionFrame } from "@/report/question_card";
import { conducted as text, manage } from "@/text";
import type { Dossier, DossierQuestion } from "./queries";
import { Notes } from "./notes";
import { fileOf } from "./recordings";
import { TextDiff } from "./text_diff";

const t = text.one;

/** The interview at a glance: its number with its doubt, the suggestion from content alone, and that a person decides. */
export function Summary({ dossier: { scores, report } }: { dossier: Dossier }) {
  if (!scores) return null;
  return (
    <Card>
      <div className="grid gap-8 md:grid-cols-2">
        <div>
          <Heading aside={<Range value={scores.total_score} uncertainty={scores.uncertainty} />}>{t.overall}</Heading>
          <div className="flex items-center gap-5">
            <ScoreRing value={scores.total_score} size={96} label={t.overall} />
            <div>
              <p className="text-sm text-muted">{t.suggestion}</p>
              <p className="text-lg font-semibold">{report?.decision ? t.decisions[report.decision] : t.noDecision}</p>
              {report?.content_score != null && <p className="text-sm text-muted">{t.alone(score(report.content_score))}</p>}
            </div>
          </div>
          <p className="mt-5 text-sm text-muted">{t.madeOf}</p>
          {report && report.reasons.length > 0 && (
            <ul className="mt-5 flex list-disc flex-col gap-1 pl-5 text-sm text-muted">
              {report.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          )}
        </div>
        <div>
          <Heading>{t.measures}</Heading>
          <div className="flex flex-col gap-4">
            <MeasureBars scores={scores} />
          </div>
        </div>
      </div>
      <Note tone={scores.facts === "checked" ? "voice" : "caution"} className="mt-6">
        {scores.facts === "checked" ? t.checked : t.notChecked} {t.decides}
      </Note>
    </Card>
  );
}

/** What is known of the interview itself. */
export function Facts({ dossier: { session, consent } }: { dossier: Dossier }) {
  const agreed = consent.purposes === null ? t.noConsent : consent.purposes.map((one) => t.consents[one]).join(", ") || t.nothingAgreed;
  const facts = [
    [t.facts.kind, manage.kinds[session.kind]],
    [t.facts.set, session.title],
    [t.facts.role, [session.target_role, session.target_company].filter(Boolean).join(", ")],
    [t.facts.code, [session.code, session.code_label].filter(Boolean).join(", ")],
    [t.facts.email, session.candidate.email],
    [t.facts.began, session.started_at && moment(session.started_at)],
    [t.facts.finished, session.completed_at && moment(session.completed_at)],
    [t.facts.consent, agreed],
  ] as const;
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 text-sm sm:grid-cols-3 lg:grid-cols-4">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="min-w-0">
                <dt className="text-muted">{name}</dt>
                <dd className="font-medium break-words">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </Card>
  );
}

/** A question with the answer, what each score rests on, what the candidate corrected and how they see it themselves. */
export function ConductedQuestion({ dossier, question: one, open }: { dossier: Dossier; question: DossierQuestion; open: boolean }) {
  const { question, answer, evaluation, own_view: views } = one;
  const recording = dossier.recordings.find((found) => found.is_answer && found.question_id === question.id);
  return (
    <QuestionFrame question={{ ...question, state: one.state, score: one.score }} follows={question.follow_up_of !== null} open={open}>
      <Answer
        reader="recruiter"
        answer={answer}
        source={recording ? fileOf(recording) : null}
        seconds={recording?.duration}
        evaluation={evaluation}
        reference={one.reference_answer}
        points={(show) => (
          <PointList points={evaluation?.points ?? []} onShow={show}>
            {({ text: point }) => {
              const view = views.find((own) => own.point === point)?.view;
              return view && <Badge tone="primary">{t.ownViews[view]}</Badge>;
            }}
          </PointList>
        )}
      >
        {evaluation?.status === "scored" && <p className="text-sm text-muted">{t.numbers(score(evaluation.overall_score), score(evaluation.quality_score))}</p>}
        {answer?.status === "failed" && <p className="text-caution">{answer.reason ?? t.answerFailed}</p>}
        {answer?.corrected && answer.original_transcript !== null && (
          <section className="rounded-card bg-sunken p-4">
            <h4 className="text-sm font-semibold">{answer.rewritten ? t.rewritten : t.corrected}</h4>
            <p className="mb-3 text-sm text-muted">{t.correctedText}</p>
            <TextDiff before={answer.original_transcript} after={answer.transcript} />
          </section>
        )}
      </Answer>
      {answer && (
        <section className="mt-8 border-t border-line pt-6">
          <h4 className="font-semibold">{t.answerNotes}</h4>
          <div className="mt-3">
            <Notes sessionId={dossier.session.id} notes={dossier.notes.filter((note) => note.question_id === question.id)} question={question.id} />
          </div>
        </section>
      )}
    </QuestionFrame>
  );
}
