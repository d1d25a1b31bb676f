"""Brings the audio of one answer to the recogniser, and what was recognised back to the turn.

The transport does not wait for recognition: samples wait in a queue, and a task of the answer passes them on. So
nothing is lost when a connection breaks in the middle of a frame.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.audio.stream import RawPcm
from app.engines.stt.base import SttError
from app.engines.stt.live import Final, LiveEvent

BACKLOG_SECONDS = 120.0
"""Seconds of audio (4 MB) that may wait for the recogniser before the sender has to wait, too. They are on disk."""
BLOCK_SECONDS = 1.0
"""Length of the blocks in which audio goes to the recogniser, in seconds."""
STALL_SECONDS = 120.0
"""At the end of an answer the recogniser may work on what it still has as long as it makes progress; after so many
seconds without any it is given up. So with many speakers all wait longer, and none loses words."""

log = logging.getLogger(__name__)


class Transcriber(Protocol):
    """Streaming recognition of one answer; see `app.engines.stt.live.LiveTranscriber`."""

    async def push(self, pcm: Pcm) -> None:
        """Takes mono PCM16 at 16 kHz."""
        ...

    def events(self) -> AsyncIterator[LiveEvent]:
        """What is recognised, as soon as it is; ends after `close`."""
        ...

    async def finish(self) -> list[Final]:
        """No more audio comes: all finals of this answer. Raises SttError when some of it could not be recognised."""
        ...

    async def close(self) -> None:
        """Stops at once; may be called twice."""
        ...


class Transcribers(Protocol):
    """Makes a transcriber; `offset` seconds and `first_segment` segments of the answer were recognised before."""

    def __call__(
        self, *, language: str | None, hot_words: Sequence[str], offset: float, first_segment: int
    ) -> Transcriber: ...


class AnswerTranscription:
    """Feeds one transcriber and passes on its events. `failure` is why it stopped, if it did."""

    def __init__(
        self,
        transcriber: Transcriber,
        rate: int,
        on_event: Callable[[LiveEvent], Awaitable[None]],
        on_progress: Callable[[float], None],
        *,
        offset: float = 0.0,
        earlier: AsyncIterator[bytes] | None = None,
    ) -> None:
        self._transcriber = transcriber
        self._resampler = RawPcm(rate, 1)
        self._rate = rate
        self._on_event, self._on_progress = on_event, on_progress
        self._offset, self._pushed = offset, 0
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = asyncio.Condition()
        self._no_more = False
        self.failure: str | None = None
        self._stall_timeout: asyncio.Timeout | None = None
        self._feeding = asyncio.create_task(self._feed(earlier))
        self._listening = asyncio.create_task(self._listen())

    def feed(self, data: bytes) -> None:
        """Queue PCM16 samples at the client's rate."""
        self._waiting.append(data)
        self._waiting_bytes += len(data)

    async def room(self) -> None:
        """Wake the feeding task, and wait while more than `BACKLOG_SECONDS` are queued."""
        async with self._changed:
            self._changed.notify_all()
            longest = BACKLOG_SECONDS * self._rate * 2
            await self._changed.wait_for(lambda: self._waiting_bytes <= longest or self._feeding.done())

    async def finish(self) -> str | None:
        """Wait until everything that was fed is recognised and passed on; returns what failed, or None."""
        try:
            async with asyncio.timeout(STALL_SECONDS) as self._stall_timeout:
                async with self._changed:
                    self._no_more = True
                    self._changed.notify_all()
                await self._feeding
                for final in await self._transcriber.finish():
                    await self._on_event(final)
        except Exception as error:  # any engine's own; the recording is kept whatever happened
            self._fail(error)
        finally:
            self._stall_timeout = None
            await self.close()
        return self.failure

    async def close(self) -> None:
        """Stop the transcriber and both tasks; events that it has made are still passed on. May be called twice."""
        self._feeding.cancel()
        await self._transcriber.close()
        await asyncio.gather(self._feeding, self._listening, return_exceptions=True)
        async with self._changed:
            self._changed.notify_all()

    async def _feed(self, earlier: AsyncIterator[bytes] | None) -> None:
        if earlier is not None:
            async for block in earlier:
                await self._push(block)
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._waiting or self._no_more)
                data = b"".join(self._waiting)
                self._waiting.clear()
            if not data:
                return
            for at in range(0, len(data), step := 2 * round(BLOCK_SECONDS * self._rate)):
                await self._push(data[at : at + step])
            async with self._changed:
                self._waiting_bytes -= len(data)
                self._changed.notify_all()

    async def _push(self, data: bytes) -> None:
        if self.failure is not None:
            return
        pcm = self._resampler.push(data)
        if not len(pcm):
            return
        try:
            await self._transcriber.push(pcm)
        except Exception as error:  # see finish
            self._fail(error)
        self._pushed += len(pcm)
        self._note_progress()
        self._on_progress(self._offset + self._pushed / SPEECH_RATE)

    async def _listen(self) -> None:
        try:
            async for event in self._transcriber.events():
                self._note_progress()
                await self._on_event(event)
        except Exception as error:  # see finish
            self._fail(error)

    def _note_progress(self) -> None:
        """The recogniser made progress: `finish` goes on waiting for it."""
        if self._stall_timeout is not None and not self._stall_timeout.expired():
            self._stall_timeout.reschedule(asyncio.get_running_loop().time() + STALL_SECONDS)

    def _fail(self, error: Exception) -> None:
        if self.failure is None:
            self.failure = str(getattr(error, "message", None) or f"Recognition failed ({type(error).__name__}).")
            expected = isinstance(error, SttError | TimeoutError)
            log.warning("live transcription stopped: %s", self.failure, exc_info=None if expected else error)
