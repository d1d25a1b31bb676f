"""The rules of answers are the same by whatever way an answer comes: over HTTP, live, typed or recorded."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from app.database import Database, NotWritable, ReadSession
from app.engines.storage import LocalStorage, Scratch
from app.errors import Conflict, NotFound
from app.models import Answer, InterviewSession, Job, JobKind, Question, User
from app.models.values.kinds import SessionStatus
from app.repositories.answers import AnswerRepository
from app.repositories.interviews import InterviewRepository, QuestionRepository
from app.repositories.recordings import RecordingRepository
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account, CodeHolder
from app.services.answers.answer_service import AnswerService, HeardAnswer, HeardSegment, Recogniser
from app.services.interviews.interview_service import InterviewService
from app.services.recordings.keeper import StoredFile, new_key
from app.services.recruiting.access_code_service import AccessCodeService
from tests.support.databases import PostgresDatabases, SqliteDatabases

ENGINE = Recogniser("whisper", "test", keeps_fillers=True, basic_accuracy=False)


@dataclass
class Room:
    """An interview with one question, and where its files go."""

    database: Database
    storage: LocalStorage
    interview: InterviewSession
    question: Question

    async def sound(self, content: bytes = b"RIFF") -> StoredFile:
        """A file in storage."""
        key = new_key("recordings", "wav")
        await self.storage.put(key, content)
        return StoredFile(key, "wav", 1.5, len(content), "0" * 64)

    async def answer(self) -> Answer | None:
        async with self.database.reading() as session:
            return await AnswerRepository(session).of_question(self.question.id)

    async def files(self) -> list[str]:
        """What is kept and was not given to a job to delete."""
        async with self.database.reading() as session:
            jobs = (await session.scalars(select(Job).where(Job.kind == JobKind.DELETE_FILES))).all()
        given_up = {key for job in jobs for key in job.payload["names"]}
        return sorted([found.key async for found in self.storage.list("recordings") if found.key not in given_up])


@pytest_asyncio.fixture
async def room(databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> AsyncIterator[Room]:
    async with databases.fresh() as url:
        database = Database(url)
        async with database.writing() as session:
            user = await UserRepository(session).add(User(email="a@b.c", password_hash="-", full_name="Ada"))
            interview = await InterviewRepository(session).add(
                InterviewSession(owner_id=user.id, title="Practice", status="questions_generated")
            )
            question = await QuestionRepository(session).add(
                Question(session_id=interview.id, number=1, text="Why?", category="technical", difficulty="easy")
            )
        yield Room(database, LocalStorage(tmp_path, Scratch(tmp_path / "drafts")), interview, question)
        await database.close()


class Writing:
    """One transaction with the rows of the room in it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._context = room.database.writing()

    async def __aenter__(self) -> tuple[AnswerService, InterviewSession, Question]:
        session = await self._context.__aenter__()
        interview = await InterviewRepository(session).by_id(self._room.interview.id)
        question = await QuestionRepository(session).by_id(self._room.question.id)
        assert interview is not None
        assert question is not None
        return AnswerService(session, self._room.storage), interview, question

    async def __aexit__(self, *error: object) -> None:
        await self._context.__aexit__(*error)  # type: ignore[arg-type]


def heard(*texts: str) -> HeardAnswer:
    segments = [HeardSegment(at, text, float(at), at + 1.0, (), None, "whisper") for at, text in enumerate(texts)]
    return HeardAnswer(segments, ENGINE)


class TestSkipping:
    async def test_drops_a_live_answer_that_is_open(self, room: Room) -> None:
        async with Writing(room) as (answers, _, question):
            await answers.open_live(question)
        async with Writing(room) as (answers, interview, question):
            await answers.skip(interview, question)
        assert await room.answer() is None

    @pytest.mark.parametrize("way", ["typed", "recorded", "live"])
    async def test_is_refused_when_there_is_an_answer(self, room: Room, way: str) -> None:
        sound = await room.sound()
        async with Writing(room) as (answers, interview, question):
            if way == "typed":
                await answers.type(interview, question, "Because.")
            elif way == "recorded":
                await answers.record(interview, question, sound)
            else:
                await answers.close_live(question, await answers.open_live(question), heard("Because."), sound)
        with pytest.raises(Conflict):
            async with Writing(room) as (answers, interview, question):
                await answers.skip(interview, question)
        assert await room.answer() is not None


