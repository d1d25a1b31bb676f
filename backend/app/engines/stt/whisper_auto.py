"""Two Whispers as one engine: the small English one hears first, the large one what is another language or hard.

Measured (docs/benchmarks.md): on clear English both get the same words right and the small one takes a third of the
time; on noise and on other languages the small one is far behind, and knows it: its confidence falls.
"""

from collections.abc import Sequence
from pathlib import Path

from app.engines.audio import Pcm
from app.engines.stt.base import Transcription, check_language
from app.engines.stt.languages import NAMES
from app.engines.stt.whisper import WhisperEngine

UNSURE = 0.80
"""Confidence of the small model under which the large one hears it again."""
SURE_LANGUAGE = 0.5
"""A language that was detected with less is not believed against English, which the small model has heard."""
LOST_SPEECH = 1.0
"""Seconds of speech that the small model wrote nothing for."""


class AutoWhisper:
    """See `SttEngine`. With a `beam` it is live: one pass, by the small model where the language allows it.

    Without one the recording is finished: what the small model is unsure of, the large one hears again if it is not
    busy. The result names the model that wrote it.
    """

    name = "whisper"
    keeps_fillers = False
    basic_accuracy = False

    def __init__(self, small: WhisperEngine, large: WhisperEngine, *, second_pass: bool = True) -> None:
        self._small = small
        self._large = large
        self._second_pass = second_pass
        self.version = small.version

    async def warm_up(self) -> None:
        """Opens the small model; the large one is opened when it is first needed."""
        await self._small.warm_up()

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """See `SttEngine.transcribe`."""
        code = check_language(language, tuple(NAMES), self.name)
        if code not in (None, "en"):
            return await self._large.transcribe(audio, language=code, hot_words=hot_words, beam=beam)
        first = await self._small.transcribe(audio, hot_words=hot_words, beam=beam)
        if beam is not None or not self._second_pass or not is_unsure(first) or self._large.is_busy:
            return first
        second = await self._large.transcribe(audio, language=code, hot_words=hot_words)
        if second.language != "en" and (second.language_probability or 1.0) < SURE_LANGUAGE:
            second = await self._large.transcribe(audio, language="en", hot_words=hot_words)
        return second if second.text or not first.text else first

    async def transcribe_stretch(
        self, pcm: Pcm, *, language: str | None = None, hot_words: Sequence[str] = (), draft: bool = False
    ) -> Transcription:
        """See `StretchEngine.transcribe_stretch`: the small model, unless another language is asked for."""
        code = check_language(language, tuple(NAMES), self.name)
        engine = self._small if code in (None, "en") else self._large
        return await engine.transcribe_stretch(pcm, language=code, hot_words=hot_words, draft=draft)

    async def close(self) -> None:
        """Closes both."""
        await self._small.close()
        await self._large.close()


def is_unsure(heard: Transcription) -> bool:
    """Whether another look is worth its time: words that are hardly believed, or speech without words."""
    lost = sum(end - begin for begin, end in heard.hesitations)
    if not heard.words:
        return lost > 0
    return (heard.confidence or 0.0) < UNSURE or lost > LOST_SPEECH
