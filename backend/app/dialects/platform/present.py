"""Turns what services return into the shapes of the platform."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from app.dialects.platform import schemas as s
from app.models import InterviewSession, now
from app.models.values.kinds import Rating
from app.repositories.answers import AnsweredQuestion
from app.services.accounts.logins import Login
from app.services.accounts.subject import Account
from app.services.interviews.completion import feedback_id
from app.services.interviews.conversation import Utterance
from app.services.interviews.creation import PaidInterview
from app.services.results.counting import points_of
from app.services.results.overview import Overview, ResultsState
from app.services.results.wording import RATINGS, step
from app.web.shapes import remark, whole

STATUSES: dict[ResultsState, s.FeedbackStatus] = {
    "generating": "generating",
    "ready": "completed",
    "failed": "failed",
    "empty": "completed",
}
QUALITIES: dict[Rating, s.AnswerQuality] = {
    "Excellent": "excellent",
    "Good": "good",
    "Fair": "fair",
    "Needs work": "needs_work",
}
NO_TEXT = {
    "generating": "",
    "failed": "The feedback could not be written. Complete the interview again to have it tried once more.",
    "empty": "No question was answered, so there is nothing to give feedback on.",
}
LEFT = {"skipped": "Skipped", "not_answered": "Not answered"}


def logged_in(found: Login) -> s.LoggedIn:
    expires_at = now() + timedelta(seconds=found.tokens.expires_in)
    session = s.LoginSession(access_token=found.tokens.access_token, expires_at=expires_at)
    return s.LoggedIn(user=s.User.model_validate(found.user), session=session)


def created(account: Account, found: PaidInterview) -> s.Created:
    row = found.interview
    session = s.BegunInterview(
        id=row.public_id,
        user_id=account.public_id,
        role=row.shown_role,
        interview_type=row.interview_type,
        duration_minutes=row.duration_minutes,
        status=row.status,
        started_at=row.started_at,
    )
    return s.Created(session=session, interviews_remaining=found.interviews_remaining)


def interview(row: InterviewSession, conversation: Iterable[Utterance], recording_url: str | None) -> s.Interview:
    details = s.InterviewDetails(
        id=row.public_id,
        role=row.shown_role,
        interview_type=row.interview_type,
        duration_minutes=row.duration_minutes,
        status=row.status,
        started_at=row.started_at,
        completed_at=row.completed_at,
        recording_url=recording_url,
    )
    return s.Interview(session=details, messages=[s.Said.model_validate(said) for said in conversation])


def history(rows: Sequence[InterviewSession], total: int, limit: int, offset: int) -> s.History:
    past = [s.PastInterview.model_validate(row) for row in rows]
    return s.History(interviews=past, total=total, limit=limit, offset=offset)


def feedback(found: Overview) -> s.Feedback:
    is_ready, written, card = found.state == "ready", found.feedback, found.scorecard
    means = found.means if is_ready else {}
    content = written.content if is_ready and written is not None else None
    return s.Feedback(
        id=feedback_id(found.interview),
        session_id=found.interview.public_id,
        status=STATUSES[found.state],
        overall_score=whole(card.total) if is_ready and card is not None else None,
        technical_depth_score=whole(means.get("technical")),
        communication_score=whole(means.get("communication")),
        structure_score=whole(means.get("structure")),
        confidence_score=whole(means.get("confidence")),
        strengths="\n".join(map(remark, content.strengths)) if content else "",
        improvements="\n".join([*map(remark, content.weaknesses), *(item.message for item in content.suggestions)])
        if content
        else NO_TEXT.get(found.state, ""),
        detailed_feedback=s.DetailedFeedback(
            questions=[
                _question(row, points_of(row, is_over=found.interview.status == "completed")) for row in found.rows
            ]
            if is_ready
            else []
        ),
    )


def _question(row: AnsweredQuestion, score: float | None) -> s.QuestionFeedback:
    evaluation = row.evaluation
    quality: s.AnswerQuality
    match row.state:
        case "skipped" | "not_answered":
            quality = row.state
        case _:
            quality = "not_scored" if score is None else QUALITIES[step(RATINGS, score)]
    return s.QuestionFeedback(
        question=row.question.text,
        answer_quality=quality,
        score=whole(score),
        feedback=evaluation.summary if evaluation is not None else _left(row, score),
    )


def _left(row: AnsweredQuestion, score: float | None) -> str:
    counts = "does not count" if score is None else "counts as 0"
    return f"{LEFT[row.state]}: it {counts}." if row.state in LEFT else ""
