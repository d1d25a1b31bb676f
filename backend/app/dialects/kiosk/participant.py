"""A kiosk client's part in one interview: live events as the kiosk's document has them, questions by integer keys."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from app.dialects.kiosk.events import (
    AiResponse,
    ErrorEvent,
    InterviewStatus,
    ServerEvent,
    SpokenResponse,
    TranscriptionUpdate,
)
from app.errors import Conflict
from app.services.answers.answer_service import HeardSegment
from app.services.interviews.help_service import HelpService
from app.services.live.commands import Resume
from app.services.live.events import (
    CommandRejected,
    Event,
    InterviewEnded,
    Joined,
    LiveQuestion,
    PartialText,
    QuestionAsked,
    SentenceSpoken,
    StateChanged,
)
from app.services.live.link import Link
from app.services.llm.hints import ResponseType
from app.services.speech.tts_service import SpokenFile
from app.web.prefix import public
from app.web.sound import AudioStream

STATES = {"asking": "speaking", "listening": "listening", "processing": "processing", "paused": "paused"}
"""States as values of `interview_status.status`; the end of the interview has a status of its own."""

NEXT_SECONDS = 8.0
"""How long the sound of a question that comes later waits until that is asked."""
LOOK_SECONDS = 0.05
Emit = Callable[[ServerEvent], Awaitable[None]]


class Participant:
    """Holds the link to the interview and decodes the client's audio; `emit` sends an event to the client."""

    def __init__(self, session_id: str, link: Link, help_service: HelpService, emit: Emit) -> None:
        self.session_id = session_id
        self.link = link
        self.joined = asyncio.Event()
        """Set when the current question is known, or the link has ended."""
        self._help, self._emit = help_service, emit
        self._audio = AudioStream()
        self._question: int | None = None
        self._is_follow_up = False
        self._accepted: set[int] = set()
        self._passed: set[int] = set()
        """Keys under which the current question may be answered."""
        self._last_mistake: tuple[int, int | None] | None = None
        self._unspoken: str | None = None
        """The text of a question whose first sentence was not spoken yet."""
        self._state = ""

    async def write(self) -> None:
        """Emit what happens until the link ends."""
        try:
            async for event in self.link:
                await self._render(event)
        finally:
            self.joined.set()

    async def close(self) -> None:
        """The client has gone; the interview waits for it to come back."""
        self.link.leave()
        await self._audio.close()

    async def receive_audio(self, question: int, chunk: bytes) -> None:
        """Audio of the answer to a question. Raises AudioError, and Conflict for a question that is not being asked.

        A chunk for another question is dropped. Many of them in a row are one mistake, for which Conflict comes once;
        for a question that has just been answered they were on their way, and are none.
        """
        if question in self._passed - self._accepted:
            return
        mistake = (question, self._question)
        if mistake != self._last_mistake:
            await self._reach(question)
        try:
            self.check_question(question)
        except Conflict:
            is_repeated, self._last_mistake = mistake == self._last_mistake, mistake
            if not is_repeated:
                raise
            return
        pcm = await self._audio.decode(chunk)
        if pcm:
            await self.link.audio(None, pcm)

    def check_question(self, question: int) -> None:
        """Raises Conflict for a question that is not being asked.

        Clients that know nothing of follow-ups go on with the id of the question that is followed up.
        """
        if question not in self._accepted:
            raise Conflict(
                f"Question {question} is not being asked now: send current_question of interview_status.",
                code="question_not_current",
            )

    async def _reach(self, question: int) -> None:
        """Wait until a later question is asked: a client that answers by REST goes on to it at once."""
        end = time.monotonic() + NEXT_SECONDS
        while self._is_later(question) and time.monotonic() < end:  # noqa: ASYNC110 - it is asked, or the link ends
            await asyncio.sleep(LOOK_SECONDS)

    def _is_later(self, question: int) -> bool:
        return self.link.closing is None and bool(self._accepted) and max(self._accepted) < question

    async def help(self, response_type: str, kind: ResponseType, answer: str) -> None:
        """Give help with the current question; `answer` is what was said so far. Unavailable for too many requests."""
        question = self._question
        if question is not None:
            message = await self._help.help(question, kind, answer)
            await self._emit(
                AiResponse(
                    session_id=self.session_id, response_type=response_type, message=message, question_id=question
                )
            )

    async def _render(self, event: Event) -> None:
        match event:
            case Joined():
                await self._on_joined(event)
            case StateChanged() if event.state in STATES:
                await self._on_state(event.state)
            case QuestionAsked():
                await self._on_question(event.question)
            case SentenceSpoken():
                await self._on_sentence(event)
            case PartialText():
                stable, unstable = len(event.stable.split()), len(event.unstable.split())
                share = stable / max(1, stable + unstable)
                await self._emit_text(f"{event.stable} {event.unstable}", share, is_final=False)
            case HeardSegment():
                await self._emit_text(event.text, event.confidence, is_final=True)
            case CommandRejected():
                await self._emit(ErrorEvent(code=event.code.upper(), error=event.message))
            case InterviewEnded():
                self._question = None
                await self._emit_status("completed")

    async def _on_joined(self, joined: Joined) -> None:
        if joined.question is not None:
            self._set_question(joined.question)
        self.joined.set()
        await self._emit_status("completed" if joined.state == "ended" else "in_progress")
        if joined.state == "paused":
            await self.link.obey(Resume())
        if joined.state == "listening" and joined.question is not None:
            self._unspoken = joined.question.text

    async def _on_state(self, state: str) -> None:
        if state != "asking":
            await self._emit_question(None)
        if state != self._state:
            self._state = state
            await self._emit_status(STATES[state])

    async def _on_question(self, question: LiveQuestion) -> None:
        """The text of a question is emitted with its first spoken sentence."""
        before = self._question
        self._set_question(question)
        if before not in (None, self._question):
            await self._emit_status("question_completed")
        self._unspoken = question.text

    async def _on_sentence(self, sentence: SentenceSpoken) -> None:
        if self._unspoken is None:
            await self._emit_speech("speech", sentence.text, sentence.audio)
        else:
            await self._emit_question(sentence.audio)

    async def _emit_question(self, audio: SpokenFile | None) -> None:
        text, self._unspoken = self._unspoken, None
        if text is not None:
            await self._emit_speech("follow_up" if self._is_follow_up else "question", text, audio)

    async def _emit_speech(self, response_type: str, message: str, audio: SpokenFile | None) -> None:
        await self._emit(
            SpokenResponse(
                session_id=self.session_id,
                response_type=response_type,
                message=message,
                question_id=self._question,
                audio_url=public(audio.url) if audio else None,
            )
        )

    async def _emit_text(self, text: str, confidence: float | None, *, is_final: bool) -> None:
        rounded = None if confidence is None else round(confidence, 2)
        await self._emit(
            TranscriptionUpdate(
                session_id=self.session_id, transcript=text.strip(), confidence=rounded, is_final=is_final
            )
        )

    async def _emit_status(self, status: str) -> None:
        await self._emit(InterviewStatus(session_id=self.session_id, status=status, current_question=self._question))

    def _set_question(self, question: LiveQuestion) -> None:
        self._is_follow_up = question.follow_up_of is not None
        if question.follow_up_of is None:
            self._passed |= self._accepted
            self._accepted = {question.id.key}
        else:
            self._accepted |= {question.id.key, question.follow_up_of.key}
        self._question = question.id.key
