"""A kiosk client's part in one interview: our events in the kiosk's words, and its questions by their numbers."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.dialects.kiosk.events import AiResponse, InterviewStatus, Said, SpokenResponse, TranscriptionUpdate, Trouble
from app.errors import Conflict, Unavailable
from app.models import InterviewSession
from app.runtime.runtime import Runtime
from app.schemas.live import (
    Asked,
    Ended,
    Event,
    FinalText,
    Gap,
    LiveQuestion,
    PartialText,
    Ready,
    Refused,
    Resume,
    Spoken,
    Status,
)
from app.services.interviews.help_service import HelpService
from app.services.interviews.question_service import QuestionService
from app.services.live.link import Link
from app.services.llm.hints import ResponseType
from app.web.sound import Sound

HELP_AT_ONCE = 4
"""Requests for help of one client that may wait for each other."""
STATES = {"asking": "speaking", "listening": "listening", "processing": "processing", "paused": "paused"}
"""Our states as `interview_status.status`; the end of the interview has a status of its own."""

Tell = Callable[[Said], Awaitable[None]]


class Seat:
    """Holds the link to the interview and the client's sound; `tell` emits an event to the client."""

    def __init__(self, resources: Runtime, interview: InterviewSession, link: Link, tell: Tell) -> None:
        self.link = link
        self.session_id = str(interview.public_id)
        self.arrived = asyncio.Event()
        """Set when the current question is known."""
        self._resources, self._interview, self._tell = resources, interview, tell
        self._sound = Sound()
        self._question: UUID | None = None
        self._number: int | None = None
        self._numbers: dict[UUID, int] = {}
        self._labels: set[int] = set()
        self._mislabelled: tuple[int, int | None] | None = None
        self._unsaid: str | None = None
        self._state = ""
        self._help = asyncio.Lock()
        self._helping = 0

    async def write(self) -> None:
        """Tell the client what happens until the link ends."""
        try:
            async for event in self.link:
                await self._translate(event)
        finally:
            self.arrived.set()

    async def leave(self) -> None:
        """The client is gone; the interview waits for it to come back."""
        self.link.leave()
        await self._sound.close()

    async def hear(self, number: int, chunk: bytes) -> None:
        """Sound of the answer to a question. Raises AudioError, and Conflict for a question that is not being asked.

        A chunk for another question is dropped; many in a row are one mistake, which is told once.
        """
        try:
            self.check(number)
        except Conflict:
            mistake, self._mislabelled = self._mislabelled, (number, self._number)
            if mistake != self._mislabelled:
                raise
            return
        pcm = await self._sound.take(chunk)
        if pcm:
            await self.link.audio(None, pcm)

    def check(self, number: int) -> None:
        """Raises Conflict for a question that is not being asked.

        Clients that know no follow-ups go on with the number of the question that is followed up.
        """
        if number not in self._labels:
            raise Conflict(
                f"Question {number} is not being asked now: send current_question of interview_status.",
                code="question_not_current",
            )

    async def help(self, response_type: str, kind: ResponseType, said: str) -> None:
        """Give help with the current question, one request after the other. Unavailable when too many wait."""
        if self._question is None or self._helping >= HELP_AT_ONCE:
            raise Unavailable("Help is on its way already.", code="ai_service_error")
        self._helping += 1
        try:
            async with self._help, self._resources.database.writing() as session:
                question = await QuestionService(session, self._resources.embedding).get(
                    self._interview, self._question
                )
                message = await HelpService(session, self._resources.assistants).help(question, kind, said)
        finally:
            self._helping -= 1
        await self._tell(
            AiResponse(
                session_id=self.session_id, response_type=response_type, message=message, question_id=self._number
            )
        )

    async def _translate(self, event: Event) -> None:
        match event:
            case Ready():
                await self._arrive(event)
            case Status() if event.state in STATES:
                await self._change(event.state)
            case Asked():
                await self._ask(event)
            case Spoken():
                await self._speak(event)
            case PartialText():
                stable, unstable = len(event.stable.split()), len(event.unstable.split())
                share = stable / max(1, stable + unstable)
                await self._write_down(f"{event.stable} {event.unstable}", share, is_final=False)
            case FinalText():
                await self._write_down(event.text, event.confidence, is_final=True)
            case Refused() | Gap():
                await self._tell(Trouble(code=event.code.upper(), error=event.message))
            case Ended():
                self._number = None
                await self._status("completed")

    async def _arrive(self, ready: Ready) -> None:
        if ready.question is not None:
            await self._turn_to(ready.question)
        self.arrived.set()
        await self._status("completed" if ready.state == "ended" else "in_progress")
        if ready.state == "paused":
            await self.link.obey(Resume())
        if ready.state == "listening" and ready.question is not None:
            self._unsaid = ready.question.text

    async def _change(self, state: str) -> None:
        if state != "asking":
            await self._say_unsaid(None)
        if state != self._state:
            self._state = state
            await self._status(STATES[state])

    async def _ask(self, question: Asked) -> None:
        """The text of a question goes out with its first spoken sentence."""
        before = self._question
        await self._turn_to(question)
        if before not in (None, self._question):
            await self._status("question_completed")
        self._unsaid = question.text

    async def _speak(self, spoken: Spoken) -> None:
        if self._unsaid is None:
            await self._say("speech", spoken.text, spoken.url)
        else:
            await self._say_unsaid(spoken.url)

    async def _say_unsaid(self, url: str | None) -> None:
        text, self._unsaid = self._unsaid, None
        if text is not None:
            await self._say("question", text, url)

    async def _say(self, response_type: str, message: str, url: str | None) -> None:
        await self._tell(
            SpokenResponse(
                session_id=self.session_id,
                response_type=response_type,
                message=message,
                question_id=self._number,
                audio_url=url,
            )
        )

    async def _write_down(self, text: str, confidence: float | None, *, is_final: bool) -> None:
        rounded = None if confidence is None else round(confidence, 2)
        await self._tell(
            TranscriptionUpdate(
                session_id=self.session_id, transcript=text.strip(), confidence=rounded, is_final=is_final
            )
        )

    async def _status(self, status: str) -> None:
        await self._tell(InterviewStatus(session_id=self.session_id, status=status, current_question=self._number))

    async def _turn_to(self, question: LiveQuestion) -> None:
        number = await self._number_of(question.id)
        if question.follow_up_of is None:
            self._labels = {number}
        else:
            self._labels |= {number, await self._number_of(question.follow_up_of)}
        self._question, self._number = question.id, number

    async def _number_of(self, question: UUID) -> int:
        if question not in self._numbers:
            async with self._resources.database.reading() as session:
                row = await QuestionService(session, self._resources.embedding).get(self._interview, question)
            self._numbers[question] = row.id
        return self._numbers[question]
