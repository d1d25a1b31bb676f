"""One stretch of a stream through the engine: where it is in the stream, and which words of the result count."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import Segment, StretchEngine, SttEngine, TimedWord, Transcription, mean_probability
from app.engines.stt.live.local_agreement import spoken
from app.engines.stt.whisper_hearing import PHANTOM_SPEECH, PHANTOMS

SURE_LANGUAGE = 0.8
"""A language detected with this probability is kept for the answer: detecting costs Whisper as much as hearing."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound to recognise. `begin` is the sample of the answer at which `pcm` starts; words count when their middle is
    between the samples `keep_from` and `keep_to`, and none reaches out of the detected speech, from `speech_from` to
    `speech_to`. `voiced` are the seconds of it."""

    pcm: Pcm
    begin: int
    keep_from: int
    keep_to: int
    speech_from: int
    speech_to: int
    voiced: float


@dataclass(frozen=True, slots=True)
class StretchText:
    """What a stretch says; the words' times are seconds of the answer."""

    text: str
    words: tuple[TimedWord, ...]
    confidence: float | None
    engine: str
    language: str | None
    """Where the engine is sure of it."""


async def decode_stretch(
    stt: SttEngine, stretch: Stretch, *, language: str | None, hot_words: Sequence[str], draft: bool = False
) -> StretchText:
    """Recognises a stretch; an empty text where nothing credible was said. Raises SttError.

    Hot words invite the engine to invent, so it gets them only with enough speech.
    """
    enough = stretch.voiced >= PHANTOM_SPEECH
    words = hot_words if enough else ()
    if isinstance(stt, StretchEngine):
        result = await stt.transcribe_stretch(stretch.pcm, language=language, hot_words=words, draft=draft)
    else:
        beam = 1 if draft else None
        result = await stt.transcribe(stretch.pcm, language=language, hot_words=words, beam=beam)
    text = _placed(result, stretch)
    if not enough and " ".join(map(spoken, text.text.replace("-", " ").split())) in PHANTOMS:
        return replace(text, text="", words=())
    return text


def place(words: Iterable[TimedWord], stretch: Stretch) -> tuple[TimedWord, ...]:
    """The words of the stretch itself, without those of its context, with their times in the answer."""
    offset = stretch.begin / SPEECH_RATE
    first, last = stretch.speech_from / SPEECH_RATE, stretch.speech_to / SPEECH_RATE
    placed = []
    for word in words:
        start, end = offset + word.start, offset + word.end
        keeps = stretch.keep_from <= (start + end) / 2 * SPEECH_RATE < stretch.keep_to
        if keeps and spoken(word.text):
            start = max(start, min(first, end))
            placed.append(replace(word, start=round(start, 3), end=round(max(start, min(end, last)), 3)))
    return tuple(placed)


def _placed(result: Transcription, stretch: Stretch) -> StretchText:
    segments = result.segments or (Segment(result.text, 0.0, result.duration),)
    timed = result.words or tuple(word for segment in segments for word in _spread(segment))
    words = place(timed, stretch)
    is_whole = len(words) == sum(bool(spoken(word.text)) for word in timed)
    return StretchText(
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
