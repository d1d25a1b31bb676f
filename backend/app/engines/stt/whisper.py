"""Whisper through faster-whisper (CTranslate2): one shared model, a bounded pool of threads, never the network.

Silero finds the speech first, so silence costs nothing and invents nothing. Stretches of up to 28 s go through the
model one by one: the encoder always works on 30 s, and memory stays bounded however long the audio is.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.pool import Stop, WorkPool
from app.engines.stt.base import (
    LONGEST_AUDIO,
    Segment,
    SttFailed,
    SttUnavailable,
    TimedWord,
    Transcription,
    check_language,
    mean_probability,
    primary_language,
    typed_pool_errors,
)
from app.engines.stt.vad import Span, utterances
from app.engines.stt.whisper_models import find_model
from app.engines.stt.whisper_window import WHOLE_WINDOW, decode_window

LONGEST_STRETCH = 28.0
"""Seconds; Whisper's window is 30 s, and the padding of a stretch must fit."""
JOINED_PAUSE = 3.0
"""Seconds. Stretches that are nearer share a window, because each window costs the whole encoder."""
SILENT_PROBABILITY, SILENT_LOGPROB = 0.6, -0.4
"""A segment is dropped when the model itself thinks it is no speech and is not sure of its words (findings 5)."""
LOOP_COMPRESSION = 2.4
"""Text that compresses so well repeats itself (OpenAI's own threshold)."""
PHANTOM_SPEECH = 0.5
"""Seconds of detected speech under which a phantom phrase is taken for one."""
PHANTOMS = frozenset(
    {
        "you", "bye", "bye bye", "thank you", "thanks", "thank you very much", "thank you for watching",
        "thanks for watching", "please subscribe", "subscribe", "like and subscribe", "see you next time", "okay",
        "subtitles by the amara org community", "transcription by castingwords", "the end", "music", "applause",
    }
)  # fmt: skip
"""What Whisper invents in silence: it learned from captions (Koenecke et al. 2024; "Investigation of Whisper ASR
hallucinations induced by non-speech audio", Baranski et al. 2025)."""
PROMPT_VOCABULARY = 50_000
"""Tokens. Every Whisper of OpenAI's has more than 51,000 and knows prompts; a small model of another make that was not
trained with them hears nothing any more after one."""
HOT_WORD_CHARACTERS = 300
"""The prompt that carries hot words has 223 tokens; this leaves most of them to the speech."""


STRETCH_SECONDS = 0.3
"""About what a stretch of running speech takes on a core."""


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """`model` is a name or a directory. `queue` calls may wait beside those that run. Beam: the usual 5 of Whisper."""

    models_dir: Path
    model: str | Path = "base.en"
    workers: int = field(default_factory=lambda: os.cpu_count() or 2)
    queue: int = 32
    beam: int = 5
    compute_type: str = "int8"


