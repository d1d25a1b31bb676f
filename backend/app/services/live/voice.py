"""The interviewer's voice in one interview: texts are spoken sentence by sentence, so that the first comes early."""

import asyncio
import time
from collections.abc import Callable

from app.models.values import kinds
from app.services.live.events import Event, SentenceSpoken
from app.services.speech.tts_service import TtsService, sentences


class Voice:
    """Speaks sentences and knows how long a client needs to play them."""

    def __init__(self, tts: TtsService, voice: kinds.Voice) -> None:
        self._tts = tts
        self._voice = voice
        self.is_muted = False
        """Whether the client plays nothing: texts go out without sound, and at once."""
        self._until = 0.0
        self._task: asyncio.Task[None] | None = None
        self._preparing: set[asyncio.Task[None]] = set()

    @property
    def is_silent(self) -> bool:
        """Whether everything was spoken and played."""
        return (self._task is None or self._task.done()) and self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """Seconds that the client still plays what was sent so far."""
        return max(0.0, self._until - time.monotonic())

    def begin(self, text: str, emit: Callable[[Event], None]) -> None:
        """Speak a text in the background, after what is being played; one that is still being spoken is cut short."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self.say(text, emit))

    async def say(self, text: str, emit: Callable[[Event], None]) -> None:
        """Speak a text now."""
        for sentence in sentences(text):
            spoken = None if self.is_muted else await self._tts.speak(sentence, self._voice)
            self._until = max(self._until, time.monotonic()) + (spoken.seconds if spoken else 0.0)
            emit(SentenceSpoken(sentence, spoken, self._voice))

    def prepare(self, *texts: str) -> None:
        """Synthesise texts in the background, so that they can be spoken without delay."""
        if self.is_muted:
            return
        task = self._tts.prepare(self._voice, *texts)
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    def stop(self) -> None:
        """Stop speaking. The client stops playing when the state changes."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._until = 0.0

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        for task in self._preparing:
            task.cancel()
