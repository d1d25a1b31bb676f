"""Whisper through faster-whisper (CTranslate2): one shared model, a bounded pool of threads, never the network.

Silero finds the speech first, so silence costs nothing and invents nothing. Stretches of up to 28 s go through the
model one by one: the encoder always works on 30 s, and memory stays bounded however long the audio is.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.audio.untrusted import decode
from app.engines.pool import Stop, WorkPool
from app.engines.stt.base import (
    LONGEST_AUDIO,
    Segment,
    SttFailed,
    TimedWord,
    Transcription,
    check_language,
    mean_probability,
    typed_pool_errors,
)
from app.engines.stt.vad import Span, VadOptions, utterances
from app.engines.stt.whisper_hearing import SILENT_LOGPROB, SILENT_PROBABILITY, Hearing, Listener
from app.engines.stt.whisper_models import find_model
from app.engines.stt.whisper_shared import ModelKey, SharedModel
from app.engines.stt.whisper_window import WHOLE_WINDOW, decode_window

LONGEST_STRETCH = 28.0
"""Seconds; Whisper's window is 30 s, and the padding of a stretch must fit."""
JOINED_PAUSE = 3.0
"""Seconds. Stretches that are nearer share a window, because each window costs the whole encoder."""
SPEECH = VadOptions(start=0.3, stop=0.2)
"""Silero is unsure of voices on the telephone (.2 to .5 where the same words in full band have .9); noise without
voices stays under .2, and Whisper judges what is left."""
PROMPT_VOCABULARY = 50_000
"""Tokens. Every Whisper of OpenAI's has more than 51,000 and knows prompts; a small model of another make that was not
trained with them hears nothing any more after one."""
HOT_WORD_CHARACTERS = 300
"""The prompt that carries hot words has 223 tokens; this leaves most of them to the speech."""


STRETCH_SECONDS = 0.3
"""About what a stretch of running speech takes on a core."""


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """`model` is a name or a directory. `queue` calls may wait beside those that run. Beam: the usual 5 of Whisper. A
    model that is unused for `idle_seconds` is closed; 0 keeps it."""

    models_dir: Path
    model: str | Path = "tiny.en"
    workers: int = field(default_factory=lambda: os.cpu_count() or 2)
    queue: int = 32
    beam: int = 5
    compute_type: str = "int8"
    idle_seconds: float = 900.0


class WhisperEngine:
    """See `SttEngine`. The model is opened at the first call (or by `warm_up`) and shared by equal engines.

    Confidence is `mean_probability` of the words, whose probabilities come from the alignment (the mean of their
    tokens'). Nothing is left to chance: the same audio gives the same transcript.
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
        key = ModelKey(self._directory.resolve(), options.compute_type, options.workers)
        self._model = SharedModel(key, options.idle_seconds)

    async def warm_up(self) -> None:
        """Opens the model, so that the first speaker need not wait; raises SttUnavailable."""
        async with typed_pool_errors():
            await self._pool.run(lambda _: self._open())

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
        self._model.give_back()

    @property
    def is_busy(self) -> bool:
        """Whether a call would have to wait for others."""
        return self._pool.pending >= self._options.workers

    def _open(self) -> None:
        with self._model.use():
            pass

    def _transcribe(
        self, audio: Pcm | Path, language: str | None, hot_words: tuple[str, ...], beam: int | None, stop: Stop
    ) -> Transcription:
        begin = time.monotonic()
        with self._model.use() as model:
            code = check_language(language, model.supported_languages, self.name)
            pcm = decode(audio, max_seconds=LONGEST_AUDIO) if isinstance(audio, Path) else audio
            knows_prompts = model.hf_tokenizer.get_vocab_size() >= PROMPT_VOCABULARY
            prompt = hot_word_prompt(hot_words) if knows_prompts else None
            listener = Listener(model, stop, beam or self._options.beam, prompt, thorough=beam != 1)
            found = _Found(code)
            for span in utterances(pcm, longest=LONGEST_STRETCH, join=JOINED_PAUSE, options=SPEECH, check=stop.check):
                stop.check()
                sound = pcm[span.begin : span.end].astype(np.float32) / np.float32(32768)
                voiced = [((at - span.begin) / SPEECH_RATE, (to - span.begin) / SPEECH_RATE) for at, to in span.voiced]
                found.add(listener.hear(sound, voiced, found.language), span)
        return Transcription(
            text=" ".join(segment.text for segment in found.segments),
            words=tuple(found.words),
            segments=tuple(found.segments),
            hesitations=tuple(found.hesitations),
            language=found.language,
            language_probability=found.language_probability,
            duration=len(pcm) / SPEECH_RATE,
            confidence=mean_probability(found.words),
            engine=self.name,
            engine_version=self.version,
            keeps_fillers=self.keeps_fillers,
            basic_accuracy=self.basic_accuracy,
            seconds_taken=time.monotonic() - begin,
        )

    def _transcribe_stretch(self, pcm: Pcm, language: str | None, draft: bool) -> Transcription | None:
        """None where the text repeats itself or the stretch is longer than a window."""
        begin = time.monotonic()
        seconds = len(pcm) / SPEECH_RATE
        if seconds > WHOLE_WINDOW:
            return None
        with self._model.use() as model:
            code = check_language(language, model.supported_languages, self.name)
            beam = 1 if draft else self._options.beam
            try:
                decoded = decode_window(model, pcm, language=code, beam=beam, word_times=True)
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


class _Found:
    """What was recognised so far, in seconds of the recording; the first stretch settles the language."""

    def __init__(self, language: str | None) -> None:
        self.language = language
        self.language_probability: float | None = None
        self.words: list[TimedWord] = []
        self.segments: list[Segment] = []
        self.hesitations: list[tuple[float, float]] = []

    def add(self, heard: Hearing, span: Span) -> None:
        if self.language is None:
            self.language, self.language_probability = heard.language, round(heard.language_probability, 4)
        offset, latest = span.begin / SPEECH_RATE, span.end / SPEECH_RATE
        at = offset
        for part in heard.said:
            placed = []
            for word in part.words:
                start = min(max(at, offset + word.start), latest)
                at = min(max(start, offset + word.end), latest)
                probability = round(word.probability or 0.0, 4)
                placed.append(TimedWord(word.text.strip(), round(start, 3), round(at, 3), probability))
            self.words += placed
            self.segments.append(Segment(part.text, placed[0].start, placed[-1].end))
        self.hesitations += [(round(offset + begin, 3), round(offset + end, 3)) for begin, end in heard.hesitations]


def hot_word_prompt(words: Sequence[str]) -> str | None:
    """The terms as one string, as many as fit."""
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if len(longer) > HOT_WORD_CHARACTERS:
            break
        text = longer
    return text or None
