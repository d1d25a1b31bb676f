"""Interviews as those see them who conduct them: `/api/v1/admin/sessions` and what belongs to it.

A recruiter conducts the interviews that were begun with their own codes, an administrator all.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from app.models.values.kinds import InterviewKind, MediaKind, RecordingState, Review, SessionStatus
from app.repositories.base import Order
from app.repositories.conducted import SessionSort, Wanted
from app.routers import present_admin, present_recordings
from app.routers.errors import documented
from app.routers.paging import Direction, PageDep, Search
from app.routers.present import page_info
from app.schemas.admin import (
    ComparisonOut,
    ConductedList,
    ConductedMediaList,
    ConductedOut,
    DossierOut,
    EditNoteRequest,
    NoteList,
    NoteOut,
    NoteRequest,
    ReviewRequest,
    TimelineOut,
)
from app.schemas.common import Envelope, Message, wrap
from app.schemas.recording import DeletionOut
from app.services.recruiting.comparison import MAX_INTERVIEWS
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, Writing
from app.web.files import file_content, zip_file

router = APIRouter(prefix="/api/v1/admin", responses=documented(403))
CONDUCTED = documented(404)


async def _wanted(
    status: SessionStatus | None = None,
    kind: InterviewKind | None = None,
    review: Annotated[Review | None, Query(description="What a person has decided so far")] = None,
    role: Annotated[Search | None, Query(description="A part of the target role")] = None,
    by_code: Annotated[bool, Query(description="Only those that were begun with an access code")] = False,
    own: Annotated[bool, Query(description="Only those that were begun with the caller's own codes")] = False,
    code: Annotated[Search | None, Query(description="The access code that it was begun with")] = None,
    question_set_id: Annotated[UUID | None, Query(description="The set that its questions come from")] = None,
    search: Annotated[Search | None, Query(description="In candidate, address, title, role, company and code")] = None,
    since: Annotated[date | None, Query(description="Created on this day (UTC) or later")] = None,
    until: Annotated[date | None, Query(description="Created on this day (UTC) or earlier")] = None,
    min_score: Annotated[int | None, Query(ge=0, le=100, description="Scored with so many points or more")] = None,
    max_score: Annotated[int | None, Query(ge=0, le=100, description="Scored with so many points or fewer")] = None,
) -> Wanted:
    return Wanted(
        by_code=by_code,
        own=own,
        status=status,
        kind=kind,
        review=review,
        role=role or None,
        code=code.upper() if code else None,
        question_set=question_set_id,
        search=search or None,
        since=datetime.combine(since, time.min, UTC) if since else None,
        until=datetime.combine(until, time.max, UTC) if until else None,
        min_score=min_score,
        max_score=max_score,
    )


async def _order(sort: SessionSort = "created_at", order: Direction = "desc") -> Order[SessionSort]:
    return Order(sort, order == "asc")


WantedDep = Annotated[Wanted, Depends(_wanted)]
OrderDep = Annotated[Order[SessionSort], Depends(_order)]


@router.get("/sessions", tags=["Recruiting"])
async def list_conducted_sessions(
    account: CurrentAccount, services: ServicesDep, wanted: WantedDep, order: OrderDep, page: PageDep
) -> Envelope[ConductedList]:
    """Interviews that the caller conducts, newest first."""
    rows, total = await services.conducted.page(account, wanted, order=order, page=page)
    shown = [present_admin.conducted(row) for row in rows]
    return wrap(ConductedList(sessions=shown, pagination=page_info(page.number, page.size, total)))


@router.get(
    "/sessions/export.csv",
    tags=["Recruiting"],
    responses={200: file_content("text/csv")[200]},
    response_class=StreamingResponse,
)
async def export_conducted_sessions(
    account: CurrentAccount, services: ServicesDep, wanted: WantedDep, order: OrderDep
) -> StreamingResponse:
    """The same interviews, all of them, for a spreadsheet. Cells that could be formulas begin with an apostrophe."""
    pieces = await services.conducted.table(account, wanted, order=order)
    headers = {"Content-Disposition": 'attachment; filename="interviews.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/sessions/{session_id:uuid}", tags=["Recruiting"], responses=CONDUCTED)
async def get_conducted_session(
    session_id: UUID, account: CurrentAccount, services: ServicesDep
) -> Envelope[DossierOut]:
    """An interview with answers, evidence, recordings, notes, scores and report. That it was read is noted."""
    return wrap(present_admin.dossier(await services.conducted.get(account, session_id)))


@router.delete("/sessions/{session_id:uuid}", tags=["Recruiting"], responses=CONDUCTED)
async def delete_conducted_session(session_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[DeletionOut]:
    """Delete an interview with everything that belongs to it, as when its candidate asks for that."""
    receipt = await writes.deletion.conducted(account, session_id)
    return wrap(present_recordings.deletion(receipt, "Session deleted with its questions, answers and recordings"))


@router.put("/sessions/{session_id:uuid}/review", tags=["Recruiting"], responses=CONDUCTED)
async def review_candidate(
    session_id: UUID, body: ReviewRequest, account: CurrentAccount, services: ServicesDep
) -> Envelope[ConductedOut]:
    """Write down what a person has decided about the candidate. The change is noted; nothing else follows from it."""
    return wrap(present_admin.conducted(await services.conducted.review(account, session_id, body.review)))


@router.get(
    "/sessions/{session_id:uuid}/export",
    tags=["Recruiting"],
    responses={**CONDUCTED, 200: file_content("application/zip")[200]},
    response_class=StreamingResponse,
)
async def export_conducted_session(
    session_id: UUID, account: CurrentAccount, services: ServicesDep
) -> StreamingResponse:
    """Everything that is kept of the interview, as a ZIP for its candidate: JSON, recordings, and an index to read.

    Of a screening it has what the candidate may see. That it was made is noted."""
    archive = await services.exports.conducted(account, session_id)
    return zip_file(archive.name, archive.pieces)


@router.get("/sessions/{session_id:uuid}/timeline", tags=["Recruiting"], responses=CONDUCTED)
async def get_timeline(session_id: UUID, account: CurrentAccount, services: ServicesDep) -> Envelope[TimelineOut]:
    """What happened and when, oldest first. That it was read is noted."""
    moments = await services.timelines.of_interview(account, session_id)
    return wrap(TimelineOut(session_id=session_id, events=[present_admin.moment(moment) for moment in moments]))


@router.get("/sessions/{session_id:uuid}/notes", tags=["Recruiting"], responses=CONDUCTED)
async def list_notes(session_id: UUID, account: CurrentAccount, reads: Reading) -> Envelope[NoteList]:
    """The notes on an interview, oldest first."""
    notes = await reads.notes.of_interview(account, session_id)
    return wrap(NoteList(notes=[present_admin.note(note) for note in notes]))


@router.post("/sessions/{session_id:uuid}/notes", status_code=201, tags=["Recruiting"], responses=CONDUCTED)
async def write_note(
    session_id: UUID, body: NoteRequest, account: CurrentAccount, writes: Writing
) -> Envelope[NoteOut]:
    """Write a note, give a rating, or both, for all who conduct the interview; no score is made of a rating. The
    candidate gets it with an export of all data."""
    written = await writes.notes.write(account, session_id, body.text, rating=body.rating, question=body.question_id)
    return wrap(present_admin.note(written))


@router.put("/sessions/{session_id:uuid}/notes/{note_id}", tags=["Recruiting"], responses=CONDUCTED)
async def edit_note(
    session_id: UUID, note_id: UUID, body: EditNoteRequest, account: CurrentAccount, writes: Writing
) -> Envelope[NoteOut]:
    """Change one's own note and its rating."""
    changed = await writes.notes.edit(account, session_id, note_id, body.text, rating=body.rating)
    return wrap(present_admin.note(changed))


