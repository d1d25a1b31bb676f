"""Access codes, question sets and prompts in v1's words."""

from starlette.requests import Request

from app.models import PromptTemplate, QuestionSet
from app.repositories.access_codes import CodeView
from app.repositories.question_sets import QuestionSetView
from app.routers import present, present_recordings
from app.schemas.recruiting import (
    CodeOut,
    CodeSetOut,
    EnteredOut,
    PageInterviewOut,
    PromptOut,
    QuestionSetOut,
    SetQuestionIn,
    SetQuestionOut,
)
from app.services.recruiting.entry_service import Entered
from app.services.recruiting.question_set_service import SetQuestion
from app.web.prefix import public


def code(view: CodeView, request: Request) -> CodeOut:
    row, chosen = view.code, view.question_set
    origin = request.base_url.replace(path="", query="")
    return CodeOut(
        id=row.public_id,
        code=row.code,
        join_url=f"{origin}{public('/join')}#{row.code}",
        label=row.label,
        candidate_name=view.candidate_name,
        kind=row.interview_kind,
        question_set=code_set(chosen),
        session_id=view.interview.public_id if view.interview else None,
        session_status=view.interview.status if view.interview else None,
        is_used=view.is_used,
        is_expired=view.is_expired,
        created_at=row.created_at,
        expires_at=row.expires_at,
        entered_at=row.entered_at,
    )


def code_set(chosen: QuestionSet | None) -> CodeSetOut | None:
    if chosen is None:
        return None
    lengths = {"question_count": chosen.question_count, "answer_seconds": chosen.answer_seconds}
    return CodeSetOut(id=chosen.public_id, name=chosen.name, **lengths)


def question_set(view: QuestionSetView) -> QuestionSetOut:
    row = view.question_set
    return QuestionSetOut(
        id=row.public_id,
        name=row.name,
        description=row.description,
        is_active=row.is_active,
        questions=[SetQuestionOut.model_validate(item) for item in view.items],
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def set_question(sent: SetQuestionIn) -> SetQuestion:
    return SetQuestion(ref=sent.id, **sent.model_dump(exclude={"id"}))


def prompt(row: PromptTemplate) -> PromptOut:
    return PromptOut.model_validate(row)


def page_interview(entered: Entered | None) -> PageInterviewOut:
    if entered is None:
        return PageInterviewOut(interview=None)
    return PageInterviewOut(
        interview=EnteredOut(
            session=present.interview(entered.found),
            candidate_name=entered.found.interview.candidate_name or "",
            consent=present_recordings.consent(entered.consent),
            recordings_days=entered.recordings_days,
            transcripts_days=entered.transcripts_days,
            looks_at_films=entered.looks_at_films,
        )
    )
