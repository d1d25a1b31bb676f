"""Text to speech: what every voice takes and gives back.

TtsError
├── TtsUnavailable  this engine cannot work here; the message says what to do
├── TtsBusy         the queue is full; try again after `retry_after` seconds
└── TtsFailed       the engine broke on this text; `retryable` says whether the same call may succeed later
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from app.engines.audio import Pcm
from app.engines.pool import PoolClosed, PoolFull
from app.engines.tts.text import sentences

Voice = Literal["male", "female"]
BOTH: frozenset[Voice] = frozenset(("male", "female"))


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken text: mono PCM16 at `rate` Hz, and the engine that spoke."""

    pcm: Pcm
    rate: int
    engine: str

    @property
    def seconds(self) -> float:
        """How long it takes to say."""
        return len(self.pcm) / self.rate


class TtsEngine(Protocol):
    """A voice. Safe to call from many tasks at once; nothing it does blocks the event loop."""

    @property
    def name(self) -> str:
        """Short and stable: heart, flite, espeak, piper, openai."""
        ...

    @property
    def version(self) -> str:
        """Library and voices."""
        ...

    @property
    def voices(self) -> frozenset[Voice]:
        """Which of the two it speaks with; it is not asked for the other."""
        ...

    async def warm_up(self) -> None:
        """Loads what the first call would load; raises TtsUnavailable."""
        ...

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """Says `text`, of which markup is not said (see `text.speakable`). Nothing to say: no samples.

        Raises TtsError; TtsFailed when there are words, but none that this engine has a sound for.
        """
        ...

    async def close(self) -> None:
        """Stops threads and processes; may be called twice."""
        ...


class TtsError(Exception):
    """The text could not be spoken. `message` says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TtsUnavailable(TtsError):
    """The engine cannot work here: no program, no voice, no server."""


class TtsBusy(TtsError):
    """As many calls wait as may. `retry_after` is an estimate in seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TtsFailed(TtsError):
    """The engine failed on this call."""

    def __init__(self, message: str, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable


async def by_sentence(engine: TtsEngine, text: str, voice: Voice = "female") -> AsyncIterator[Speech]:
    """Sentence after sentence, so that the first can be heard while the next is made; raises TtsError."""
    for sentence in sentences(text):
        speech = await engine.synthesise(sentence, voice)
        if len(speech.pcm):
            yield speech


@asynccontextmanager
async def typed_pool_errors() -> AsyncIterator[None]:
    """Turns what a full or closed pool raises into TtsError."""
    try:
        yield
    except PoolFull as error:
        message = "Too much is being spoken at the moment: try again"
        raise TtsBusy(message, retry_after=error.retry_after) from error
    except PoolClosed as error:
        raise TtsUnavailable("Speech is being shut down: try again later") from error