@router.delete("/sessions/{session_id:uuid}/notes/{note_id}", tags=["Recruiting"], responses=CONDUCTED)
async def delete_note(session_id: UUID, note_id: UUID, account: CurrentAccount, writes: Writing) -> Envelope[Message]:
    """Delete one's own note, or as an administrator any."""
    await writes.notes.delete(account, session_id, note_id)
    return wrap(Message(message="Note deleted"))


@router.get("/comparison", tags=["Recruiting"], responses=CONDUCTED)
async def compare_candidates(
    account: CurrentAccount,
    services: ServicesDep,
    wanted: WantedDep,
    session_id: Annotated[
        list[UUID], Query(max_length=MAX_INTERVIEWS, description="These interviews; without any, all that match")
    ] = [],  # noqa: B006 - never changed
) -> Envelope[ComparisonOut]:
    """Candidates beside each other on the questions that they share: content with quotes, by name and not by rank."""
    found = await services.comparisons.compare(account, refs=session_id, wanted=wanted)
    return wrap(present_admin.comparison(found))


@router.get("/recordings", tags=["Recruiting"])
async def list_conducted_recordings(
    account: CurrentAccount,
    services: ServicesDep,
    page: PageDep,
    kind: MediaKind | None = None,
    status: RecordingState | None = None,
) -> Envelope[ConductedMediaList]:
    """Recordings of interviews that the caller conducts, newest first."""
    found, total = await services.conducted.recordings(account, kind=kind, status=status, page=page)
    shown = [present_admin.media(one) for one in found]
    return wrap(ConductedMediaList(recordings=shown, pagination=page_info(page.number, page.size, total)))
