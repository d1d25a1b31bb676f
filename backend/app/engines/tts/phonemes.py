"""Written English as phonemes, by the espeak library, for voices that are neural networks."""

import json
from importlib.util import find_spec

from app.engines.tts.base import TtsFailed, TtsUnavailable
from app.engines.workers import WorkerFailed, Workers, WorkersClosed, WorkerUnavailable

WORKER = "app.engines.tts.espeak_worker"
PATIENCE_SECONDS = 10.0
"""A sentence takes a few milliseconds; after that its process is taken for hung."""


class Phonemiser:
    """Turns sentences into phonemes of the International Phonetic Alphabet, with the marks of stress.

    The library is licensed under the GPL and may crash, so it runs in a process of its own, which starts when it is
    first needed. Methods block: call them in a thread.
    """

    def __init__(self) -> None:
        self._processes = Workers(WORKER)

    @staticmethod
    def require() -> None:
        """Raises TtsUnavailable when the library is not installed; starts nothing."""
        if find_spec("espeakng_loader") is None:
            raise TtsUnavailable("espeakng-loader is not installed: install the project's requirements")

    def start(self) -> None:
        """Starts the process, so that the first sentence need not wait. Raises TtsUnavailable."""
        try:
            self._processes.start()
        except (WorkerUnavailable, WorkersClosed) as error:
            raise TtsUnavailable(f"The phonemes of a text cannot be found: {error}") from error

    def phonemes(self, text: str, accent: str = "en-us", *, tie: str = "") -> str:
        """The phonemes of `text`, with its punctuation and a space between words.

        `accent` is one of espeak's voices. `tie` joins the two signs of a diphthong or an affricate, as in `a^ɪ`.
        Raises TtsUnavailable, TtsFailed.
        """
        request = json.dumps({"task": "phonemes", "text": text, "voice": accent, "tie": tie}).encode()
        try:
            return self._processes.call(request, PATIENCE_SECONDS).decode()
        except (WorkerUnavailable, WorkersClosed) as error:
            raise TtsUnavailable(f"The phonemes of a text cannot be found: {error}") from error
        except WorkerFailed as error:
            raise TtsFailed(
                "The phonemes of this text cannot be found: espeak failed twice", retryable=False
            ) from error

    def close(self) -> None:
        """Ends the process; may be called twice."""
        self._processes.close()
