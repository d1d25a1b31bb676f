"""Turns what services return into the bodies of the hiring document."""

from app.dialects.hiring import schemas as s
from app.dialects.hiring.ids import shown
from app.models import Evaluation
from app.models import User as Account
from app.models.values.visual import Expression
from app.repositories.answers import AnsweredQuestion
from app.services.interviews.steps import Step
from app.services.recordings.analysis_service import Analysis
from app.services.results.overview import Overview

EMOTIONS: dict[Expression, s.Emotion] = {"smiling": "happy", "neutral": "neutral"}
COMPLETED = "Interview completed"
NOT_JUDGED = {
    "skipped": "The question was skipped, which counts as 0.",
    "not_answered": "The question was not answered.",
    "not_evaluated": "The answer could not be heard or judged.",
}


def user(row: Account) -> s.User:
    return s.User(id=shown(row.public_id), name=row.full_name, email=row.email, role=row.role)


def due(step: Step) -> s.DueQuestion | s.Message:
    if step.question is None:
        return s.Message(message=COMPLETED)
    return s.DueQuestion(
        question_number=step.question.number,
        question_id=shown(step.question.public_id),
        question_text=step.question.text,
        voice=step.interview.voice,
    )


def analysis(found: Analysis) -> s.Analysis:
    expression = found.visual.expression if found.visual else None
    return s.Analysis(
        message="Analysis completed",
        transcript=found.answer.text,
        emotion=EMOTIONS[expression.main] if expression and expression.main else None,
        confidence=found.confidence,
    )


def score(found: Evaluation) -> s.AnswerScore:
    return s.AnswerScore(
        accuracy=_whole(found.quality), communication=_whole(found.communication), behavior=_whole(found.behavior)
    )


def report(found: Overview) -> s.Report | s.NoReport:
    if found.interview.status != "completed":
        return s.NoReport(status="incomplete", message="The interview is not completed yet")
    if found.state == "empty":
        return s.NoReport(status="incomplete", message="Interview answers not found")
    if found.state != "ready" or found.report is None or found.feedback is None:
        return s.NoReport(status="processing", message="The answers are being processed: ask again in some seconds")
    content = found.report.content
    if found.report.decision is None:
        return s.NoReport(status="incomplete", message=" ".join(content.reasons))
    means = found.means
    return s.Report(
        decision=found.report.decision,
        scores=s.Scores(
            technical=_rounded(means["technical"] if means["technical"] is not None else content.quality),
            communication=_rounded(means["communication"]),
            behavior=_rounded(means["behavior"]),
        ),
        strengths=[remark.message for remark in found.feedback.content.strengths],
        gaps=[remark.message for remark in found.feedback.content.weaknesses],
        questions=[_question(row) for row in found.rows],
        summary=found.feedback.summary,
        reasons=list(content.reasons),
        notice=content.notice,
    )


def _question(row: AnsweredQuestion) -> s.ReportedQuestion:
    evaluation = row.evaluation
    return s.ReportedQuestion(
        question_id=shown(row.question.public_id),
        accuracy=_whole(evaluation.quality) if evaluation else None,
        communication=_whole(evaluation.communication) if evaluation else None,
        behavior=_whole(evaluation.behavior) if evaluation else None,
        feedback=(evaluation.summary or evaluation.reason or "") if evaluation else NOT_JUDGED[row.state],
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
