"""Which voices this machine speaks with, what takes over when one fails, and why others are not live."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.engines import models
from app.engines.chain import Chain, EngineState
from app.engines.tts import piper
from app.engines.tts.base import BOTH, Speech, TtsEngine, TtsFailed, TtsUnavailable, Voice
from app.engines.tts.espeak import EspeakEngine, EspeakOptions
from app.engines.tts.flite import FliteEngine
from app.engines.tts.heart import HeartNetwork
from app.engines.tts.neural import NeuralEngine
from app.engines.tts.openai_compatible import OpenAiTtsEngine, OpenAiTtsOptions
from app.engines.tts.phonemes import Phonemiser
from app.engines.tts.piper import PiperNetwork

Choice = Literal["auto", "neural", "flite", "espeak", "piper", "openai"]
EngineName = Literal["piper", "openai", "heart", "flite", "espeak"]
AUTO_ORDER: tuple[EngineName, ...] = ("piper", "openai", "heart", "flite", "espeak")
"""Best first; piper only with a voice file, openai only when a server is set."""
PACKAGED: EngineName = "heart"
"""What speaks with both voices and comes as a package."""
BASIC: tuple[EngineName, ...] = ("flite", "espeak")
"""What is left without it."""
HEART_VERSION = "hibari 0.2.1, heart"


@dataclass(frozen=True, slots=True)
class TtsOptions:
    """What can be chosen; see the options of each engine."""

    models_dir: Path
    engine: Choice = "auto"
    piper_voice: Path | None = None
    model: str = "tts-1"
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0
    workers: int = 2
    queue: int = 64


def select(options: TtsOptions) -> "TtsChain":
    """The engines that `options` allow on this machine, as one; raises TtsUnavailable when there is none.

    `auto` takes all that can work, best first; a choice other than that stands alone.
    """
    names = _names(options.engine)
    engines: dict[str, TtsEngine] = {}
    states = []
    phonemiser = Phonemiser()
    for name in AUTO_ORDER:
        if name not in names:
            states.append(EngineState(name, False, f"TTS_ENGINE is {options.engine}"))
            continue
        try:
            engines[name] = _make(name, options, phonemiser)
            states.append(EngineState(name, True))
        except TtsUnavailable as error:
            states.append(EngineState(name, False, error.message))
    if not engines:
        raise TtsUnavailable("No voice: " + "; ".join(state.reason for state in states if state.name in names))
    return TtsChain(engines, states, phonemiser)


class TtsChain(Chain[TtsEngine]):
    """See `TtsEngine`: the first engine that has the voice and can say it does. A full queue is passed on to the
    caller."""

    job = "speech"

    def __init__(self, engines: Mapping[str, TtsEngine], states: Sequence[EngineState], phonemiser: Phonemiser) -> None:
        """`phonemiser` is what the neural voices share; it is closed with them."""
        super().__init__(engines, states, (TtsUnavailable, TtsFailed))
        self._phonemiser = phonemiser

    @property
    def speakers(self) -> dict[Voice, TtsEngine]:
        """The engine that speaks with each voice as long as it works."""
        found: dict[Voice, TtsEngine] = {}
        for engine in self._engines.values():
            for voice in sorted(engine.voices):
                found.setdefault(voice, engine)
        return found

    @property
    def voices(self) -> frozenset[Voice]:
        """The voices that some engine has."""
        return frozenset(self.speakers)

    @property
    def name(self) -> str:
        """The engines of both voices."""
        return " and ".join(dict.fromkeys(engine.name for engine in self.speakers.values()))

    @property
    def version(self) -> str:
        """The versions of the engines of both voices."""
        return "; ".join(dict.fromkeys(engine.version for engine in self.speakers.values()))

    async def warm_up(self) -> None:
        """Loads an engine for each voice; raises what the first one raised when none can be loaded."""
        for voice in self.voices:
            await self._attempt(lambda engine: engine.warm_up(), _having(voice))

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """See `TtsEngine.synthesise`; the result names the engine that spoke."""
        if voice not in self.voices:
            raise TtsUnavailable(f"There is no {voice} voice: greenroom doctor says why")
        return await self._attempt(lambda engine: engine.synthesise(text, voice), _having(voice))

    async def close(self) -> None:
        """Closes all engines and what they share."""
        await super().close()
        await asyncio.to_thread(self._phonemiser.close)

    def describe(self) -> dict[str, Any]:
        """See `Chain.describe`; `voices` says which engine speaks with each."""
        return super().describe() | {"voices": {voice: engine.name for voice, engine in self.speakers.items()}}


def _having(voice: Voice) -> Callable[[TtsEngine], bool]:
    return lambda engine: voice in engine.voices


def _names(choice: Choice) -> tuple[EngineName, ...]:
    match choice:
        case "auto":
            return AUTO_ORDER
        case "neural":
            return (PACKAGED,)
    return (choice,)


def _make(name: EngineName, options: TtsOptions, phonemiser: Phonemiser) -> TtsEngine:
    match name:
        case "piper":
            if options.piper_voice is None:
                raise TtsUnavailable("No voice for Piper is set: TTS_PIPER_VOICE")
            phonemiser.require()
            return _piper(name, options.piper_voice, phonemiser, options.queue)
        case "openai":
            return OpenAiTtsEngine(
                OpenAiTtsOptions(
                    base_url=options.base_url,
                    api_key=options.api_key,
                    model=options.model,
                    timeout_seconds=options.timeout_seconds,
                    queue=options.queue,
                )
            )
        case "heart":
            phonemiser.require()
            folder = _folder(name, options)
            return NeuralEngine(
                name,
                HEART_VERSION,
                lambda: HeartNetwork(folder, phonemiser),
                voices=BOTH,
                queue=options.queue,
            )
        case "flite":
            return FliteEngine(options.workers, options.queue)
        case "espeak":
            return EspeakEngine(EspeakOptions(queue=options.queue))


def _piper(name: str, file: Path, phonemiser: Phonemiser, queue: int) -> TtsEngine:
    piper.check(file)
    version = f"piper, {file.stem}"
    return NeuralEngine(name, version, lambda: PiperNetwork(file, phonemiser), voices=BOTH, queue=queue)


def _folder(name: str, options: TtsOptions) -> Path:
    try:
        return models.find(name, options.models_dir)
    except models.ModelAbsent as error:
        raise TtsUnavailable(error.message) from error
