"""Streams of compressed sound from outside, demuxed and decoded in a sandbox: one process for each stream."""

import atexit
from contextlib import ExitStack
from functools import cache

import numpy as np

from app.engines.audio.formats import AudioError, Demuxer, Pcm
from app.engines.audio.stream import INPUT_BYTES, STALL_SECONDS, StreamDecoder
from app.engines.audio.untrusted import typed_sandbox_errors
from app.engines.sandbox import MB, Sandbox, SandboxLimits

LIMITS = SandboxLimits(
    memory=128 * MB, seconds=2 * STALL_SECONDS, cpu_seconds=120, processes=64, queue=0, patience=0.0, niceness=0
)
"""An hour of Opus takes a few seconds of a processor. Somebody is speaking, so nothing waits."""
PUSH, FINISH, SAMPLES, ERROR = b"p", b"f", b"s", b"e"
"""The first byte of requests and answers; an error is a code and a message with a line end between them."""


def open_stream(pcm_rate: int) -> StreamDecoder:
    """A decoder of sound that arrives in pieces; bare samples are read here, everything else in a sandbox."""
    return StreamDecoder(pcm_rate=pcm_rate, open_demuxer=SandboxedDemuxer)


class SandboxedDemuxer:
    """A `StreamDecoder` in a process of its own. All methods block; AudioError says what is wrong."""

    def __init__(self, _demuxer: Demuxer) -> None:
        self._process = ExitStack()
        with typed_sandbox_errors():
            self._ask = self._process.enter_context(_sandbox().open())

    def push(self, data: bytes) -> Pcm:
        """The samples that came with the next bytes."""
        pieces = [data[begin : begin + INPUT_BYTES] for begin in range(0, len(data), INPUT_BYTES)]
        return np.concatenate([np.zeros(0, np.int16), *(self._samples(PUSH + piece) for piece in pieces)])

    def finish(self) -> Pcm:
        """The last samples."""
        return self._samples(FINISH)

    def close(self) -> None:
        """Ends the process; may be called twice."""
        self._process.close()

    def _samples(self, request: bytes) -> Pcm:
        with typed_sandbox_errors():
            answer = self._ask(request)
        if answer.startswith(ERROR):
            code, _, message = answer[1:].decode().partition("\n")
            raise AudioError("empty" if code == "empty" else "broken", message)
        return np.frombuffer(answer[1:], np.int16)


@cache
def _sandbox() -> Sandbox:
    sandbox = Sandbox("app.engines.audio.stream_worker", LIMITS)
    atexit.register(sandbox.close)
    return sandbox
