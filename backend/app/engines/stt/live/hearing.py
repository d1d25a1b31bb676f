"""One stretch of a stream through the engine: where it is in the stream, and what of the result is believed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import Segment, SttEngine, TimedWord, Transcription, mean_probability
from app.engines.stt.live.agreement import middle, spoken
from app.engines.stt.whisper_hearing import PHANTOM_SPEECH, PHANTOMS

SURE_LANGUAGE = 0.8
"""A language detected with this probability is kept for the answer: detecting costs Whisper as much as hearing."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound to recognise. `begin` is the sample of the answer at which `pcm` starts; words count when their middle is
    between the samples `keep_from` and `keep_to`. `voiced` are the seconds of speech that were detected in it."""

    pcm: Pcm
    begin: int
    keep_from: int
    keep_to: int
    voiced: float


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


def place(words: Iterable[TimedWord], stretch: Stretch) -> tuple[TimedWord, ...]:
    """The words of the stretch itself, without those of its context, with their times in the answer."""
    offset = stretch.begin / SPEECH_RATE
    placed = (
        replace(word, start=round(offset + word.start, 3), end=round(offset + word.end, 3))
        for word in words
        if spoken(word.text)
    )
    return tuple(word for word in placed if stretch.keep_from <= middle(word) * SPEECH_RATE < stretch.keep_to)


def _placed(result: Transcription, stretch: Stretch) -> Heard:
    segments = result.segments or (Segment(result.text, 0.0, result.duration),)
    timed = result.words or tuple(word for segment in segments for word in _spread(segment))
    words = place(timed, stretch)
    is_whole = len(words) == sum(bool(spoken(word.text)) for word in timed)
    return Heard(
        text=result.text.strip() if is_whole else " ".join(word.text for word in words),
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
