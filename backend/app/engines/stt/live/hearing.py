"""One stretch of a stream through the engine: where it is in the stream, and what of the result is believed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import Segment, SttEngine, TimedWord, Transcription, mean_probability
from app.engines.stt.live.agreement import followers, middle, spoken
from app.engines.stt.whisper import PHANTOM_SPEECH, PHANTOMS

SETTLED = round(3.0 * SPEECH_RATE)
"""Samples before words that two guesses shared are settled: guesses at less are shaky. With the offline engine 25 %
of the words are wrong then, 27 % when words are settled at once (batch 25 %)."""
KNOWN_CONTEXT = round(0.6 * SPEECH_RATE)
"""Samples of settled words that are heard again, from the beginning of a word on: with less, or from the middle of a
word on, 30 % are wrong."""
SURE_LANGUAGE = 0.8
"""A language detected with this probability is kept for the answer: detecting costs Whisper as much as hearing."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound to recognise. `begin` is the sample of the answer at which `pcm` starts; words count when their middle is
    between the samples `keep_from` and `keep_to`. `known` are the segment's words before it that are settled, `voiced`
    the seconds of speech that were detected in the segment."""

    pcm: Pcm
    begin: int
    keep_from: int
    keep_to: int
    voiced: float
    known: tuple[TimedWord, ...] = ()

    def after(self, known: tuple[TimedWord, ...]) -> "Stretch":
        """What is left to recognise when the first words are settled, with a word or two before it.

        Guesses may have gone beyond the place where the segment was cut.
        """
        known = tuple(word for word in known if middle(word) * SPEECH_RATE < self.keep_to)
        if not known or len(self.pcm) < SETTLED:
            return self
        keep_from = round(known[-1].end * SPEECH_RATE)
        starts = (round(word.start * SPEECH_RATE) for word in known)
        begin = max((at for at in starts if self.begin <= at <= keep_from - KNOWN_CONTEXT), default=self.begin)
        return replace(
            self, pcm=self.pcm[begin - self.begin :], begin=begin, keep_from=max(self.keep_from, keep_from), known=known
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stretch says; the words' times are seconds of the answer."""

    text: str
    words: tuple[TimedWord, ...]
    confidence: float | None
    engine: str
    language: str | None
    """Where the engine is sure of it."""


async def hear(
    stt: SttEngine, stretch: Stretch, *, language: str | None, hot_words: Sequence[str], beam: int | None = None
) -> Heard:
    """Recognises a stretch; an empty text where nothing credible was said. Raises SttError.

    Hot words invite the engine to invent, so it gets them only with enough speech.
    """
    enough = stretch.voiced >= PHANTOM_SPEECH
    result = await stt.transcribe(stretch.pcm, language=language, hot_words=hot_words if enough else (), beam=beam)
    heard = _placed(result, stretch)
    if not enough and " ".join(map(spoken, heard.text.replace("-", " ").split())) in PHANTOMS:
        return replace(heard, text="", words=())
    return heard


def _placed(result: Transcription, stretch: Stretch) -> Heard:
    """The words of the stretch itself, without those of its context."""
    offset = stretch.begin / SPEECH_RATE
    segments = result.segments or (Segment(result.text, 0.0, result.duration),)
    timed = result.words or tuple(word for segment in segments for word in _spread(segment))
    placed = tuple(
        replace(word, start=round(offset + word.start, 3), end=round(offset + word.end, 3))
        for word in timed
        if spoken(word.text)
    )
    kept = [word for word in placed if stretch.keep_from <= middle(word) * SPEECH_RATE < stretch.keep_to]
    words = (*stretch.known, *followers(stretch.known, kept))
    return Heard(
        text=result.text.strip() if words == placed else " ".join(word.text for word in words),
        words=words,
        confidence=mean_probability(words) or result.confidence,
        engine=result.engine,
        language=result.language if (result.language_probability or 0.0) >= SURE_LANGUAGE else None,
    )


def _spread(segment: Segment) -> Iterator[TimedWord]:
    """The words of a segment of an engine without word times, spread over it by their letters."""
    words = segment.text.split()
    letters = sum(len(word) for word in words)
    at = segment.start
    for word in words:
        end = at + (segment.end - segment.start) * len(word) / letters
        yield TimedWord(word, at, end)
        at = end
