"""Looks at this machine: what works, what would make it better, what is broken."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.bank import loader
from app.config import Settings, SettingsError, StartError
from app.engines.models import CATALOGUE
from app.engines.stt.base import SttError
from app.engines.tts.base import BOTH, TtsError, Voice
from app.engines.tts.select import BASIC, PACKAGED, TtsChain
from app.runtime.counters import open_counters
from app.runtime.engines import open_embedding, open_stt, open_tts
from app.runtime.runtime import open_database

LITTLE_DISK_GB = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `basic` works and could be better; `off` is optional and not set up."""

    state: Literal["ok", "basic", "off", "failed"]
    what: str
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """Every finding, none of which raises."""
    return [
        _secret(settings),
        await _database(settings),
        await _redis(settings),
        _folder("uploads", settings.upload_dir),
        await _speech(settings),
        *await _voices(settings),
        _models(settings),
        _embedding(settings),
        _bank(),
        _llm(settings),
    ]


def _secret(settings: Settings) -> Finding:
    try:
        settings.jwt_secret  # noqa: B018
    except SettingsError as error:
        return Finding("failed", "token key", str(error))
    if settings.auth.secret is None:
        return Finding("ok", "token key", f"generated and kept in {settings.data_dir}")
    return Finding("ok", "token key", "from JWT_SECRET")


async def _database(settings: Settings) -> Finding:
    try:
        async with open_database(settings):
            return Finding("ok", "database", settings.describe_database())
    except StartError as error:
        return Finding("failed", "database", str(error))


async def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("off", "redis", "requests are counted in the memory of each process; REDIS_URL sets one up")
    try:
        async with open_counters(settings):
            return Finding("ok", "redis", "counts requests for all processes")
    except StartError as error:
        return Finding("failed", "redis", str(error))


def _folder(what: str, path: Path) -> Finding:
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Finding("failed", what, f"{path} cannot be written: {error.strerror}")
    free = shutil.disk_usage(path).free / 1e9
    state: Literal["ok", "basic"] = "ok" if free > LITTLE_DISK_GB else "basic"
    return Finding(state, what, f"{path}, {free:.0f} GB free")


async def _speech(settings: Settings) -> Finding:
    try:
        stt = await open_stt(settings.stt, settings.models_path)
    except SttError as error:
        return Finding("failed", "speech to text", error.message)
    try:
        if (absence := stt.absence) is not None:
            return Finding("off", "speech to text", absence)
        return Finding("ok", "speech to text", f"{stt.name} {stt.version}: {stt.why}")
    finally:
        await stt.close()


async def _voices(settings: Settings) -> list[Finding]:
    """Who speaks with each voice, found out by letting them."""
    if settings.tts.engine == "off":
        return [Finding("off", "voices", "TTS_ENGINE is off: questions are read, not heard")]
    chain = await asyncio.to_thread(open_tts, settings.tts, settings.models_path)
    if chain is None:
        return [Finding("failed", "voices", "none can speak: see the warning above")]
    try:
        return [await _voice(chain, voice) for voice in sorted(BOTH)]
    finally:
        await chain.close()


async def _voice(chain: TtsChain, voice: Voice) -> Finding:
    what = f"{voice} voice"
    try:
        engine = (await chain.synthesise("Ready.", voice)).engine
    except TtsError as error:
        return Finding("failed", what, error.message)
    if engine not in BASIC:
        return Finding("ok", what, engine)
    reasons = {state["name"]: state["reason"] for state in chain.describe()["engines"]}
    return Finding("basic", what, f"{engine}, because {PACKAGED} is not live: {reasons[PACKAGED]}")


def _models(settings: Settings) -> Finding:
    here = [model.name for model in CATALOGUE if model.is_present(settings.models_path)]
    absent = [model.name for model in CATALOGUE if model.name not in here]
    text = f"{', '.join(here) or 'none'} in {settings.models_path}"
    if not absent:
        return Finding("ok", "models", text)
    return Finding("basic", "models", f"{text}; not here: {', '.join(absent)} (greenroom models build)")


def _embedding(settings: Settings) -> Finding:
    engine = open_embedding(settings)
    if engine is None:
        return Finding("failed", "sentence model", "not installed; answers cannot be judged. Run make install")
    return Finding("ok", "sentence model", engine.version)


def _bank() -> Finding:
    return Finding("ok", "questions", f"{len(loader.questions())} in the bank, {len(loader.roles())} roles")


def _llm(settings: Settings) -> Finding:
    if settings.llm.provider == "off":
        return Finding("off", "language model", "the built-in engines do everything; LLM_PROVIDER sets one up")
    return Finding("ok", "language model", f"{settings.llm.provider} {settings.llm.model}; it judges answers too")
