"""Speech to text: what every recogniser takes and gives back.

SttError
├── SttUnavailable       this engine cannot work here; the message says what to do
├── Overloaded           the queue is full; try again after `retry_after` seconds
├── UnsupportedLanguage  the engine does not know the language that was asked for
└── SttFailed            the engine broke on this audio; `retryable` says whether the same call may succeed later

Audio that cannot be decoded raises AudioError (see `app.engines.audio`).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from app.engines.audio import Pcm
from app.engines.pool import PoolClosed, PoolFull
from app.engines.stt.languages import UnknownLanguage, parse_language

LONGEST_AUDIO = 7_200.0
"""Seconds of a file that are decoded at most (230 MB); a small compressed file can hold days of silence."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A recognised word; `start` and `end` are seconds in the audio, `probability` is the engine's own, 0-1."""

    text: str
    start: float
    end: float
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech between pauses, in seconds of the audio."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcription:
    """What was said. An empty text is a result: there was no speech.

    `language` is an ISO 639-1 code, `duration` the length of the audio and `seconds_taken` the time of the
    recogniser, waiting excluded, both in seconds. `confidence` (0-1) is made by each engine from its own
    probabilities, see `mean_probability`; it compares transcripts of one engine, not of two; None where there are
    no probabilities. `hesitations` are places, in seconds, where somebody makes sounds that the engine did not write
    as words. `keeps_fillers` and `basic_accuracy` are those of the engine that did it.
    """

    text: str
    words: tuple[TimedWord, ...]
    segments: tuple[Segment, ...]
    language: str | None
    language_probability: float | None
    duration: float
    confidence: float | None
    engine: str
    engine_version: str
    keeps_fillers: bool
    basic_accuracy: bool
    seconds_taken: float
    hesitations: tuple[tuple[float, float], ...] = ()


class SttEngine(Protocol):
    """A recogniser. Safe to call from many tasks at once; nothing it does blocks the event loop."""

    @property
    def name(self) -> str:
        """Short and stable, as in settings: whisper, openai."""
        ...

    @property
    def version(self) -> str:
        """Library and model, so that an old transcript can be explained."""
        ...

    @property
    def keeps_fillers(self) -> bool:
        """Whether "um" and "uh" come out; where they do not, their absence proves nothing."""
        ...

    @property
    def basic_accuracy(self) -> bool:
        """Whether so many words are wrong that scores carry more uncertainty."""
        ...

    async def warm_up(self) -> None:
        """Loads what the first call would load; raises SttUnavailable."""
        ...

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """Recognises mono PCM16 at 16 kHz, or a file of any kind that `app.engines.audio` reads.

        `language` None: detected where the engine can. `hot_words` are terms that are likely to be said. `beam`
        None: the engine's choice for finished speech; 1 is the fastest, for partial results. Raises SttError and
        AudioError. Cancelling gives the engine's place back as soon as the current stretch is done.
        """
        ...

    async def close(self) -> None:
        """Stops threads and processes; may be called twice."""
        ...


@runtime_checkable
class StretchEngine(Protocol):
    """An `SttEngine` that decodes one stretch of running speech faster than a recording of the same length."""

    async def transcribe_stretch(
        self, pcm: Pcm, *, language: str | None = None, hot_words: Sequence[str] = (), draft: bool = False
    ) -> Transcription:
        """Recognises at most 30 s of speech, mono PCM16 at 16 kHz, in which somebody was found to speak.

        `draft`: the fastest decode, whose text will be replaced. Recordings that are transcribed meanwhile do not hold
        it up. Raises SttError.
        """
        ...


class SttError(Exception):
    """Speech could not be recognised. `message` says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SttUnavailable(SttError):
    """The engine cannot work here: no model, no library, no server."""


class Overloaded(SttError):
    """As many calls wait as may. `retry_after` is an estimate in seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnsupportedLanguage(SttError):
    """The engine has no model for the language."""


class SttFailed(SttError):
    """The engine failed on this call."""

    def __init__(self, message: str, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable


@asynccontextmanager
async def typed_pool_errors() -> AsyncIterator[None]:
    """Turns what a full or closed pool raises into SttError."""
    try:
        yield
    except PoolFull as error:
        message = "Too much speech is being recognised at the moment: try again"
        raise Overloaded(message, retry_after=error.retry_after) from error
    except PoolClosed as error:
        raise SttUnavailable("Speech recognition is being shut down: try again later") from error


def mean_probability(words: Sequence[TimedWord]) -> float | None:
    """Confidence 0-1: the mean of the words' probabilities, each word counting by its letters.

    A wrong "a" harms a transcript less than a wrong "asynchronous", and short words are certain more often.
    Words without a probability are left out; None when that leaves nothing.
    """
    known = [(len(word.text), word.probability) for word in words if word.probability is not None]
    letters = sum(length for length, _ in known)
    if not letters:
        return None
    return round(min(1.0, max(0.0, sum(length * probability for length, probability in known) / letters)), 4)


def check_language(language: str | None, known: Sequence[str], engine: str) -> str | None:
    """The code of a language hint, None where it is to be detected. Raises UnsupportedLanguage unless it is among
    `known` codes."""
    try:
        code = parse_language(language)
    except UnknownLanguage as error:
        raise UnsupportedLanguage(str(error)) from error
    if code is not None and code not in known:
        raise UnsupportedLanguage(
            f"The {engine} engine does not know the language '{language}': use {', '.join(sorted(known)[:5])}, "
            "or set up a multilingual Whisper model"
        )
    return code
