"""One question and the answer to it, from the first sample to the kept recording.

A turn does not depend on a connection: it outlives one that breaks, and an answer that an earlier process began is
continued where its file ends.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.config import LiveSettings
from app.engines.audio import AudioError
from app.engines.audio.wav import SAMPLE_BYTES
from app.engines.stt.base import SttEngine, SttError, Transcription
from app.engines.stt.live import CaptionsThin, Final, LiveEvent, Partial, SpeechPaused, SpeechStarted, TurnScored
from app.engines.stt.live.segmentation import segmentation_for
from app.engines.stt.select import SttChain
from app.models import Answer, Question
from app.services.answers.answer_service import HeardAnswer, HeardSegment, Recogniser
from app.services.live.endpointing import Endpointing
from app.services.live.events import Ack, Event, Gap, Notice, PartialText, RecordId
from app.services.live.link import LiveError
from app.services.live.recorder import SAVE_SECONDS, LiveFiles, Recorder
from app.services.live.store import Current, LiveStore
from app.services.live.transcription import BLOCK_SECONDS, AnswerTranscription, Transcribers

CAPTIONS_THIN = "The server is busy, so captions are late. Your answer is recorded and will be transcribed in full."
FEWEST_WORDS = 0.75
"""Share of the words that were heard live under which the second hearing has lost some."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended. `typed` is an answer that was written instead of spoken, `follow_up` a wish for one."""

    kind: Literal["answered", "skipped", "ended", "parked"]
    typed: str | None = None
    follow_up: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    """What every turn of the process works with."""

    settings: LiveSettings
    store: LiveStore
    files: LiveFiles
    stt: SttEngine
    transcribers: Transcribers


