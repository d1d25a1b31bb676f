"""Recordings of interviews and uploads on their way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.orm import undefer

from app.models import InterviewSession, Question, Recording, Upload, now
from app.repositories.base import Ref, Repository, matches


@dataclass(frozen=True, slots=True)
class RecordingView:
    """A recording with the interview and, where it has one, the question that it belongs to."""

    recording: Recording
    interview: InterviewSession
    question: Question | None


def _views() -> Select[Recording, InterviewSession, Question | None]:
    return (
        select(Recording, InterviewSession, Question)
        .join(InterviewSession, InterviewSession.id == Recording.session_id)
        .outerjoin(Question, Question.id == Recording.question_id)
    )


class RecordingRepository(Repository[Recording]):
    model = Recording

    async def of_question(self, question_id: int) -> Recording | None:
        """The recording of a question's answer."""
        return await self._one(select(Recording).where(Recording.question_id == question_id, Recording.is_answer))

    async def of_session(self, interview_id: int) -> list[RecordingView]:
        """The recordings of an interview, oldest first."""
        statement = _views().where(Recording.session_id == interview_id).order_by(Recording.id)
        return [RecordingView(*row) for row in (await self.session.execute(statement)).all()]

    async def view(self, ref: Ref, *, with_peaks: bool = False) -> RecordingView | None:
        """A recording and what it belongs to, whoever it belongs to."""
        statement = _views().where(matches(Recording, ref))
        if with_peaks:
            statement = statement.options(undefer(Recording.peaks))
        row = (await self.session.execute(statement)).one_or_none()
        return RecordingView(*row) if row else None

    async def locked(self, key: int) -> Recording | None:
        """A recording as it is now, which nobody else changes until the transaction ends."""
        statement = select(Recording).where(Recording.id == key).with_for_update()
        return await self._one(statement.execution_options(populate_existing=True))

    async def older_than(self, moment: datetime, limit: int) -> list[Recording]:
        """Recordings that were made before a moment, oldest first."""
        return await self._all(
            select(Recording).where(Recording.created_at < moment).order_by(Recording.id).limit(limit)
        )

    async def volume(self) -> tuple[int, int]:
        """How many recordings there are, and their bytes."""
        row = (await self.session.execute(select(func.count(), func.sum(Recording.size_bytes)))).one()
        return row[0], int(row[1] or 0)

    async def volume_with(self, interview: InterviewSession) -> int:
        """Bytes of all recordings of the interview's owner, or of the interview where it has none, with what unfinished
        uploads have announced."""
        is_theirs = InterviewSession.id == interview.id
        if interview.owner_id is not None:
            is_theirs = InterviewSession.owner_id == interview.owner_id
        theirs = select(InterviewSession.id).where(is_theirs)
        kept = select(func.sum(Recording.size_bytes)).where(Recording.session_id.in_(theirs))
        is_open = Upload.recording_id.is_(None) & (Upload.expires_at > now())
        announced = select(func.sum(Upload.length)).where(Upload.session_id.in_(theirs), is_open)
        parts = (func.coalesce(part.scalar_subquery(), 0) for part in (kept, announced))
        return int(await self.session.scalar(select(sum(parts, literal(0)))) or 0)

    async def all_keys(self) -> set[str]:
        """Everything in storage that belongs to a recording."""
        found: set[str] = set()
        rows = await self.session.execute(select(Recording.key, Recording.thumbnail_key))
        for key, thumbnail in rows.all():
            found.update((key, thumbnail) if thumbnail else (key,))
        return found

    async def keys_of(self, interview_ids: Collection[int]) -> list[str]:
        """Everything in storage that belongs to recordings of these interviews."""
        statement = select(Recording.key, Recording.thumbnail_key).where(Recording.session_id.in_(interview_ids))
        rows = (await self.session.execute(statement)).all()
        return [key for row in rows for key in row if key]


class UploadRepository(Repository[Upload]):
    model = Upload

    async def advance(self, upload: Upload, *, since: int, part: tuple[str, int], expires_at: datetime) -> bool:
        """Add a part, unless another request added one since; returns whether it was added."""
        parts = [*upload.parts, list(part)]
        statement = (
            update(Upload)
            .where(Upload.public_id == upload.public_id, Upload.position == since)
            .values(position=since + part[1], parts=parts, expires_at=expires_at)
            .returning(Upload.id)
            .execution_options(synchronize_session=False)
        )
        return await self.session.scalar(statement) is not None

    async def give_up(self, ref: Ref, reason: str) -> None:
        """Say why an upload became no recording; its parts stay until it expires."""
        is_waiting = matches(Upload, ref) & Upload.recording_id.is_(None)
        await self.session.execute(update(Upload).where(is_waiting).values(reason=reason))

    async def expired(self, moment: datetime) -> list[Upload]:
        """Uploads that nobody goes on with, and those that came to an end; what was received whole is kept until then.
        In a transaction they are locked against whoever goes on after all."""
        is_waiting = (Upload.position == Upload.length) & Upload.recording_id.is_(None) & Upload.reason.is_(None)
        statement = select(Upload).where(Upload.expires_at < moment, ~is_waiting).order_by(Upload.id)
        return await self._all(statement.with_for_update(skip_locked=True))

    async def all_keys(self) -> set[str]:
        """Every part in storage."""
        return {str(key) for parts in (await self.session.execute(select(Upload.parts))).scalars() for key, _ in parts}

    async def keys_of(self, interview_ids: Collection[int]) -> list[str]:
        """Parts of uploads to these interviews."""
        statement = select(Upload.parts).where(Upload.session_id.in_(interview_ids))
        return [str(key) for parts in (await self.session.execute(statement)).scalars() for key, _ in parts]
