"""Any server with OpenAI's `/audio/transcriptions`: OpenAI itself, or speaches, vLLM, LocalAI and others at home."""

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm, encode, wav_content
from app.engines.audio.untrusted import decode
from app.engines.pool import WorkPool
from app.engines.remote import RETRY_AFTER_SECONDS, explain, open_client
from app.engines.stt.base import (
    LONGEST_AUDIO,
    Overloaded,
    Segment,
    SttError,
    SttFailed,
    SttUnavailable,
    TimedWord,
    Transcription,
    check_language,
    mean_probability,
    typed_pool_errors,
)
from app.engines.stt.languages import NAMES, UnknownLanguage, parse_language
from app.engines.stt.vad import utterances
from app.engines.stt.whisper import LONGEST_STRETCH, hot_word_prompt
from app.engines.stt.whisper_hearing import is_phantom

WAV_SECONDS = 600.0
"""Up to here audio is sent as WAV, which every server reads; beyond, as Opus, because OpenAI takes 25 MB at most."""


@dataclass(frozen=True, slots=True)
class OpenAiSttOptions:
    """`timeout_seconds` holds for each of the `retries` + 1 attempts. `concurrent` calls go out at once."""

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    model: str = "whisper-1"
    timeout_seconds: float = 120.0
    retries: int = 2
    concurrent: int = 4
    queue: int = 32


class OpenAiSttEngine:
    """See `SttEngine`. Silence is not sent. Word times come with servers that offer `verbose_json`; others give text.

    Confidence: `mean_probability` where the server gives word probabilities, else the mean over the segments of
    exp(avg_logprob), weighted by their length, else None.
    """

    name = "openai"
    keeps_fillers = False
    basic_accuracy = False

    def __init__(self, options: OpenAiSttOptions) -> None:
        """Raises SttUnavailable when neither a server nor a key is set. The server is not asked yet."""
        if not options.base_url and not options.api_key:
            raise SttUnavailable("No speech server is set: STT_BASE_URL, or STT_API_KEY for OpenAI itself")
        self._options = options
        self._client = open_client(options.base_url, options.api_key, options.timeout_seconds, options.retries)
        self.version = f"{options.model} at {self._client.base_url.host}"
        self._pool = WorkPool("openai-stt", workers=1, queue=options.queue + options.concurrent)
        self._places = asyncio.Semaphore(options.concurrent)
        self._pending = 0
        self._verbose = True

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """See `SttEngine.transcribe`."""
        if self._pending >= self._options.concurrent + self._options.queue:
            raise Overloaded("Too much speech is being recognised: try again", retry_after=RETRY_AFTER_SECONDS)
        self._pending += 1
        try:
            return await self._transcribe(audio, check_language(language, tuple(NAMES), self.name), hot_words)
        finally:
            self._pending -= 1

    async def close(self) -> None:
        """Closes the connections."""
        await self._pool.close()
        await self._client.close()

    async def _transcribe(self, audio: Pcm | Path, language: str | None, hot_words: Sequence[str]) -> Transcription:
        async with typed_pool_errors():
            sound = await self._pool.run(lambda _: _Sound.of(audio))
        begin = time.monotonic()
        heard = _Heard()
        if sound.speech:
            async with self._places:
                begin = time.monotonic()
                answer = await self._ask(sound, language, hot_word_prompt(hot_words))
                heard = _read(answer, sound)
        return Transcription(
            text=heard.text,
            words=heard.words,
            segments=heard.segments,
            language=heard.language or (language if heard.text else None),
            language_probability=None,
            duration=sound.seconds,
            confidence=heard.confidence,
            engine=self.name,
            engine_version=self.version,
            keeps_fillers=self.keeps_fillers,
            basic_accuracy=self.basic_accuracy,
            seconds_taken=time.monotonic() - begin,
        )

    async def _ask(self, sound: "_Sound", language: str | None, prompt: str | None) -> Any:
        """The server's answer; the first refusal of `verbose_json` is remembered."""
        import openai

        wanted: dict[str, Any] = {"model": self._options.model, "file": sound.file}
        if language:
            wanted["language"] = language
        if prompt:
            wanted["prompt"] = prompt
        detailed: dict[str, Any] = {
            **wanted,
            "response_format": "verbose_json",
            "timestamp_granularities": ["word", "segment"],
        }
        try:
            if self._verbose:
                try:
                    return await self._client.audio.transcriptions.create(**detailed)
                except (openai.BadRequestError, openai.UnprocessableEntityError):
                    answer = await self._client.audio.transcriptions.create(**wanted, response_format="json")
                    self._verbose = False
                    return answer
            return await self._client.audio.transcriptions.create(**wanted, response_format="json")
        except (openai.OpenAIError, ValueError) as error:  # ValueError: the body is no JSON
            raise self._typed(error) from error

    def _typed(self, error: Exception) -> SttError:
        """The error a caller can act on."""
        failure = explain(error, "speech server", self._client, self._options.model, "STT")
        match failure.kind:
            case "unavailable":
                return SttUnavailable(failure.message)
            case "busy":
                return Overloaded(failure.message, retry_after=failure.retry_after)
        return SttFailed(failure.message, retryable=failure.retryable)


