"""Domain values as the kiosk's document shows them: an interview by its UUID, scores of 0-10, other things by integers.

A question goes by its place from 1, in its set and in the interview alike, as in the document: `id`, `question_id` and
`current_question` are the same number everywhere.
"""

from collections.abc import Mapping
from uuid import UUID

from app.dialects.kiosk import schemas
from app.dialects.kiosk.schemas import Status
from app.errors import NotFound
from app.models import InterviewSession, User
from app.models.values.kinds import SessionStatus
from app.repositories.access_codes import CodeView
from app.repositories.answers import AnsweredQuestion
from app.repositories.base import Ref
from app.repositories.conducted import ConductedInterview
from app.repositories.question_sets import QuestionSetView
from app.repositories.recordings import RecordingView
from app.services.accounts.first_admin import name_of
from app.services.interviews.question_service import places
from app.services.recruiting.conducted_service import Dossier
from app.services.recruiting.entry_service import Entry
from app.web.faces import integer_key

STATUSES: Mapping[SessionStatus, Status] = {
    "created": "pending",
    "questions_generated": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
    "cancelled": "cancelled",
}


def admin(user: User) -> schemas.AdminOut:
    return schemas.AdminOut(id=user.id, username=name_of(user.email))


def code(view: CodeView) -> schemas.CodeOut:
    return schemas.CodeOut(
        id=view.code.id,
        code=view.code.code,
        candidate_name=view.candidate_name,
        is_used=view.is_used,
        created_at=view.code.created_at,
        expires_at=view.code.expires_at,
    )


def question_set(view: QuestionSetView) -> schemas.SetOut:
    found = view.question_set
    questions = [
        schemas.SetQuestionOut(
            id=place,
            text=item.text,
            order_index=place - 1,
            time_limit=item.time_limit,
            hints="\n".join(item.hints),
        )
        for place, item in enumerate(view.items, start=1)
    ]
    return schemas.SetOut(
        id=found.id,
        name=found.name,
        description=found.description,
        is_active=found.is_active,
        created_at=found.created_at,
        questions=questions,
    )


def entered(entry: Entry) -> schemas.Entered:
    numbers = places(entry.questions)
    questions = [
        schemas.QuestionOut(id=numbers[found.id], text=found.text, time_limit=found.time_limit, order_index=index)
        for index, found in enumerate(entry.questions)
    ]
    return schemas.Entered(
        session_id=str(entry.interview.public_id),
        candidate_name=entry.interview.candidate_name or "",
        questions=questions,
    )


def session_status(interview: InterviewSession, current: int | None) -> schemas.SessionStatusResponse:
    return schemas.SessionStatusResponse(
        session=schemas.SessionStatusOut(
            id=str(interview.public_id),
            candidate_name=interview.candidate_name or "",
            status=STATUSES[interview.status],
            current_question=current,
            started_at=interview.started_at,
            completed_at=interview.completed_at,
        )
    )


def recording(view: RecordingView, numbers: Mapping[int, int]) -> schemas.RecordingOut:
    found = view.recording
    return schemas.RecordingOut(
        id=found.id,
        recording_type=found.kind,
        file_size=found.size_bytes,
        duration=found.duration,
        question_id=None if found.question_id is None else numbers[found.question_id],
        created_at=found.created_at,
    )


def session_ref(text: str) -> Ref:
    """An interview by its UUID, or by the number that lists show beside it."""
    try:
        return integer_key(text) if text.isdigit() else UUID(text)
    except ValueError as error:
        raise NotFound.of("Session") from error


def session(row: ConductedInterview) -> schemas.SessionOut:
    """An interview is called after its question set, also when that was renamed or deleted since."""
    interview = row.interview
    return schemas.SessionOut(
        id=interview.id,
        session_id=str(interview.public_id),
        candidate_name=row.candidate_name,
        status=STATUSES[interview.status],
        started_at=interview.started_at,
        completed_at=interview.completed_at,
        question_set_id=interview.question_set_id,
        question_set_name=interview.title,
    )


def details(dossier: Dossier) -> schemas.Details:
    numbers = places(row.question for row in dossier.questions)
    transcripts = [
        schemas.TranscriptOut(
            id=segment.id,
            text=segment.text,
            confidence=segment.confidence,
            start_time=segment.start,
            end_time=segment.end,
            created_at=segment.created_at,
        )
        for segment in dossier.segments
    ]
    return schemas.Details(
        session=session(dossier.row),
        responses=[found for row in dossier.questions if (found := _response(row, numbers)) is not None],
        transcripts=transcripts,
        recordings=[recording(view, numbers) for view in dossier.recordings],
    )


def _response(row: AnsweredQuestion, numbers: Mapping[int, int]) -> schemas.ResponseOut | None:
    answer, evaluation = row.answer, row.evaluation
    if answer is None:
        return None
    score = evaluation.overall if evaluation else None
    claims = answer.claimed_score is not None or answer.claimed_analysis is not None
    return schemas.ResponseOut(
        id=answer.id,
        question_id=numbers[row.question.id],
        question_text=row.question.text,
        transcript=answer.text,
        ai_analysis=" ".join((evaluation.summary, *evaluation.suggestions)).strip() if evaluation else None,
        ai_score=None if score is None else round(score / 10, 1),
        client_claim=schemas.ClaimOut(ai_score=answer.claimed_score, ai_analysis=answer.claimed_analysis)
        if claims
        else None,
        started_at=row.question.asked_at or answer.created_at,
        completed_at=answer.updated_at,
    )
