"""What happened in an interview and when, read from the rows that it left."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.database import Database
from app.judge.numbers import of_hundred
from app.models import AuditEvent, Evaluation, Question, User
from app.models.values.kinds import Happening
from app.repositories.answers import AnsweredQuestion, EvaluationRepository
from app.repositories.base import Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.privacy import AuditRepository, ConsentRepository
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.recruiting.conducted_service import ConductedService, Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened. `who` is the name of whoever did it, where it was not the candidate or the server."""

    at: datetime
    what: Happening
    text: str
    question: Question | None = None
    who: str | None = None


class TimelineService:
    """Puts the rows of an interview in the order of time."""

    def __init__(self, database: Database, conducted: ConductedService) -> None:
        self.database = database
        self.conducted = conducted

    async def of_interview(self, account: Account, ref: Ref) -> list[Moment]:
        """Everything that is known of an interview that the account conducts, oldest first. That is noted."""
        dossier = await self.conducted.get(account, ref)
        interview = dossier.row.interview
        answers = [row.answer.id for row in dossier.questions if row.answer]
        async with self.database.reading() as session:
            consents = await ConsentRepository(session).of_session(interview.id)
            evaluations = await EvaluationRepository(session).of_answers(answers)
            messages = await InterviewRepository(session).messages(interview.id)
            about = [interview.public_id, *(view.recording.public_id for view in dossier.recordings)]
            events = await AuditRepository(session).about(about)
            people = await UserRepository(session).by_public_ids({event.actor_id for event in events})
        moments = [*_of_interview(dossier), *_of_questions(dossier), *_of_evaluations(dossier, evaluations)]
        moments += (
            Moment(at=row.created_at, what="consent_given", text=", ".join(row.purposes) or "nothing")
            for row in consents
        )
        moments += (
            Moment(
                at=row.created_at,
                what="said",
                text=row.content,
                question=dossier.asked.get(row.question_id) if row.question_id else None,
                who=None if row.role == "user" else "Interviewer",
            )
            for row in messages
            if row.content  # a skipped question is kept without words, and is told as skipped
        )
        moments += _of_access(events, people)
        return sorted(moments, key=lambda moment: moment.at)


def _of_interview(dossier: Dossier) -> Iterator[Moment]:
    interview = dossier.row.interview
    code = f"with the code {dossier.row.code.code}" if dossier.row.code else "by an account"
    yield Moment(at=interview.created_at, what="created", text=f"{interview.kind}, {code}")
    if interview.started_at:
        yield Moment(at=interview.started_at, what="started", text="")
    if interview.completed_at:
        yield Moment(at=interview.completed_at, what="completed", text="")
    if interview.status == "cancelled":
        yield Moment(at=interview.updated_at, what="cancelled", text="")
    if dossier.scores:
        card = dossier.scores.result
        yield Moment(at=card.created_at, what="scored", text="" if card.total is None else of_hundred(card.total))
    if dossier.feedback:
        yield Moment(at=dossier.feedback.result.created_at, what="feedback_written", text="")
    if dossier.report:
        row = dossier.report.result
        yield Moment(at=row.created_at, what="report_written", text=row.decision or "no suggestion")
    for view in dossier.recordings:
        text = f"{view.recording.kind}, {view.recording.duration:.0f} s"
        yield Moment(at=view.recording.created_at, what="recording_added", text=text, question=view.question)
    for note in dossier.notes:
        who = note.author.full_name if note.author else None
        rated = f"{note.note.rating} of 5" if note.note.rating else ""
        text = ": ".join(filter(None, (rated, note.note.text)))
        yield Moment(at=note.note.created_at, what="note_written", text=text, question=note.question, who=who)


def _of_questions(dossier: Dossier) -> Iterator[Moment]:
    added: dict[datetime, list[datetime]] = defaultdict(list)
    for row in dossier.questions:
        added[row.question.created_at.replace(microsecond=0)].append(row.question.created_at)
        yield from _of_question(row)
    for together in added.values():
        yield Moment(at=min(together), what="questions_added", text=str(len(together)))


def _of_question(row: AnsweredQuestion) -> Iterator[Moment]:
    question, answer = row.question, row.answer
    if question.asked_at:
        yield Moment(at=question.asked_at, what="question_asked", text=question.text, question=question)
    if question.skipped_at:
        yield Moment(at=question.skipped_at, what="question_skipped", text="", question=question)
    if answer is not None:
        yield Moment(at=answer.created_at, what="answered", text=answer.kind, question=question)
        if answer.corrected_at:
            yield Moment(at=answer.corrected_at, what="transcript_corrected", text=answer.text, question=question)


def _of_evaluations(dossier: Dossier, evaluations: list[Evaluation]) -> Iterator[Moment]:
    asked = {row.answer.id: row.question for row in dossier.questions if row.answer}
    for row in evaluations:
        text = row.reason or row.status if row.quality is None else f"content {of_hundred(row.quality)}"
        text += "" if row.is_current else ", replaced later"
        yield Moment(at=row.created_at, what="evaluated", text=text, question=asked[row.answer_id])


def _of_access(events: list[AuditEvent], people: list[User]) -> Iterator[Moment]:
    names = {user.public_id: user.full_name for user in people}
    for event in events:
        if event.action == "note_written":
            continue  # the note itself stands there, unless it was deleted, which is told
        yield Moment(at=event.created_at, what="accessed", text=event.action, who=names.get(event.actor_id))
