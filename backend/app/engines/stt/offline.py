"""The engine that always works: PocketSphinx with the English model inside its package, in processes of its own.

About a quarter of the words are wrong in read speech and talks (see `benchmarks/speech.py`), so its transcripts are
marked as of basic accuracy. It takes a third of the time of the sound on one core.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.pool import Stop, WorkPool
from app.engines.stt.base import (
    LONGEST_AUDIO,
    Segment,
    SttFailed,
    SttUnavailable,
    TimedWord,
    Transcription,
    Voice,
    check_language,
    mean_probability,
    typed_pool_errors,
)
from app.engines.stt.offline_stream import OfflineStream
from app.engines.stt.offline_words import PATIENCE_FACTOR, PATIENCE_SECONDS, levelled, read_words
from app.engines.stt.vad import Span, utterances
from app.engines.workers import WorkerFailed, Workers, WorkersClosed, WorkerUnavailable

LONGEST_UTTERANCE, JOINED_PAUSE = 12.0, 1.0
"""Seconds. Phrases with a short pause between them are recognised together, up to this length: the recogniser adapts
to the voice within an utterance, but long silences inside one disturb it."""
WORKER = "app.engines.stt.offline_worker"


@dataclass(frozen=True, slots=True)
class OfflineOptions:
    """`workers` recordings and as many utterances of streams are decoded at once; `queue` calls may wait beside those
    that run. `streams` utterances may be open, more wait. Beside the first process (130 MB) each that runs or is open
    has one of 45 MB."""

    workers: int = 1
    queue: int = 32
    streams: int = 4


class OfflineEngine:
    """See `SttEngine`. Hot words are not used: the vocabulary of interviews is built in (`offline_terms.txt`).

    Confidence is `mean_probability` of the words, whose probabilities are posteriors over the recogniser's word
    lattice.
    """

    name = "offline"
    keeps_fillers = False  # "um" and "uh" are in its vocabulary, but it often hears other words in their place
    basic_accuracy = True
    languages = ("en",)

    def __init__(self, options: OfflineOptions | None = None) -> None:
        """Raises SttUnavailable when PocketSphinx is not installed; processes start with the first call."""
        options = options or OfflineOptions()
        if find_spec("pocketsphinx") is None:
            raise SttUnavailable("PocketSphinx is not installed: install the project's requirements")
        self.version = f"pocketsphinx {version('pocketsphinx')}"
        self._pool = WorkPool("offline-stt", workers=options.workers, queue=options.queue, seconds_a_call=5.0)
        self._processes = Workers(WORKER)
        # Threads of their own: a long recording must not hold up who speaks now.
        self._stream_pool = WorkPool(
            "offline-stream", workers=options.workers, queue=4 * options.streams, seconds_a_call=1.0
        )
        self._places = asyncio.Semaphore(options.streams)

    async def warm_up(self) -> None:
        """Starts a process, so that the first speaker need not wait; raises SttUnavailable."""
        async with _typed_errors():
            await self._pool.run(lambda _: self._processes.start())

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """See `SttEngine.transcribe`."""
        check_language(language, self.languages, self.name)
        async with _typed_errors():
            return await self._pool.run(lambda stop: self._transcribe(audio, stop))

    @asynccontextmanager
    async def open_stream(
        self, *, language: str | None = None, voice: Voice | None = None
    ) -> AsyncIterator[OfflineStream]:
        """See `StreamingEngine.open_stream`."""
        check_language(language, self.languages, self.name)
        async with self._places, _typed_errors():
            stream = OfflineStream(self._processes, self._stream_pool, voice)
            try:
                yield stream
            finally:
                stream.close()

    async def close(self) -> None:
        """Ends the processes and the threads that wait for them."""
        self._processes.close()
        await self._pool.close()
        await self._stream_pool.close()

    def _transcribe(self, audio: Pcm | Path, stop: Stop) -> Transcription:
        begin = time.monotonic()
        pcm = decode(audio, max_seconds=LONGEST_AUDIO) if isinstance(audio, Path) else audio
        words: list[TimedWord] = []
        segments: list[Segment] = []
        for span in utterances(pcm, longest=LONGEST_UTTERANCE, join=JOINED_PAUSE, check=stop.check):
            stop.check()
            heard = self._hear(pcm, span)
            if heard:
                words += heard
                segments.append(Segment(" ".join(word.text for word in heard), heard[0].start, heard[-1].end))
        return Transcription(
            text=" ".join(segment.text for segment in segments),
            words=tuple(words),
            segments=tuple(segments),
            language="en" if words else None,
            language_probability=None,
            duration=len(pcm) / SPEECH_RATE,
            confidence=mean_probability(words),
            engine=self.name,
            engine_version=self.version,
            keeps_fillers=self.keeps_fillers,
            basic_accuracy=self.basic_accuracy,
            seconds_taken=time.monotonic() - begin,
        )

    def _hear(self, pcm: Pcm, span: Span) -> list[TimedWord]:
        sound = levelled(pcm[span.begin : span.end]).astype("<i2").tobytes()
        answer = self._processes.call(b"w" + sound, PATIENCE_SECONDS + PATIENCE_FACTOR * span.seconds)
        return read_words(json.loads(answer), span.begin / SPEECH_RATE)


@asynccontextmanager
async def _typed_errors() -> AsyncIterator[None]:
    try:
        async with typed_pool_errors():
            yield
    except WorkerUnavailable as error:
        raise SttUnavailable(f"The offline recogniser does not start ({error}): install pocketsphinx again") from error
    except WorkerFailed as error:
        raise SttFailed("The offline recogniser failed twice on this audio: record it again") from error
    except (OSError, EOFError) as error:
        raise SttFailed("The process of the offline recogniser ended: try again") from error
    except WorkersClosed as error:
        raise SttUnavailable("Speech recognition is being shut down: try again later") from error
