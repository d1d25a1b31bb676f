"""Opens the engines that the settings ask for. A better engine that cannot be had leaves the next one in place."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.config import LlmSettings, Settings, SttSettings, TtsSettings
from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingEngine, EmbeddingUnavailable
from app.engines.llm.base import LlmEngine
from app.engines.llm.openai_engine import open_llm
from app.engines.stt.select import SttChain, SttOptions, select
from app.engines.tts import select as voices
from app.engines.tts.base import TtsUnavailable
from app.engines.tts.select import TtsChain, TtsOptions
from app.judge.judge import Judge
from app.services.answers.evaluation_service import JudgeRunner
from app.services.llm.assistants import Assistants, assistants_for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of the process, shared by everything that it does."""

    embedding: EmbeddingEngine | None
    stt: SttChain
    judge: JudgeRunner
    assistants: Assistants
    tts: TtsChain | None = None
    llm: LlmEngine | None = None


@asynccontextmanager
async def open_engines(settings: Settings) -> AsyncIterator[Engines]:
    """The engines of these settings, closed at the end."""
    embedding = await asyncio.to_thread(open_embedding, settings)
    stt = await open_stt(settings.stt, settings.models_path)
    tts = await asyncio.to_thread(open_tts, settings.tts)
    judge = JudgeRunner(Judge(embedding), workers=max(1, (os.cpu_count() or 2)))
    assistants = await asyncio.to_thread(assistants_for, None, embedding)
    try:
        async with open_llm_engines(Engines(embedding, stt, judge, assistants, tts), settings.llm) as opened:
            yield opened
    finally:
        judge.close()
        await stt.close()
        if tts is not None:
            await tts.close()


@asynccontextmanager
async def open_llm_engines(engines: Engines, settings: LlmSettings) -> AsyncIterator[Engines]:
    """Engines that are open already, with this language model beside them."""
    llm = await open_llm(settings)
    assistants = await asyncio.to_thread(assistants_for, llm, engines.embedding, raters=settings.raters)
    try:
        yield replace(engines, assistants=assistants, llm=llm)
    finally:
        if llm is not None:
            await llm.close()


def open_embedding(settings: Settings) -> EmbeddingEngine | None:
    """The sentence model, or None where its package is not installed; then answers are judged by words alone."""
    try:
        return minilm.load(settings.models_path)
    except EmbeddingUnavailable as error:
        log.warning("judging by words alone: %s", error)
        return None


async def open_stt(settings: SttSettings, models_dir: Path) -> SttChain:
    """The speech engine of these settings, loaded; SttUnavailable when none of what was asked for can work."""
    options = SttOptions(
        models_dir=models_dir,
        engine=settings.engine,
        model=settings.model,
        model_path=settings.model_path,
        workers=settings.workers,
        queue=settings.queue,
        idle_seconds=settings.idle_seconds,
        base_url=settings.base_url,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        timeout_seconds=settings.timeout_seconds,
    )
    chain = await asyncio.to_thread(select, options)
    await chain.warm_up()
    return chain


def open_tts(settings: TtsSettings) -> TtsChain | None:
    """The voices of these settings, or None where there is none: the interviewer is read then, not heard."""
    if settings.engine == "off":
        return None
    options = TtsOptions(
        engine=settings.engine,
        piper_voice=settings.piper_voice,
        model=settings.model,
        base_url=settings.base_url,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        timeout_seconds=settings.timeout_seconds,
    )
    try:
        return voices.select(options)
    except TtsUnavailable as error:
        log.warning("the interviewer has no voice: %s", error.message)
        return None
