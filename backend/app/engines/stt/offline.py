"""The engine that always works: PocketSphinx with the English model inside its package, in processes of its own.

About a quarter of the words are wrong in read speech and talks (see `benchmarks/speech.py`), so its transcripts are
marked as of basic accuracy. It takes a fifth of the time of the sound on one core.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.audio import SPEECH_RATE, Pcm, decode
from app.engines.stt.base import (
    Segment,
    SttFailed,
    SttUnavailable,
    TimedWord,
    Transcription,
    check_language,
    mean_probability,
)
from app.engines.stt.offline_worker import LENGTH
from app.engines.stt.pool import Stop, WorkPool
from app.engines.stt.vad import Span, utterances

LONGEST_UTTERANCE, JOINED_PAUSE = 12.0, 1.0
"""Seconds. Phrases with a short pause between them are recognised together, up to this length: the recogniser adapts
to the voice within an utterance, but long silences inside one disturb it."""
LOUD = 8_000
"""The level that the loudest hundredth of the samples is brought to: a quarter of full scale."""
FAINT = 100
"""Nothing is made louder than if its peaks were here."""
START_SECONDS = 60.0
"""A child that has not loaded its model by then never will (0.5 s on an idle machine)."""
PATIENCE_SECONDS, PATIENCE_FACTOR = 30.0, 10.0
"""An utterance may take so long, plus so many times its own length, before its process is taken for hung."""


@dataclass(frozen=True, slots=True)
class OfflineOptions:
    """`workers` processes of 150 MB each; `queue` calls may wait beside those that run."""

    workers: int = 1
    queue: int = 32


class OfflineEngine:
    """See `SttEngine`. Hot words are not used: the vocabulary of interviews is built in (`offline_terms.txt`).

    Confidence is `mean_probability` of the words, whose probabilities are posteriors over the recogniser's word
    lattice.
    """

    name = "offline"
    keeps_fillers = True
    basic_accuracy = True
    languages = ("en",)

    def __init__(self, options: OfflineOptions | None = None) -> None:
        """Raises SttUnavailable when PocketSphinx is not installed; processes start with the first call."""
        options = options or OfflineOptions()
        if find_spec("pocketsphinx") is None:
            raise SttUnavailable("PocketSphinx is not installed: install the project's requirements")
        self.version = f"pocketsphinx {version('pocketsphinx')}"
        self._pool = WorkPool("offline-stt", workers=options.workers, queue=options.queue, seconds_a_call=5.0)
        self._children = _Children()

    async def warm_up(self) -> None:
        """Starts a process, so that the first speaker need not wait; raises SttUnavailable."""
        await self._pool.run(lambda _: self._children.borrow(lambda child: None))

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
        return await self._pool.run(lambda stop: self._transcribe(audio, stop))

    async def close(self) -> None:
        """Ends the processes and the threads that wait for them."""
        self._children.close()
        await self._pool.close()

    def _transcribe(self, audio: Pcm | Path, stop: Stop) -> Transcription:
        begin = time.monotonic()
        pcm = decode(audio) if isinstance(audio, Path) else audio
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
        found = self._children.borrow(lambda child: child.hear(sound))
        offset = span.begin / SPEECH_RATE
        return [
            TimedWord(_spelt(text), round(offset + start, 3), round(offset + end, 3), probability)
            for text, start, end, probability in found
        ]


def levelled(pcm: Pcm) -> Pcm:
    """The same sound at a common loudness: what is faint drowns in the recogniser's own noise estimate."""
    if not len(pcm):
        return pcm
    loud = max(float(np.percentile(np.abs(pcm.astype(np.float32)), 99)), FAINT)
    louder: Pcm = np.clip(pcm * np.float32(LOUD / loud), -32768, 32767).astype(np.int16)
    return louder


def _spelt(word: str) -> str:
    """English writes the pronoun with a capital, PocketSphinx does not."""
    return "I" + word[1:] if word == "i" or word.startswith("i'") else word


class _Children:
    """The idle processes; one that died or hung is replaced."""

    def __init__(self) -> None:
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._all: set[_Child] = set()
        self._lock = threading.Lock()
        self._closed = False

    def borrow(self, use: Callable[["_Child"], Any]) -> Any:
        """The result of `use` on an idle process; a call that kills its process is tried once more with a new one."""
        for attempt in (1, 2):
            child = self._idle_or_new()
            try:
                result = use(child)
            except (OSError, EOFError) as error:
                self._bury(child)
                if self._closed:
                    raise SttUnavailable("Speech recognition is being shut down: try again later") from error
                if attempt == 2:
                    raise SttFailed("The offline recogniser failed twice on this audio: record it again") from error
            else:
                self._idle.put(child)
                return result
        raise AssertionError("unreachable")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            children = list(self._all)
        for child in children:
            child.end()

    def _idle_or_new(self) -> "_Child":
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            child = _Child()
        with self._lock:
            self._all.add(child)
            closed = self._closed
        if closed:
            child.end()
        return child

    def _bury(self, child: "_Child") -> None:
        child.end()
        with self._lock:
            self._all.discard(child)


class _Child:
    """One process of `offline_worker`, spoken to over its pipes by one thread at a time."""

    def __init__(self) -> None:
        """Starts it and waits until its model is loaded; raises SttUnavailable."""
        file = Path(__file__).with_name("offline_worker.py")
        # -P: its folder must not be searched for modules. A session of its own: Ctrl-C is for the server, which
        # then closes the pipe.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-P", str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            first = self._answer(START_SECONDS)
        except (OSError, EOFError) as error:
            self.end()
            raise SttUnavailable("The offline recogniser does not start: see the server's log") from error
        if "error" in first:
            self.end()
            raise SttUnavailable(
                f"The offline recogniser does not start ({first['error']}): install pocketsphinx again"
            )

    def hear(self, sound: bytes) -> list[Any]:
        """Words with times and probabilities; raises OSError or EOFError when the process died or was too slow."""
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - asked for above
        pipe.write(LENGTH.pack(len(sound)) + sound)
        pipe.flush()
        seconds = len(sound) / 2 / SPEECH_RATE
        found: list[Any] = self._answer(PATIENCE_SECONDS + PATIENCE_FACTOR * seconds)["words"]
        return found

    def end(self) -> None:
        """Kills the process and frees its pipes; may be called twice and from another thread."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # bytes that were never read

    def _answer(self, seconds: float) -> dict[str, Any]:
        """The next answer; the process is killed when it takes longer than `seconds`."""
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - asked for above
        watch = threading.Timer(seconds, self._process.kill)
        watch.start()
        try:
            head = pipe.read(LENGTH.size)
            body = pipe.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
        except ValueError as error:
            raise EOFError("the pipe was closed") from error
        finally:
            watch.cancel()
        if not body:
            raise EOFError("the process ended")
        answer: dict[str, Any] = json.loads(body)
        return answer
