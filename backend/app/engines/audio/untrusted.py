"""Sound that comes from outside, decoded in a sandbox: to measure it, and to transcribe it.

libav reads a hundred formats, of which some are forty years old; nothing that strangers send is given to it in this
process. Samples that are not compressed need no decoder and are read here.
"""

import asyncio
import atexit
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.audio.formats import SPEECH_RATE, AudioError, AudioInfo, Pcm, too_long
from app.engines.audio.stream import RawPcm
from app.engines.audio.wav import HEADER_BYTES, wav_form
from app.engines.sandbox import MB, Sandbox, SandboxBusy, SandboxExceeded, SandboxLimits
from app.engines.workers import WorkerUnavailable

LIMITS = SandboxLimits(memory=128 * MB, seconds=60.0, cpu_seconds=40, patience=20.0)
"""An hour of AAC takes about 15 s of a busy processor; video is not decoded."""
log = logging.getLogger(__name__)


async def probe(source: Path, *, max_seconds: float | None = None) -> AudioInfo:
    """Like `audio.probe`; AudioError has two codes more: `too_heavy`, and `busy` where the same file may be read
    later."""
    request = await asyncio.to_thread(_request, "probe", source, max_seconds)
    with typed_sandbox_errors():
        answer = await _sandbox().ask(request)
    return AudioInfo(**_values(answer))


def decode(source: Path, *, max_seconds: float) -> Pcm:
    """All of a file as mono PCM16 at 16 kHz; raises AudioError as `probe` does. Blocks: call it in a worker thread."""
    if (plain := _plain_samples(source, max_seconds)) is not None:
        return plain
    samples = bytearray()
    with typed_sandbox_errors(), _sandbox().open() as ask:
        block = ask(_request("decode", source, max_seconds))
        while block:
            if block.startswith(b"{"):
                raise _error(json.loads(block))
            samples += block[1:]
            block = ask(b"")
    return np.frombuffer(samples, np.int16)


@contextmanager
def typed_sandbox_errors() -> Iterator[None]:
    """Turns what a sandbox raises into AudioError."""
    try:
        yield
    except SandboxExceeded as error:
        message = "The recording takes too much memory or time to decode. Export it as MP3, WAV or WebM."
        raise AudioError("too_heavy", message) from error
    except (SandboxBusy, WorkerUnavailable) as error:
        log.warning("a recording was not read: %s", error or "too many are waiting")
        raise AudioError("busy", "Other recordings are being read. Try again in a moment.") from error


def _request(do: str, source: Path, max_seconds: float | None) -> bytes:
    return json.dumps({"do": do, "path": str(source.resolve()), "max_seconds": max_seconds}).encode()


def _values(answer: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(answer)
    if "error" in values:
        raise _error(values)
    return values


def _error(answer: dict[str, Any]) -> AudioError:
    return AudioError(answer["error"], answer["message"])


def _plain_samples(source: Path, max_seconds: float) -> Pcm | None:
    """The samples of a WAV with nothing but 16-bit samples behind its header, as recorders here write it; None for any
    other file."""
    size = source.stat().st_size - HEADER_BYTES
    with source.open("rb") as file:
        head = file.read(HEADER_BYTES)
        form = wav_form(head) if head[:4] == b"RIFF" and head[8:12] == b"WAVE" else None
        claimed = int.from_bytes(head[-4:], "little")
        if form is None or not form.is_pcm16 or form.data_at != HEADER_BYTES or claimed != size or not size:
            return None
        if size > max_seconds * form.rate * form.channels * 2:
            raise too_long(max_seconds)
        if form.rate == SPEECH_RATE and form.channels == 1:
            return np.fromfile(file, "<i2").astype(np.int16, copy=False)
        raw = RawPcm(form.rate, form.channels)
        return np.concatenate([raw.push(file.read()), raw.finish()])


@cache
def _sandbox() -> Sandbox:
    """The processes that decode; they start with the first recording."""
    sandbox = Sandbox("app.engines.audio.untrusted_worker", LIMITS)
    atexit.register(sandbox.close)
    return sandbox