class WhisperEngine:
    """See `SttEngine`. The model is opened at the first call (or by `warm_up`) and shared by equal engines.

    Confidence is `mean_probability` of the words, whose probabilities come from the alignment (the mean of their
    tokens'). Temperature is always 0: the same audio gives the same transcript.
    """

    name = "whisper"
    keeps_fillers = False
    basic_accuracy = False

    def __init__(self, options: WhisperOptions) -> None:
        """Raises SttUnavailable at once when the model is not on disk; opening it is left to a thread."""
        self._options = options
        self._directory = find_model(options.model, options.models_dir)
        label = Path(options.model).name if Path(options.model).is_dir() else str(options.model)
        self.version = f"{label}, faster-whisper {version('faster-whisper')}"
        self._pool = WorkPool("whisper", workers=options.workers, queue=options.queue, seconds_a_call=3.0)
        # Threads of their own: a long recording must not hold up who speaks now.
        self._stretch_pool = WorkPool(
            "whisper-live", workers=options.workers, queue=options.queue, seconds_a_call=STRETCH_SECONDS
        )
        self._lease = _Lease(self._directory, options)

    async def warm_up(self) -> None:
        """Opens the model, so that the first speaker need not wait; raises SttUnavailable."""
        async with typed_pool_errors():
            await self._pool.run(lambda _: self._lease.model())

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """See `SttEngine.transcribe`."""
        words = tuple(hot_words)
        async with typed_pool_errors():
            return await self._pool.run(lambda stop: self._transcribe(audio, language, words, beam, stop))

    async def transcribe_stretch(
        self, pcm: Pcm, *, language: str | None = None, hot_words: Sequence[str] = (), draft: bool = False
    ) -> Transcription:
        """See `StretchEngine.transcribe_stretch`. Hot words are not used: they made Whisper write words nobody said.

        Decoded in a short window; what loops even in the whole one is left to `transcribe`.
        """
        async with typed_pool_errors():
            found = await self._stretch_pool.run(lambda _: self._transcribe_stretch(pcm, language, draft))
        return found if found is not None else await self.transcribe(pcm, language=language, beam=1 if draft else None)

    async def close(self) -> None:
        """Ends the threads and gives the model back."""
        await self._pool.close()
        await self._stretch_pool.close()
        self._lease.give_back()

    def _transcribe(
        self, audio: Pcm | Path, language: str | None, hot_words: tuple[str, ...], beam: int | None, stop: Stop
    ) -> Transcription:
        begin = time.monotonic()
        model = self._lease.model()
        check_language(language, model.supported_languages, self.name)
        pcm = decode(audio, max_seconds=LONGEST_AUDIO) if isinstance(audio, Path) else audio
        found = _Found(primary_language(language) if language else None)
        prompt = hot_word_prompt(hot_words) if model.hf_tokenizer.get_vocab_size() >= PROMPT_VOCABULARY else None
        for span in utterances(pcm, longest=LONGEST_STRETCH, join=JOINED_PAUSE, check=stop.check):
            stop.check()
            self._hear(model, pcm, span, found, prompt, beam or self._options.beam, stop)
        words = tuple(found.words)
        return Transcription(
            text=" ".join(segment.text for segment in found.segments),
            words=words,
            segments=tuple(found.segments),
            language=found.language,
            language_probability=found.language_probability,
            duration=len(pcm) / SPEECH_RATE,
            confidence=mean_probability(words),
            engine=self.name,
            engine_version=self.version,
            keeps_fillers=self.keeps_fillers,
            basic_accuracy=self.basic_accuracy,
            seconds_taken=time.monotonic() - begin,
        )

    def _transcribe_stretch(self, pcm: Pcm, language: str | None, draft: bool) -> Transcription | None:
        """None where the text repeats itself or the stretch is longer than a window."""
        begin = time.monotonic()
        model = self._lease.model()
        check_language(language, model.supported_languages, self.name)
        seconds = len(pcm) / SPEECH_RATE
        if seconds > WHOLE_WINDOW:
            return None
        try:
            decoded = decode_window(
                model,
                pcm,
                language=primary_language(language) if language else None,
                beam=1 if draft else self._options.beam,
                word_times=True,
            )
        except (RuntimeError, ValueError) as error:
            raise SttFailed(f"Whisper failed on this audio ({error}): try again") from error
        if decoded.is_loop:
            return None
        is_silence = (
            decoded.no_speech_probability > SILENT_PROBABILITY and decoded.mean_log_probability < SILENT_LOGPROB
        )
        words = () if is_silence else decoded.words
        text = decoded.text if words else ""
        return Transcription(
            text=text,
            words=words,
            segments=(Segment(text, words[0].start, words[-1].end),) if words else (),
            language=decoded.language if words else None,
            language_probability=decoded.language_probability,
            duration=seconds,
            confidence=mean_probability(words),
            engine=self.name,
            engine_version=self.version,
            keeps_fillers=self.keeps_fillers,
            basic_accuracy=self.basic_accuracy,
            seconds_taken=time.monotonic() - begin,
        )

    def _hear(
        self, model: Any, pcm: Pcm, span: Span, found: "_Found", hot_words: str | None, beam: int, stop: Stop
    ) -> None:
        """Recognises one stretch and adds what it says to `found`."""
        sound = pcm[span.begin : span.end].astype(np.float32) / 32768
        speech = span.speech / SPEECH_RATE
        try:
            segments, info = model.transcribe(
                sound,
                language=found.language,
                beam_size=beam,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                vad_filter=False,
                hotwords=hot_words if speech >= PHANTOM_SPEECH else None,
            )
            found.learn_language(info)
            for segment in segments:  # decoded here, one by one
                stop.check()
                if is_credible(segment, speech):
                    found.add(segment, span)
        except (RuntimeError, ValueError) as error:
            raise SttFailed(f"Whisper failed on this audio ({error}): try again") from error


