"""Which voice this machine speaks with, what takes over when it fails, and why others are not live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.engines.chain import Chain, EngineState
from app.engines.tts.base import Speech, TtsEngine, TtsFailed, TtsUnavailable, Voice
from app.engines.tts.espeak import EspeakEngine, EspeakOptions
from app.engines.tts.openai_compatible import OpenAiTtsEngine, OpenAiTtsOptions
from app.engines.tts.programs import FliteEngine, PiperEngine

EngineName = Literal["piper", "openai", "flite", "espeak"]
AUTO_ORDER: tuple[EngineName, ...] = ("piper", "openai", "flite", "espeak")
"""Best first; piper only with a voice file, openai only when a server is set."""


@dataclass(frozen=True, slots=True)
class TtsOptions:
    """What can be chosen; see the options of each engine."""

    engine: Literal["auto"] | EngineName = "auto"
    piper_voice: Path | None = None
    model: str = "tts-1"
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0
    workers: int = 2
    queue: int = 64


def select(options: TtsOptions) -> "TtsChain":
    """The engines that `options` allow on this machine, as one; raises TtsUnavailable when there is none.

    `auto` takes all that can work, best first; a named engine stands alone.
    """
    names = AUTO_ORDER if options.engine == "auto" else (options.engine,)
    engines: dict[str, TtsEngine] = {}
    states = []
    for name in AUTO_ORDER:
        if name not in names:
            states.append(EngineState(name, False, f"TTS_ENGINE is {options.engine}"))
            continue
        try:
            engines[name] = _make(name, options)
            states.append(EngineState(name, True))
        except TtsUnavailable as error:
            states.append(EngineState(name, False, error.message))
    if not engines:
        raise TtsUnavailable("No voice: " + "; ".join(state.reason for state in states if state.reason))
    return TtsChain(engines, states)


class TtsChain(Chain[TtsEngine]):
    """See `TtsEngine`: the first engine that can say it does. A full queue is passed on to the caller."""

    job = "speech"

    def __init__(self, engines: Mapping[str, TtsEngine], states: Sequence[EngineState]) -> None:
        super().__init__(engines, states, (TtsUnavailable, TtsFailed))

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """See `TtsEngine.synthesise`; the result names the engine that spoke."""
        return await self._attempt(lambda engine: engine.synthesise(text, voice))


def _make(name: EngineName, options: TtsOptions) -> TtsEngine:
    match name:
        case "piper":
            if options.piper_voice is None:
                raise TtsUnavailable("No voice for Piper is set: TTS_PIPER_VOICE")
            return PiperEngine(options.piper_voice, options.workers, options.queue)
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
        case "flite":
            return FliteEngine(options.workers, options.queue)
        case "espeak":
            return EspeakEngine(EspeakOptions(queue=options.queue))
