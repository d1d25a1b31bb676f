"""A kiosk client's part in one interview: live events as the kiosk's document has them, questions by their places."""

import asyncio
from collections.abc import Awaitable, Callable

from app.dialects.kiosk.events import (
    AiResponse,
    ErrorEvent,
    InterviewStatus,
    InterviewUpdate,
    ServerEvent,
    SpokenResponse,
    TranscriptionUpdate,
)
from app.errors import Conflict
from app.services.answers.answer_service import HeardSegment
from app.services.interviews.help_service import HelpService
from app.services.live.commands import Repeat, Resume
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
EARLY_BYTES = 2 * 16_000 * 30
"""Sound of an answer whose question is not asked yet that is kept at most: half a minute."""
Emit = Callable[[ServerEvent], Awaitable[None]]


class Participant:
    """Holds the link to the interview and decodes the client's audio; `emit` sends an event to the client.

    Without `speech` only what the document lists is sent, and a question's text only to a client that asks for it.
    """

    def __init__(self, session_id: str, link: Link, help_service: HelpService, emit: Emit) -> None:
        self.session_id = session_id
        self.link = link
        self.joined = asyncio.Event()
        """Set when the current question is known, or the link has ended."""
        self._help, self._emit, self._speaks = help_service, emit, link.options.speech
        self._audio = AudioStream()
        self._hearing = asyncio.Lock()
        self._question: LiveQuestion | None = None
        self._passed: set[int] = set()
        """Places of questions that were asked before this one."""
        self._early: tuple[int, bytes] = (0, b"")
        """Sound for a question that is not asked yet, and its place."""
        self._last_mistake: tuple[int, frozenset[int]] | None = None
        self._unspoken: str | None = None
        """The text of a question whose first sentence was not spoken yet."""
        self._wanted: str | None = None
        """The `response_type` with which the client asked for the question's text."""
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

        A client that answers by REST goes on to the next question at once, so between two questions its sound is kept.
        At any other time a chunk for another question is dropped. Many of them in a row are one mistake, for which
        Conflict comes once; for a question that has just been answered they were on their way, and are none.
        """
        async with self._hearing:
            await self._send_early()
            places = self.link.places
            if question not in places and (question in self._passed or question == self._place):
                return
            if question not in places and (places or len(self._early[1]) >= EARLY_BYTES):
                mistake = (question, places)
                is_repeated, self._last_mistake = mistake == self._last_mistake, mistake
                if not is_repeated:
                    raise _not_asked(question)
                return
            pcm = await self._audio.decode(chunk)
            if pcm and question in self.link.places:
                await self.link.audio(None, pcm)
            elif pcm and question != self._place:
                place, before = self._early
                self._early = question, (before if place == question else b"") + pcm

    def check_question(self, question: int) -> None:
        """Raises Conflict for a question that is not being asked.

        Clients that know nothing of follow-ups go on with the number of the question that is followed up.
        """
        if question not in self.link.places:
            raise _not_asked(question)

    async def tell_question(self, response_type: str) -> None:
        """The client asks for the question's text, which is spoken again where there is a voice."""
        self._wanted = response_type
        await self.link.obey(Repeat())

    async def _send_early(self) -> None:
        """What was kept goes to its question as soon as that is asked."""
        (question, pcm), places = self._early, self.link.places
        if not pcm or not places:
            return
        self._early = 0, b""
        if question in places:
            await self.link.audio(None, pcm)
        else:
            await self._emit(ErrorEvent.of(_not_asked(question)))

    @property
    def _place(self) -> int | None:
        return self._question.place if self._question else None

    async def help(self, response_type: str, kind: ResponseType, answer: str) -> None:
        """Give help with the current question; `answer` is what was said so far. Unavailable for too many requests."""
        question = self._question
        if question is not None:
            message = await self._help.help(question.id.key, kind, answer)
            await self._tell(AiResponse, response_type=response_type, message=message, question_id=question.place)

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
                self._wanted = None
                await self._emit(ErrorEvent(code=event.code.upper(), error=event.message))
            case InterviewEnded():
                self._question = None
                await self._emit_status("completed")

    async def _on_joined(self, joined: Joined) -> None:
        self._question = joined.question
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
            if self._speaks:
                await self._emit_status(STATES[state])

    async def _on_question(self, question: LiveQuestion) -> None:
        """The text of a question is emitted with its first spoken sentence."""
        before, self._question = self._question, question
        if before is not None and before.place != question.place:
            self._passed.add(before.place)
            await self._emit_status("question_completed")
        self._unspoken = question.text
        async with self._hearing:
            await self._send_early()

    async def _on_sentence(self, sentence: SentenceSpoken) -> None:
        if self._unspoken is not None:
            await self._emit_question(sentence.audio)
        elif self._speaks:
            await self._emit_speech("speech", sentence.text, sentence.audio)

    async def _emit_question(self, audio: SpokenFile | None) -> None:
        """A follow-up is told to every client: it comes to those alone that asked for it."""
        text, self._unspoken = self._unspoken, None
        is_follow_up = self._question is not None and self._question.follow_up_of is not None
        if text is not None and (self._speaks or self._wanted or is_follow_up):
            wanted, self._wanted = self._wanted, None
            await self._emit_speech(wanted or ("follow_up" if is_follow_up else "question"), text, audio)

    async def _emit_speech(self, response_type: str, message: str, audio: SpokenFile | None) -> None:
        said = {"response_type": response_type, "message": message, "question_id": self._place}
        if self._speaks:
            await self._tell(SpokenResponse, **said, audio_url=public(audio.url) if audio else None)
        else:
            await self._tell(AiResponse, **said)

    async def _emit_text(self, text: str, confidence: float | None, *, is_final: bool) -> None:
        rounded = None if confidence is None else round(confidence, 2)
        await self._tell(TranscriptionUpdate, transcript=text.strip(), confidence=rounded, is_final=is_final)

    async def _emit_status(self, status: str) -> None:
        await self._tell(InterviewStatus, status=status, current_question=self._place)

    async def _tell(self, event: type[InterviewUpdate], **values: object) -> None:
        await self._emit(event(session_id=self.session_id, **values))


def _not_asked(question: int) -> Conflict:
    return Conflict(
        f"Question {question} is not being asked now: send current_question of interview_status.",
        code="question_not_current",
    )
