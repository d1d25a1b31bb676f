"""The process in which one file from outside is decoded.

The first request is JSON {"do", "path", "max_seconds"}. For "probe" the answer has the fields of AudioInfo. For
"decode" it is a block of samples behind one byte; each further request is answered with the next block, at the end with
nothing. Any answer may be {"error", "message"} of an AudioError.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.engines.audio.files import decode_blocks, probe
from app.engines.audio.formats import AudioError
from app.engines.audio.untrusted import LIMITS
from app.engines.sandbox import serve

BLOCK_BYTES = 1 << 20
BLOCK = b"+"


def prepare() -> Callable[[bytes], bytes]:
    """Nothing is left to load: the decoder came with the imports."""
    return _File().answer


class _File:
    """What a process knows of its file between two requests."""

    def __init__(self) -> None:
        self._blocks: Iterator[bytes] = iter(())

    def answer(self, request: bytes) -> bytes:
        """See the module's description."""
        try:
            if request:
                wanted = json.loads(request)
                path, longest = Path(wanted["path"]), wanted["max_seconds"]
                if wanted["do"] == "probe":
                    return _json(asdict(probe(path, max_seconds=longest)))
                self._blocks = _blocks(path, longest)
            return next(self._blocks, b"")
        except AudioError as error:
            return _json({"error": error.code, "message": error.message})


def _blocks(path: Path, max_seconds: float) -> Iterator[bytes]:
    block = bytearray(BLOCK)
    for pcm in decode_blocks(path, max_seconds=max_seconds):
        block += pcm.tobytes()
        if len(block) > BLOCK_BYTES:
            yield bytes(block)
            block = bytearray(BLOCK)
    if len(block) > len(BLOCK):
        yield bytes(block)


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode()


if __name__ == "__main__":
    serve(prepare, LIMITS)
