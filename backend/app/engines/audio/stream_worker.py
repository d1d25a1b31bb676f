"""The process in which one stream from outside is decoded; see `untrusted_stream` for what it is asked."""

from collections.abc import Callable

from app.engines.audio.formats import AudioError
from app.engines.audio.stream import StreamDecoder
from app.engines.audio.untrusted_stream import ERROR, LIMITS, PUSH, SAMPLES
from app.engines.sandbox import serve


def prepare() -> Callable[[bytes], bytes]:
    """A decoder, which each process has for itself; it starts no thread before its first bytes."""
    decoder = StreamDecoder()

    def answer(request: bytes) -> bytes:
        try:
            pcm = decoder.push(request[1:]) if request.startswith(PUSH) else decoder.finish()
        except AudioError as error:
            return ERROR + f"{error.code}\n{error.message}".encode()
        return SAMPLES + pcm.tobytes()

    return answer


if __name__ == "__main__":
    serve(prepare, LIMITS)
