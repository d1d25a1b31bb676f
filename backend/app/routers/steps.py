"""Interviews that a client leads step by step, without a live connection."""

from uuid import UUID

from fastapi import APIRouter, Depends

from app.models import Question
from app.routers import present
from app.routers.errors import documented
from app.runtime.services import Reads, Writes
from app.schemas.common import Envelope, wrap
from app.schemas.interview import AdvanceRequest, DueQuestionOut, SessionOut, StartRequest
from app.web.dependencies import CurrentSubject, Reading, Writing, limit_subject

router = APIRouter(prefix="/api/v1/interviews/sessions/{session_id}", tags=["Questions"])
CHANGES = documented(404, 409)


@router.post(
    "/start", responses={**CHANGES, **documented(429)}, dependencies=[Depends(limit_subject("interview_start"))]
)
async def start_session(
    session_id: UUID, subject: CurrentSubject, writes: Writing, body: StartRequest | None = None
) -> Envelope[SessionOut]:
    """Begin an interview that has its questions. A live connection or the first answer begins it as well."""
    await writes.steps.start(subject, session_id, body.voice if body else None)
    return wrap(present.interview(await writes.interviews.get_with_counts(subject, session_id)))


@router.get("/current-question", responses=CHANGES)
async def get_current_question(session_id: UUID, subject: CurrentSubject, reads: Reading) -> Envelope[DueQuestionOut]:
    """The question that is due: the same until it is left behind. Complete the interview when there is none."""
    step = await reads.steps.due(subject, session_id)
    return wrap(await _shown(reads, step.question))


@router.post("/advance", responses=CHANGES)
async def advance_session(
    session_id: UUID, subject: CurrentSubject, writes: Writing, body: AdvanceRequest | None = None
) -> Envelope[DueQuestionOut]:
    """Leave the question that is due behind, answered or not; the next one comes back. A repeat with the `question_id`
    of a question that was left behind changes nothing."""
    step = await writes.steps.advance(subject, session_id, body.question_id if body else None)
    return wrap(await _shown(writes, step.question))


async def _shown(services: Reads | Writes, question: Question | None) -> DueQuestionOut:
    view = await services.questions.view(question) if question else None
    return DueQuestionOut(question=present.question(view) if view else None)