@dataclass(frozen=True, slots=True)
class _Sound:
    """Audio ready to be sent; `speech` and `seconds` are the length of the speech in it and of all."""

    file: tuple[str, bytes, str]
    seconds: float
    speech: float

    @classmethod
    def of(cls, audio: Pcm | Path) -> "_Sound":
        """Decodes and encodes; CPU-bound."""
        pcm = (
            decode(audio, max_seconds=LONGEST_AUDIO)
            if isinstance(audio, Path)
            else np.ascontiguousarray(audio, np.int16)
        )
        seconds = len(pcm) / SPEECH_RATE
        speech = sum(span.speech for span in utterances(pcm, longest=LONGEST_STRETCH)) / SPEECH_RATE
        if not speech:
            return cls(("", b"", ""), seconds, 0.0)
        if seconds <= WAV_SECONDS:
            return cls(("answer.wav", wav_content(pcm), "audio/wav"), seconds, speech)
        return cls(("answer.ogg", encode(pcm, SPEECH_RATE, "ogg"), "audio/ogg"), seconds, speech)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What an answer says."""

    text: str = ""
    words: tuple[TimedWord, ...] = ()
    segments: tuple[Segment, ...] = ()
    language: str | None = None
    confidence: float | None = None


def _read(answer: Any, sound: _Sound) -> _Heard:
    """Takes an answer apart; raises SttFailed for one without text. Servers differ: every other part may be absent."""
    text = answer if isinstance(answer, str) else getattr(answer, "text", None)
    if not isinstance(text, str):
        raise SttFailed("The speech server sent an answer without text: is it a transcription server?")
    text = text.strip()
    if not text or is_phantom(text, sound.speech):
        return _Heard()
    try:
        words = tuple(_words(answer, sound.seconds))
        parts = getattr(answer, "segments", None) or ()
        segments = tuple(Segment(part.text.strip(), float(part.start), float(part.end)) for part in parts)
        confidence = mean_probability(words)
        if confidence is None:
            confidence = _likelihood(parts)
    except (AttributeError, TypeError, ValueError) as error:
        raise SttFailed("The speech server sent words or segments that cannot be read") from error
    try:
        code = parse_language(str(getattr(answer, "language", None) or ""))
    except UnknownLanguage:
        code = None
    return _Heard(text, words, segments or (Segment(text, 0.0, sound.seconds),), code, confidence)


def _words(answer: Any, latest: float) -> Iterator[TimedWord]:
    for word in getattr(answer, "words", None) or ():
        probability = getattr(word, "probability", None)
        start, end = min(float(word.start), latest), min(float(word.end), latest)
        yield TimedWord(word.word.strip(), start, end, None if probability is None else float(probability))


def _likelihood(segments: Sequence[Any]) -> float | None:
    """The mean of exp(avg_logprob) over the segments, each counting by its length."""
    known = [
        (float(part.end) - float(part.start), math.exp(min(0.0, float(part.avg_logprob))))
        for part in segments
        if getattr(part, "avg_logprob", None) is not None
    ]
    total = sum(length for length, _ in known)
    return round(sum(length * value for length, value in known) / total, 4) if total > 0 else None