class Turn:
    """Takes the audio of an answer, records it and has it transcribed.

    `outcome` is set by whatever ends the turn first; a failure of the disk or the database ends it with an exception.
    """

    def __init__(
        self, current: Current, tools: Tools, emit: Callable[[Event], None], *, language: str | None = None
    ) -> None:
        self.question: Question = current.question
        self.follow_up_of: RecordId | None = current.follow_up_of
        self.followed_up = current.followed_up[0]
        self.place, self.root_place = current.place, current.root_place
        self.answer: Answer | None = current.answer
        self.finals = {final.number: final for final in current.finals}
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.active = 0.0
        """Seconds that counted against the time limit."""
        self.endpoint = Endpointing(
            self.question.category,
            heard_until=max((final.end for final in current.finals), default=0.0),
            words=sum(len(final.words) for final in current.finals),
        )
        self.language = language
        self._tools, self._emit = tools, emit
        self._lock = asyncio.Lock()
        self._recorder: Recorder | None = None
        self._transcription: AnswerTranscription | None = None
        self._saver: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[Recorder] | None = None

    @property
    def held(self) -> int:
        """Samples of the answer so far."""
        return self._recorder.held if self._recorder else 0

    @property
    def rate(self) -> int | None:
        """Hz of the answer's samples, once it has some."""
        return self._recorder.rate if self._recorder else None

    @property
    def words(self) -> int:
        """Words that were recognised so far."""
        return self.endpoint.words

    @property
    def transcript(self) -> list[HeardSegment]:
        """The segments with words that were recognised so far, in order."""
        return [self.finals[number] for number in sorted(self.finals) if self.finals[number].text]

    @property
    def is_overtime(self) -> bool:
        """Whether the time limit has passed."""
        return self.active >= self.question.time_limit

    def end(self, outcome: Outcome) -> None:
        """End the turn, unless it has ended."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    async def resume(self) -> None:
        """Go on with what an earlier process recorded, if there is anything."""
        if self.answer is None or self._recorder is not None:
            return
        rate = await self._tools.files.rate(self.answer.public_id)
        if rate is not None:
            await self._opened(rate)
            self.active = self.held / rate
        if self.answer.status == "processing":
            self.end(Outcome("answered"))

    def end_pause(self) -> None:
        """The interview goes on after a pause, the silence of which does not end the answer."""
        if self._recorder is not None:
            self.endpoint.resumed(self._recorder.seconds)

    async def audio(self, first: int | None, data: bytes, rate: int) -> bool:
        """Take PCM16 samples from number `first` of the answer on; None means right after the last.

        Samples that are held already are ignored; after a gap the samples are not taken and the gap is reported. Waits
        while recognition is far behind. Returns whether there were new samples.
        """
        if self.outcome.done():
            return False
        try:
            async with self._lock:
                taken = not self.outcome.done() and await self._take_audio(first, data, rate)
        except LiveError:
            raise
        except Exception as error:
            self._fail(error)
            return False
        if self._transcription is not None:
            await self._transcription.room()
        return taken

    async def type(self, text: str) -> Answer:
        """Close the answer with what was typed. What was heard before stays beside it as the original."""
        if self.words and (answer := await self._close(text)) is not None:
            return answer
        async with self._lock:
            await self._drop()
            return await self._tools.store.type_answer(self.question, text)

    async def finish(self, *, keep_silence: bool = True) -> Answer | None:
        """Close the answer: transcribe all of it, keep the recording, store both. Another process may repeat it.

        Without `keep_silence` an answer in which nothing was said is dropped, and the question stays open: None.
        """
        return await self._close(None, keep_silence=keep_silence)

    async def discard(self) -> None:
        """Drop what was said: the question is skipped."""
        async with self._lock:
            await self._drop()
            await self._tools.store.skip(self.question)

    async def abandon(self) -> None:
        """Stop recording and transcribing, and leave the answer as it is, so that it can be continued later."""
        async with self._lock:
            await self._settle()
            if self._transcription is not None:
                await self._transcription.close()
            if self._recorder is not None:
                try:
                    await self._recorder.close()
                except OSError:
                    log.exception("the end of an answer could not be written")

    async def touch(self) -> None:
        """Touch the answer's file, so that no other process takes the answer for one that was left behind."""
        if self.answer is not None:
            await self._tools.files.touch(self.answer.public_id)

    async def _take_audio(self, first: int | None, data: bytes, rate: int) -> bool:
        recorder = await self._opened(rate)
        held = recorder.held
        if first is not None and first > held:
            self._emit(Gap(held))
            return False
        longest = round(self._tools.settings.max_answer_seconds * recorder.rate)
        fresh = data if first is None else data[(held - first) * SAMPLE_BYTES :]
        fresh = fresh[: max(0, longest - held) * SAMPLE_BYTES]
        if fresh and self._transcription is not None:
            recorder.append(fresh)
            self._transcription.feed(fresh)
        if recorder.held >= longest:
            self._emit(Notice("answer_too_long", "This answer has reached its longest length."))
            self.end(Outcome("answered"))
        return bool(fresh)

    async def _close(self, typed: str | None, *, keep_silence: bool = True) -> Answer | None:
        async with self._lock:
            if self.answer is None:
                return None
            await self._settle()
            await self._tools.store.processing(self.answer)
            heard, kept = await self._transcribe(typed), None
            if not (keep_silence or heard.text or heard.failure):
                await self._drop()
                await self._tools.store.withdraw(self.answer)
                return None
            if self._recorder is not None and self._recorder.held:
                kept = await self._tools.files.keep(self.answer.public_id, self._recorder.seconds)
            self.answer = await self._tools.store.close_answer(self.answer, heard, kept)
            await self._tools.files.remove(self.answer.public_id)
            return self.answer

    async def _transcribe(self, typed: str | None) -> HeardAnswer:
        """Wait for the last words. Where live recognition failed, the whole recording is transcribed again, and a short
        one that was heard in pieces, too: what is soft between two of them is heard in its context."""
        failure, whole = None, None
        if self._recorder is not None and self._transcription is not None:
            await self._recorder.close()
            failure = await self._transcription.finish()
            is_short = self._recorder.seconds <= segmentation_for(self._tools.stt.name).again
            if failure is not None or (is_short and typed is None and len(self.finals) != 1):
                whole = await self._hear_again(self._recorder.path)
            if failure is None and whole is not None and len(whole.words) < FEWEST_WORDS * self.words:
                whole = None
        stt = self._tools.stt
        return HeardAnswer(
            segments=self.transcript,
            engine=Recogniser(stt.name, stt.version, stt.keeps_fillers, stt.basic_accuracy),
            typed=typed,
            failure=failure if whole is None else None,
            language=self.language,
            whole=whole,
        )

    async def _hear_again(self, path: Path) -> Transcription | None:
        """The whole recording as it is heard in one; None where that fails."""
        try:
            return await self._tools.stt.transcribe(
                path, language=self.language, hot_words=tuple(self.question.keywords)
            )
        except (SttError, AudioError) as error:
            log.warning("a live answer could not be transcribed afterwards: %s", error)
        return None

    async def _opened(self, rate: int) -> Recorder:
        """The recorder. A connection that breaks while it is being opened does not interrupt the transaction."""
        if self._recorder is not None:
            return self._recorder
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open(rate))
        return await asyncio.shield(self._opening)

    async def _settle(self) -> None:
        """Wait until nothing is being opened, and stop saving in the background."""
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._saver is not None:
            self._saver.cancel()
            await asyncio.gather(self._saver, return_exceptions=True)
            self._saver = None

    async def _open(self, rate: int) -> Recorder:
        answer = self.answer = self.answer or await self._tools.store.open_answer(self.question)
        try:
            recorder = await Recorder.open(self._tools.files.path(answer.public_id), rate)
        except AudioError as error:
            raise LiveError("sample_rate", error.message) from error
        offset = min(self.endpoint.position, recorder.seconds)
        self._transcription = AnswerTranscription(
            self._tools.transcribers(
                language=self.language,
                hot_words=tuple(self.question.keywords),
                offset=offset,
                first_segment=max(self.finals, default=-1) + 1,
            ),
            rate,
            self._on_event,
            self._on_progress,
            offset=offset,
            earlier=self._earlier(recorder, round(offset * rate)) if recorder.held else None,
        )
        self._recorder = recorder
        if isinstance(self._tools.stt, SttChain) and (reason := self._tools.stt.absence) is not None:
            self._emit(Notice(code="no_transcription", message=reason))
        self._saver = asyncio.create_task(self._keep_saving(recorder))
        return recorder

    async def _earlier(self, recorder: Recorder, first: int) -> AsyncIterator[bytes]:
        """What an earlier process recorded but did not transcribe any more."""
        last, block = recorder.saved, round(BLOCK_SECONDS * recorder.rate)
        for at in range(first, last, block):
            pcm = await self._tools.files.read(recorder.path, at, min(block, last - at))
            yield pcm.tobytes()

    async def _keep_saving(self, recorder: Recorder) -> None:
        try:
            while True:
                await recorder.dirty.wait()
                await asyncio.sleep(SAVE_SECONDS)
                await recorder.save()
                self._emit(Ack(recorder.saved))
        except Exception as error:  # a full disk, for one: nothing that comes now could be kept
            self._fail(error)

    async def _drop(self) -> None:
        await self._settle()
        if self._transcription is not None:
            await self._transcription.close()
        if self._recorder is not None:
            await self._recorder.close()
        if self.answer is not None:
            await self._tools.files.remove(self.answer.public_id)

    def _on_progress(self, seconds: float) -> None:
        self.endpoint.position = seconds

    async def _on_event(self, event: LiveEvent) -> None:
        match event:
            case SpeechStarted():
                self.endpoint.started(event.at)
            case SpeechPaused():
                self.endpoint.paused(event.at, event.silence)
            case Partial():
                self.endpoint.partial(len(event.stable.split()) + len(event.unstable.split()))
                self._emit(PartialText(event.segment, event.revision, event.stable, event.unstable))
            case TurnScored():
                self.endpoint.detected(event.at, event.finished)
            case CaptionsThin():
                self._emit(Notice(code="captions_thin", message=CAPTIONS_THIN))
            case Final() if event.segment not in self.finals:
                await self._take(event)

    async def _take(self, event: Final) -> None:
        """A final is stored before it is sent, so that no text is lost that a client has shown."""
        final = self.finals[event.segment] = _as_final(event)
        self.endpoint.final(event)
        try:
            if self.answer is not None and final.text:
                await self._tools.store.add_final(self.answer, final)
        except Exception as error:
            self._fail(error)
            return
        self._emit(final)

    def _fail(self, error: Exception) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)
        else:
            log.warning("a turn that had ended failed: %r", error)


def _as_final(event: Final) -> HeardSegment:
    return HeardSegment(
        number=event.segment,
        text=event.text,
        start=event.start,
        end=event.end,
        words=event.words,
        confidence=event.confidence,
        engine=event.engine,
    )
