"""A module for the sandbox that does what it is told, good and bad."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from app.engines.sandbox import MB, SandboxLimits, serve

LIMITS = SandboxLimits(memory=64 * MB, seconds=3.0, cpu_seconds=1, processes=1, queue=1, patience=0.5, answer=1000)


def prepare() -> Callable[[bytes], bytes]:
    return answer


def answer(request: bytes) -> bytes:
    match request.split():
        case [b"sum", *numbers]:
            return b"%d" % sum(map(int, numbers))
        case [b"take", megabytes]:
            return b"%d" % len(bytearray(int(megabytes) * MB))
        case [b"sleep", seconds]:
            time.sleep(float(seconds))
        case [b"compute"]:
            while True:
                pass
        case [b"abort"]:
            os.abort()
        case [b"talk", size]:
            return b"x" * int(size)
        case [b"see", name]:
            return os.environ.get(name.decode(), "nothing").encode()
        case [b"write", path]:
            Path(path.decode()).write_bytes(b"here I was")
        case [b"remember"]:
            os.environ["REMEMBERED"] = "all"
    return b"done"


if __name__ == "__main__":
    serve(prepare, LIMITS)
