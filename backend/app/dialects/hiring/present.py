"""Turns what services return into the bodies of the hiring document."""

from app.dialects.hiring import schemas as s
from app.dialects.hiring.ids import shown
from app.models import User as Account
from app.models.values.visual import Expression
from app.repositories.answers import AnsweredQuestion
from app.services.interviews.steps import Step
from app.services.recordings.analysis_service import Analysis
from app.services.results.overview import Overview
from app.web.shapes import remark

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
            technical=means["technical"] if means["technical"] is not None else content.quality,
            communication=means["communication"],
            behavior=means["behavior"],
        ),
        strengths=list(map(remark, found.feedback.content.strengths)),
        gaps=list(map(remark, found.feedback.content.weaknesses)),
        questions=[_question(row) for row in found.rows],
        summary=found.feedback.summary,
        reasons=list(content.reasons),
        notice=content.notice,
    )


def _question(row: AnsweredQuestion) -> s.ReportedQuestion:
    evaluation = row.evaluation
    return s.ReportedQuestion(
        question_id=shown(row.question.public_id),
        accuracy=evaluation.quality if evaluation else None,
        communication=evaluation.communication if evaluation else None,
        behavior=evaluation.behavior if evaluation else None,
        feedback=(evaluation.summary or evaluation.reason or "") if evaluation else NOT_JUDGED[row.state],
    )
