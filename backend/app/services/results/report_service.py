"""The hire report: a suggestion from content alone, with its reasons and its doubt. A person decides."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, NotFound
from app.judge.verdict import mean_of
from app.models import InterviewSession, Report
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.results import ReportRepository
from app.services.results.scoring_service import ScoringService, counted, state_of

STRONG_HIRE, HIRE, HOLD = 80.0, 65.0, 50.0
"""Content score from which a decision is suggested; below HOLD it is NO_HIRE."""
STRONG_FLOOR = 65.0
"""A strong hire has no kind of question under this."""
ENOUGH_ANSWERS = 3
ENOUGH_SHARE = 0.8
"""Share of the questions that must have a scored answer for a suggestion to hire."""
NOTICE = (
    "This report prepares a decision and does not make it. It rests on what was said, not on voice, accent, pace, face "
    "or emotion. A person who has read the answers decides."
)


class ReportService:
    """Owns reports."""

    def __init__(self, session: AsyncSession, scoring: ScoringService) -> None:
        self.session = session
        self.scoring = scoring
        self.answers = AnswerRepository(session)
        self.reports = ReportRepository(session)

    async def get(self, interview: InterviewSession) -> Report:
        """The stored report."""
        report = await self.reports.of_session(interview.id)
        if report is None:
            raise NotFound("There is no report yet. POST to this address once the interview is over.", code="no_report")
        return report

    async def write(self, interview: InterviewSession) -> Report:
        """Write the report anew from the scores. Conflict while the interview goes on."""
        if interview.status != "completed":
            raise Conflict("The interview is not completed yet, so there is no report.", code="interview_not_completed")
        scorecard = await self.scoring.get_or_calculate(interview)
        rows = counted(await self.answers.of_session(interview.id))
        content = _content(interview, rows)
        content["delivery"] = {
            "grammar": scorecard.grammar,
            "fluency": scorecard.fluency,
            "note": "Shown for coaching; it does not enter the decision.",
        }
        return await self.reports.replace(
            Report(
                session_id=interview.id,
                decision=content.pop("decision"),
                content=content,
                engine="builtin",
                engine_version=scorecard.engine_version,
            )
        )


def _content(interview: InterviewSession, rows: Sequence[AnsweredQuestion]) -> dict[str, Any]:
    judged = [(row, value) for row in rows if (value := _quality(row)) is not None]
    score = mean_of(*(value for _, value in judged))
    by_category: dict[str, list[float]] = defaultdict(list)
    for row, value in judged:
        by_category[row.question.category].append(value)
    categories = {name: round(sum(values) / len(values), 1) for name, values in by_category.items()}
    uncertainty = _uncertainty([row for row, _ in judged])
    skipped = sum(row.answer is None for row, _ in judged)
    decision, reasons = decide(
        score, uncertainty, categories, answers=len(judged) - skipped, skipped=skipped, questions=len(rows)
    )
    return {
        "decision": decision,
        "content_score": None if score is None else round(score, 1),
        "uncertainty": uncertainty,
        "reasons": reasons + _match_reasons(interview.job_match),
        "notice": NOTICE,
        "categories": categories,
        "questions": [_question(row) for row in rows],
        "job_match": interview.job_match,
    }


def decide(
    score: float | None,
    uncertainty: float | None,
    categories: dict[str, float],
    *,
    answers: int,
    questions: int,
    skipped: int = 0,
) -> tuple[str | None, list[str]]:
    """(decision, reasons) from content only. No decision without answers; HOLD where doubt reaches over the line, where
    too little was answered, or where questions were left open. `answers` are those with a score."""
    if score is None:
        return None, ["No answer could be scored, so nothing is suggested."]
    reasons = [f"Content score {score:.0f} of 100 over {answers} of {questions} questions."]
    if skipped:
        reasons[0] = f"{reasons[0][:-1]}; {skipped} skipped, which count as 0."
    weakest = min(categories, key=lambda name: categories[name])
    if len(categories) > 1:
        strongest = max(categories, key=lambda name: categories[name])
        reasons.append(
            f"Strongest in {strongest.replace('_', ' ')} ({categories[strongest]:.0f}), "
            f"weakest in {weakest.replace('_', ' ')} ({categories[weakest]:.0f})."
        )
    doubt = uncertainty or 0.0
    if answers + skipped < ENOUGH_ANSWERS:
        reasons.append(f"At least {ENOUGH_ANSWERS} scored answers are needed to suggest anything but HOLD.")
        return "HOLD", reasons
    if score + doubt < HOLD:
        return "NO_HIRE", reasons
    if answers + skipped < ENOUGH_SHARE * questions:
        left = questions - answers - skipped
        reasons.append(f"{left} questions have no scored answer, so nothing beyond HOLD is suggested.")
        return "HOLD", reasons
    if score >= STRONG_HIRE and categories[weakest] >= STRONG_FLOOR:
        return "STRONG_HIRE", reasons
    if score >= HIRE:
        return "HIRE", reasons
    reasons.append(f"The score is uncertain by {doubt:.0f} points: read the answers before deciding.")
    return "HOLD", reasons


def _quality(row: AnsweredQuestion) -> float | None:
    """Content quality of an answer; a skipped question is 0, an unscored one does not count."""
    if row.evaluation is not None:
        return row.evaluation.quality
    return 0.0 if row.question.skipped_at is not None and row.answer is None else None


def _uncertainty(rows: Sequence[AnsweredQuestion]) -> float | None:
    known = [row.evaluation.uncertainty for row in rows if row.evaluation and row.evaluation.uncertainty is not None]
    return round(sum(value**2 for value in known) ** 0.5 / len(known), 1) if known else None


def _match_reasons(match: dict[str, Any] | None) -> list[str]:
    if not match:
        return []
    if match["score"] is None:
        return []
    missing = ", ".join(item["skill"] for item in match["missing"] if item["level"] == "missing")
    text = f"The résumé meets {match['score']:.0f} of 100 of what the job asks for"
    return [f"{text}; not found in it: {missing}." if missing else f"{text}."]


def _question(row: AnsweredQuestion) -> dict[str, Any]:
    evaluation = row.evaluation
    points = evaluation.detail.get("points", []) if evaluation else []
    return {
        "question_id": str(row.question.public_id),
        "question_text": row.question.text,
        "category": row.question.category,
        "state": state_of(row),
        "content_score": evaluation.quality if evaluation else None,
        "uncertainty": evaluation.uncertainty if evaluation else None,
        "covered": [
            {"point": p["text"], "quote": p["quote"]} for p in points if p["label"] == "covered" and p["quote"]
        ],
        "partly": [{"point": p["text"], "quote": p["quote"]} for p in points if p["label"] == "partly"],
        "missing": [p["text"] for p in points if p["label"] == "missing"],
        "flags": [flag["message"] for flag in evaluation.detail.get("flags", [])] if evaluation else [],
    }
