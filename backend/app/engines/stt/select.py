"""Which recogniser this machine uses, what takes over when it fails, and why others are not live."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.engines.audio import Pcm
from app.engines.chain import Chain, EngineState
from app.engines.stt.base import StretchEngine, SttEngine, SttFailed, SttUnavailable, Transcription
from app.engines.stt.openai_compatible import OpenAiSttEngine, OpenAiSttOptions
from app.engines.stt.whisper import WhisperEngine, WhisperOptions
from app.engines.stt.whisper_auto import AutoWhisper
from app.engines.stt.whisper_models import find_model

EngineName = Literal["whisper", "openai"]
AUTO_ORDER: tuple[EngineName, ...] = ("whisper", "openai")
"""Best first; whisper only with a model on disk, openai only when a server is set."""
SMALL, LARGE = ("tiny.en", "base.en", "small.en"), ("base", "small", "medium")
"""Whisper models that `auto` takes when they are here, best first: one for English, one for what else is said. On two
cores more than base is too slow (docs/benchmarks.md)."""
WHISPER_SIZES = frozenset(
    {"auto", "tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en", "large"}
)


@dataclass(frozen=True, slots=True)
class SttOptions:
    """What can be chosen; see the options of each engine.

    `model` is a Whisper model's name, or that of the server's model; a size of Whisper means `whisper-1` there. `auto`
    takes a small and a large Whisper together. A model that is unused for `idle_seconds` is closed; 0 keeps it.
    """

    models_dir: Path
    engine: Literal["auto"] | EngineName = "auto"
    model: str = "auto"
    model_path: Path | None = None
    workers: int = 2
    queue: int = 32
    idle_seconds: float = 900.0
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 120.0


def select(options: SttOptions) -> "SttChain":
    """The engines that `options` allow on this machine, as one.

    `auto` takes all that can work, best first, and `NoEngine` where there are none; a named engine stands alone, and
    SttUnavailable says why it cannot work. Nothing is opened yet.
    """
    names = AUTO_ORDER if options.engine == "auto" else (options.engine,)
    engines: dict[str, SttEngine] = {}
    states = []
    for name in AUTO_ORDER:
        if name not in names:
            states.append(EngineState(name, False, f"STT_ENGINE is {options.engine}"))
            continue
        try:
            engines[name], why = _make(name, options)
            states.append(EngineState(name, True, why=why))
        except SttUnavailable as error:
            states.append(EngineState(name, False, error.message))
    if not engines and options.engine != "auto":
        raise SttUnavailable("No speech recognition: " + "; ".join(state.reason for state in states if state.reason))
    if not engines:
        return SttChain({NoEngine.name: NoEngine()}, [EngineState(NoEngine.name, False, NoEngine.message), *states])
    return SttChain(engines, states)


class NoEngine:
    """See `SttEngine`: stands in where nothing can recognise speech. All else works, and each call says what to do."""

    name = "none"
    version = "none"
    keeps_fillers = False
    basic_accuracy = False
    message = (
        "Speech is recorded but not transcribed, because no speech model is installed. "
        "Install one with 'greenroom models build', or name a speech server with STT_BASE_URL."
    )

    async def warm_up(self) -> None:
        """Raises SttUnavailable."""
        raise SttUnavailable(self.message)

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """Raises SttUnavailable."""
        raise SttUnavailable(self.message)

    async def close(self) -> None:
        """Nothing is held."""


class SttChain(Chain[SttEngine]):
    """See `SttEngine`: the first engine that can do it does; name and flags are those of the first.

    The next engine is asked when one is not available or fails in a way that may pass; audio that is no audio, a
    language that is not known and a full queue are passed on to the caller.
    """

    job = "speech recognition"

    def __init__(self, engines: Mapping[str, SttEngine], states: Sequence[EngineState]) -> None:
        super().__init__(engines, states, (SttUnavailable, SttFailed))

    @property
    def keeps_fillers(self) -> bool:
        return self.first.keeps_fillers

    @property
    def basic_accuracy(self) -> bool:
        return self.first.basic_accuracy

    @property
    def absence(self) -> str | None:
        """Why nothing is transcribed on this machine and what to do, or None where there is an engine."""
        return self.first.message if isinstance(self.first, NoEngine) else None

    async def transcribe(
        self,
        audio: Pcm | Path,
        *,
        language: str | None = None,
        hot_words: Sequence[str] = (),
        beam: int | None = None,
    ) -> Transcription:
        """See `SttEngine.transcribe`; the result names the engine that did it."""
        return await self._attempt(
            lambda engine: engine.transcribe(audio, language=language, hot_words=hot_words, beam=beam)
        )

    async def transcribe_stretch(
        self, pcm: Pcm, *, language: str | None = None, hot_words: Sequence[str] = (), draft: bool = False
    ) -> Transcription:
        """See `StretchEngine.transcribe_stretch`; engines without it take the stretch as a recording."""
        return await self._attempt(
            lambda engine: (
                engine.transcribe_stretch(pcm, language=language, hot_words=hot_words, draft=draft)
                if isinstance(engine, StretchEngine)
                else engine.transcribe(pcm, language=language, hot_words=hot_words, beam=1 if draft else None)
            )
        )

    @property
    def why(self) -> str:
        """Why this machine uses the engine that it uses."""
        return self._states[self.name].why

    def describe(self) -> dict[str, Any]:
        """See `Chain.describe`."""
        return {**super().describe(), "basic_accuracy": self.basic_accuracy}


def _make(name: EngineName, options: SttOptions) -> tuple[SttEngine, str]:
    """An engine, and why it is as it is."""
    match name:
        case "whisper":
            return _whisper(options)
        case "openai":
            engine = OpenAiSttEngine(
                OpenAiSttOptions(
                    base_url=options.base_url,
                    api_key=options.api_key,
                    model="whisper-1" if options.model in WHISPER_SIZES else options.model,
                    timeout_seconds=options.timeout_seconds,
                    queue=options.queue,
                )
            )
            return engine, "STT_BASE_URL names it"


def _whisper(options: SttOptions) -> tuple[SttEngine, str]:
    """The Whisper that was asked for, or the best that is here. Raises SttUnavailable."""
    if options.model_path is not None:
        return _one(options, options.model_path), "STT_MODEL_PATH names it"
    if options.model != "auto":
        return _one(options, options.model), f"STT_MODEL is {options.model}"
    small, large = (_first(options, names) for names in (SMALL, LARGE))
    if small is None or large is None:
        name = small or large
        if name is None:
            raise SttUnavailable(
                "No Whisper model is on this machine: greenroom models build, or greenroom models download tiny.en"
            )
        return _one(options, name), f"{name} hears everything: it is the only model here"
    again = options.workers > 1
    why = f"{small} hears English, {large} other languages"
    why += f" and recordings that {small} is unsure of" if again else "; one core is too few to hear anything twice"
    return AutoWhisper(_one(options, small), _one(options, large), second_pass=again), why


def _one(options: SttOptions, model: str | Path) -> WhisperEngine:
    return WhisperEngine(
        WhisperOptions(
            models_dir=options.models_dir,
            model=model,
            workers=options.workers,
            queue=options.queue,
            idle_seconds=options.idle_seconds,
        )
    )


def _first(options: SttOptions, names: Sequence[str]) -> str | None:
    """The first of these models that is on this machine."""
    for name in names:
        with suppress(SttUnavailable):
            find_model(name, options.models_dir)
            return name
    return None