class TestReplacing:
    async def test_a_recording_takes_the_place_of_a_live_answer_with_its_file(self, room: Room) -> None:
        first, second = await room.sound(), await room.sound(b"RIFF two")
        async with Writing(room) as (answers, _, question):
            await answers.close_live(question, await answers.open_live(question), heard("One."), first)
        async with Writing(room) as (answers, interview, question):
            await answers.record(interview, question, second)
        assert await room.files() == [second.key]
        found = await room.answer()
        assert found is not None
        assert (found.kind, found.text, found.status) == ("audio", "", "received")

    @pytest.mark.parametrize("live", [False, True])
    async def test_typing_does_not_take_the_place_of_a_recording(self, room: Room, live: bool) -> None:
        sound = await room.sound()
        async with Writing(room) as (answers, interview, question):
            await answers.record(interview, question, sound)
        with pytest.raises(Conflict, match="transcript"):
            async with Writing(room) as (answers, interview, question):
                await answers.type(interview, question, "Typed.", live=live)
        assert await room.files() == [sound.key]

    async def test_a_live_answer_does_not_begin_where_there_is_another(self, room: Room) -> None:
        async with Writing(room) as (answers, interview, question):
            await answers.type(interview, question, "Because.")
        with pytest.raises(Conflict):
            async with Writing(room) as (answers, _, question):
                await answers.open_live(question)

    @pytest.mark.parametrize("live", [False, True])
    async def test_any_answer_begins_the_interview_and_ends_a_skip(self, room: Room, live: bool) -> None:
        async with Writing(room) as (answers, interview, question):
            await answers.skip(interview, question)
        async with Writing(room) as (answers, interview, question):
            await answers.type(interview, question, "After all.", live=live)
            assert interview.status == "in_progress"
            assert question.skipped_at is None


class TestClosingALiveAnswer:
    async def test_may_be_repeated(self, room: Room) -> None:
        sound = await room.sound()
        async with Writing(room) as (answers, _, question):
            answer = await answers.open_live(question)
            assert await answers.close_live(question, answer, heard("One.", "Two."), sound)
            assert not await answers.close_live(question, answer, heard("One.", "Two.", "Three."), None)
        found = await room.answer()
        assert found is not None
        assert found.text == "One. Two."
        async with room.database.reading() as session:
            assert len(await AnswerRepository(session).segments(found.id)) == 3
            recording = await RecordingRepository(session).of_question(room.question.id)
        assert recording is not None
        assert recording.key == sound.key


class TestAnInterviewThatIsOver:
    @pytest.mark.parametrize("status", ["completed", "cancelled"])
    @pytest.mark.parametrize("way", ["type", "skip", "record", "correct"])
    async def test_takes_no_answer(self, room: Room, status: SessionStatus, way: str) -> None:
        sound = await room.sound()
        async with Writing(room) as (_, interview, _question):
            interview.status = status
        async with Writing(room) as (answers, interview, question):
            refusing: dict[str, Callable[[], Awaitable[object]]] = {
                "type": lambda: answers.type(interview, question, "Late."),
                "skip": lambda: answers.skip(interview, question),
                "record": lambda: answers.record(interview, question, sound),
                "correct": lambda: answers.correct(interview, question, "Late."),
            }
            with pytest.raises(Conflict) as error:
                await refusing[way]()
        assert error.value.code == "session_closed"
        assert await room.answer() is None


class TestWhoMaySee:
    """The UUID of an interview opens interviews that were started with an access code, and no others."""

    async def test_an_account_sees_its_own_by_either_id(self, room: Room) -> None:
        mine = Account(room.interview.owner_id or 0, room.interview.public_id, "candidate", room.interview.public_id)
        other = Account(mine.key + 1, mine.public_id, "candidate", mine.login_id)
        async with room.database.reading() as session:
            interviews = InterviewService(session)
            for ref in (room.interview.id, room.interview.public_id):
                assert (await interviews.get(mine, ref)).id == room.interview.id
                with pytest.raises(NotFound):
                    await interviews.get(other, ref)

    async def test_the_uuid_alone_opens_no_interview_of_an_account(self, room: Room) -> None:
        async with room.database.reading() as session:
            for ref in (room.interview.id, room.interview.public_id):
                with pytest.raises(NotFound):
                    await InterviewService(session).get(CodeHolder(room.interview.public_id), ref)

    async def test_who_entered_with_a_code_sees_that_interview_alone(self, room: Room) -> None:
        async with room.database.writing() as session:
            codes = AccessCodeService(session)
            one, two = [await codes.enter(code.code, candidate_name="Ada") for code in await codes.issue(2)]
        async with room.database.reading() as session:
            interviews = InterviewService(session)
            holder = CodeHolder(one.public_id)
            assert (await interviews.get(holder, one.public_id)).id == one.id
            for ref in (two.public_id, two.id, room.interview.public_id):
                with pytest.raises(NotFound):
                    await interviews.get(holder, ref)


class TestAReadingSession:
    async def test_refuses_to_write(self, room: Room) -> None:
        async with room.database.reading() as session:
            assert isinstance(session, ReadSession)
            question = await QuestionRepository(session).by_id(room.question.id)
            assert question is not None
            question.text = "Changed?"
            with pytest.raises(NotWritable):
                await session.flush()
        async with room.database.reading() as session:
            with pytest.raises(NotWritable):
                await QuestionRepository(session).delete_of_session(room.interview.id)
        async with room.database.reading() as session:
            found = await QuestionRepository(session).by_id(room.question.id)
            assert found is not None
            assert found.text == "Why?"
