"""Where somebody speaks: Silero's voice activity model, which comes inside faster-whisper and needs no download.

A frame is 512 samples (32 ms) at 16 kHz; the model carries its state from frame to frame. A second of sound takes
about 2 ms.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engines.audio import SPEECH_RATE, Pcm

FRAME = 512
"""Samples the model looks at in one step (silero-vad, 16 kHz)."""
CONTEXT = 64
"""Samples of the frame before that it sees again."""
STATE = 128
"""Width of the state that is carried on."""
FRAMES_A_RUN = 1000
"""Frames in one call of the model: 32 s of sound, 2 MB."""
MODEL_FILE = "silero_vad_v6.onnx"


@dataclass(frozen=True, slots=True)
class VadOptions:
    """Speech begins above `start` and ends below `stop` (hysteresis of silero-vad); times in seconds.

    A pause shorter than `pause` does not end a span; a span shorter than `shortest` is a click; `pad` is added on
    both sides, because the model notices soft consonants late.
    """

    start: float = 0.5
    stop: float = 0.35
    pause: float = 0.6
    shortest: float = 0.1
    pad: float = 0.2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of audio, in samples; `voiced` are the places in it where somebody speaks, in order."""

    begin: int
    end: int
    voiced: tuple[tuple[int, int], ...]

    @property
    def speech(self) -> int:
        """Samples in it where somebody speaks."""
        return sum(end - begin for begin, end in self.voiced)

    @property
    def seconds(self) -> float:
        """Length of the stretch."""
        return (self.end - self.begin) / SPEECH_RATE


class StreamVad:
    """The probability of speech, frame by frame, of one stream. Not for two threads at once."""

    def __init__(self) -> None:
        self._session = shared_session()
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._hidden = np.zeros((1, 1, STATE), np.float32)
        self._cell = np.zeros((1, 1, STATE), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def push(self, pcm: Pcm) -> list[float]:
        """Probabilities 0-1 of the frames that `pcm` completes; what is left waits for the next call."""
        sound = np.concatenate([self._rest, pcm.astype(np.float32) / 32768])
        whole = len(sound) - len(sound) % FRAME
        self._rest = sound[whole:]
        frames = sound[:whole].reshape(-1, FRAME)
        found: list[float] = []
        for at in range(0, len(frames), FRAMES_A_RUN):
            found += self._run(frames[at : at + FRAMES_A_RUN])
        return found

    def _run(self, frames: NDArray[np.float32]) -> list[float]:
        contexts = np.concatenate([self._context[None], frames[:-1, -CONTEXT:]])
        self._context = frames[-1, -CONTEXT:]
        feed = {"input": np.concatenate([contexts, frames], axis=1), "h": self._hidden, "c": self._cell}
        output, self._hidden, self._cell = self._session.run(None, feed)
        return [float(value) for value in output.reshape(-1)]


@lru_cache(maxsize=1)
def shared_session() -> Any:
    """The model, loaded once (0.1 s); onnxruntime sessions may be used by many threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    file = resources.files("faster_whisper") / "assets" / MODEL_FILE
    return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])


def speech_probabilities(pcm: Pcm, check: Callable[[], None] = lambda: None) -> NDArray[np.float32]:
    """One value a frame for all of `pcm`; the last frame is filled up with silence. `check` may end it by raising."""
    vad = StreamVad()
    found: list[float] = []
    for at in range(0, len(pcm), FRAME * FRAMES_A_RUN):
        check()
        found += vad.push(pcm[at : at + FRAME * FRAMES_A_RUN])
    found += vad.push(np.zeros(-len(pcm) % FRAME, np.int16))
    return np.array(found, np.float32)


def utterances(
    pcm: Pcm,
    *,
    longest: float,
    join: float = 0.0,
    options: VadOptions | None = None,
    check: Callable[[], None] = lambda: None,
) -> list[Span]:
    """Stretches of speech of at most `longest` seconds, in order; none where nobody speaks.

    Spans with less than `join` seconds between them become one while they fit; one that is too long is cut where
    speech is least likely, which is between two words. `check` is called twice a minute of sound and may raise.
    """
    options = options or VadOptions()
    likely = speech_probabilities(pcm, check)
    pieces = [
        piece
        for begin, end in _runs(likely, options)
        for piece in _cut(likely, begin, end, round(longest * SPEECH_RATE / FRAME))
    ]
    pad = round(options.pad * SPEECH_RATE)
    spans: list[Span] = []
    for at, (begin, end) in enumerate(pieces):
        before = (pieces[at - 1][1] * FRAME + begin * FRAME) // 2 if at else 0
        after = (end * FRAME + pieces[at + 1][0] * FRAME) // 2 if at + 1 < len(pieces) else len(pcm)
        padded = max(before, begin * FRAME - pad), min(after, end * FRAME + pad, len(pcm))
        spans.append(Span(*padded, tuple(_voiced(likely, begin, end, options.stop))))
    return _joined(spans, longest, join)


def _runs(likely: NDArray[np.float32], options: VadOptions) -> list[tuple[int, int]]:
    """First and last-plus-one frame of each span of speech."""
    pause = max(1, round(options.pause * SPEECH_RATE / FRAME))
    shortest = options.shortest * SPEECH_RATE / FRAME
    runs: list[tuple[int, int]] = []
    begin = last = -1
    for at, value in enumerate(likely):
        if begin < 0:
            if value >= options.start:
                begin = last = at
        elif value >= options.stop:
            last = at
        elif at - last >= pause:
            runs.append((begin, last + 1))
            begin = -1
    if begin >= 0:
        runs.append((begin, last + 1))
    return [(first, end) for first, end in runs if end - first >= shortest]


def _cut(likely: NDArray[np.float32], begin: int, end: int, longest: int) -> list[tuple[int, int]]:
    """Pieces of at most `longest` frames, cut at the least likely frame of the second half of each."""
    pieces = []
    while end - begin > longest:
        half = begin + longest // 2
        at = half + int(np.argmin(likely[half : begin + longest]))
        pieces.append((begin, at))
        begin = at
    return [*pieces, (begin, end)]


def _voiced(likely: NDArray[np.float32], begin: int, end: int, level: float) -> Iterator[tuple[int, int]]:
    """First and last-plus-one sample of each run of frames at or above `level` between two frames."""
    above = np.concatenate([[False], likely[begin:end] >= level, [False]])
    edges = np.flatnonzero(above[1:] != above[:-1]) + begin
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield int(first) * FRAME, int(last) * FRAME


def _joined(spans: Sequence[Span], longest: float, join: float) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if (
            last is not None
            and (span.begin - last.end) / SPEECH_RATE < join
            and (span.end - last.begin) / SPEECH_RATE <= longest
        ):
            joined[-1] = Span(last.begin, span.end, last.voiced + span.voiced)
        else:
            joined.append(span)
    return joined