class _Found:
    """What was recognised so far; the first stretch settles the language."""

    def __init__(self, language: str | None) -> None:
        self.language = language
        self.language_probability: float | None = None
        self.words: list[TimedWord] = []
        self.segments: list[Segment] = []

    def learn_language(self, info: Any) -> None:
        if self.language is None:
            self.language, self.language_probability = info.language, round(float(info.language_probability), 4)

    def add(self, segment: Any, span: Span) -> None:
        offset, latest = span.begin / SPEECH_RATE, span.end / SPEECH_RATE
        words = list(_placed(segment.words or (), offset, latest))
        begin, end = offset + float(segment.start), min(latest, offset + float(segment.end))
        if words:
            begin, end = words[0].start, words[-1].end
        self.words += words
        self.segments.append(Segment(segment.text.strip(), round(begin, 3), round(end, 3)))


def _placed(words: Sequence[Any], offset: float, latest: float) -> Iterator[TimedWord]:
    """Words with their times in the whole audio, in order and inside their stretch."""
    at = offset
    for word in words:
        start = min(max(at, offset + float(word.start)), latest)
        at = min(max(start, offset + float(word.end)), latest)
        if word.word.strip():
            yield TimedWord(word.word.strip(), round(start, 3), round(at, 3), round(float(word.probability), 4))


def is_credible(segment: Any, speech: float) -> bool:
    """Whether a segment of faster-whisper was said and not invented; `speech` seconds were detected around it."""
    if not segment.text.strip():
        return False
    if segment.no_speech_prob > SILENT_PROBABILITY and segment.avg_logprob < SILENT_LOGPROB:
        return False
    if segment.compression_ratio > LOOP_COMPRESSION:
        return False
    return not is_phantom(segment.text, speech)


def is_phantom(text: str, speech: float) -> bool:
    """Whether `text` is a phrase that Whisper invents, and `speech` seconds are too few to have said it."""
    plain = " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
    return speech < PHANTOM_SPEECH and plain in PHANTOMS


def hot_word_prompt(words: Sequence[str]) -> str | None:
    """The terms as one string, as many as fit."""
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if len(longer) > HOT_WORD_CHARACTERS:
            break
        text = longer
    return text or None


class _Lease:
    """A share in a model that engines with equal options open once between them."""

    _lock = threading.Lock()
    _open: dict[tuple[Any, ...], tuple[Any, int]] = {}  # noqa: RUF012 - shared on purpose, under the lock

    def __init__(self, directory: Path, options: WhisperOptions) -> None:
        self._directory = directory
        self._key = (directory.resolve(), options.compute_type, options.workers)
        self._model: Any = None

    def model(self) -> Any:
        """The open model; the first to come opens it, others wait. Raises SttUnavailable."""
        with self._lock:
            if self._model is None:
                model, users = self._open.get(self._key, (None, 0))
                model = model or self._load()
                self._open[self._key] = (model, users + 1)
                self._model = model
            return self._model

    def give_back(self) -> None:
        """Frees the model when nobody else uses it."""
        with self._lock:
            if self._model is not None:
                model, users = self._open.pop(self._key)
                if users > 1:
                    self._open[self._key] = (model, users - 1)
                self._model = None

    def _load(self) -> Any:
        directory, compute_type, workers = self._key
        try:
            from faster_whisper import WhisperModel

            return WhisperModel(
                str(self._directory),
                device="cpu",
                compute_type=compute_type,
                cpu_threads=1,
                num_workers=workers,
                local_files_only=True,
            )
        except Exception as error:  # CTranslate2 and tokenizers raise bare types for damaged files
            raise SttUnavailable(
                f"The Whisper model in {directory} cannot be opened ({error}): fetch it again"
            ) from error
