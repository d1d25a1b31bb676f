"""The engines that the settings ask for. A better engine that cannot be had leaves the next one in place.

What is missing is found out at start. Models, word lists and processes are opened by the warm-up, or by whoever needs
them before it.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.config import LlmSettings, Settings, SmtpSettings, SttSettings, TtsSettings
from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingEngine, EmbeddingUnavailable
from app.engines.lazy import Lazy
from app.engines.llm.base import LlmEngine
from app.engines.mail import Mailer, SmtpMailer
from app.engines.stt.base import SttUnavailable
from app.engines.stt.select import SttChain, SttOptions, select
from app.engines.tts import select as voices
from app.engines.tts.base import TtsUnavailable
from app.engines.tts.select import TtsChain, TtsOptions
from app.engines.turn.base import TurnDetector, TurnUnavailable
from app.engines.turn.smart_turn import SmartTurn
from app.engines.typesetting import Typesetter
from app.engines.vision.base import VisionEngine, VisionUnavailable
from app.engines.vision.landmarker import FaceLandmarker
from app.errors import Unavailable
from app.judge.judge import Judge
from app.runtime.warm_up import WarmUp
from app.services.answers.judge_runner import JudgeRunner
from app.services.interviews.question_generation import similarity
from app.services.llm.assistants import Assistants, assistants_for

log = logging.getLogger(__name__)
SMART_TURN_FOLDER = "smart-turn"
FACE_FOLDER = "face"
"""Under MODELS_DIR, where `greenroom models build` puts them."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of the process, shared by everything that it does."""

    embedding: Lazy[EmbeddingEngine | None]
    stt: SttChain
    judge: JudgeRunner
    assistants: Assistants
    warm_up: WarmUp
    typesetter: Typesetter
    tts: TtsChain | None = None
    llm: LlmEngine | None = None
    turn: TurnDetector | None = None
    vision: VisionEngine | None = None


@asynccontextmanager
async def open_engines(settings: Settings) -> AsyncIterator[Engines]:
    """The engines of these settings, closed at the end."""
    embedding = Lazy(lambda: open_embedding(settings))
    stt = await choose_stt(settings.stt, settings.models_path)
    tts = await asyncio.to_thread(open_tts, settings.tts, settings.models_path)
    turn = await asyncio.to_thread(open_turn_detector, settings)
    vision = await asyncio.to_thread(open_vision, settings)
    judge = JudgeRunner(Lazy(lambda: judge_with(embedding())), workers=max(1, (os.cpu_count() or 2)))
    assistants = await asyncio.to_thread(assistants_for, None, embedding)
    warm_up = WarmUp(_parts(embedding, stt, tts, judge))
    typesetter = Typesetter()
    try:
        opening = Engines(embedding, stt, judge, assistants, warm_up, typesetter, tts, turn=turn, vision=vision)
        async with open_llm_engines(opening, settings.llm) as opened:
            yield opened
    finally:
        await warm_up.close()
        typesetter.close()
        await judge.close()
        await stt.close()
        if turn is not None:
            await turn.close()
        if vision is not None:
            await vision.close()
        if tts is not None:
            await tts.close()


def _parts(
    embedding: Lazy[EmbeddingEngine | None], stt: SttChain, tts: TtsChain | None, judge: JudgeRunner
) -> dict[str, Callable[[], Awaitable[object]]]:
    """What takes seconds to load, in the order in which an interview needs it."""
    parts: dict[str, Callable[[], Awaitable[object]]] = {
        "sentence_model": lambda: asyncio.to_thread(embedding),
        "questions": lambda: asyncio.to_thread(similarity, embedding),
    }
    if tts is not None:
        parts["text_to_speech"] = tts.warm_up
    return {**parts, "speech_to_text": stt.warm_up, "judge": judge.warm_up}


@asynccontextmanager
async def open_llm_engines(engines: Engines, settings: LlmSettings) -> AsyncIterator[Engines]:
    """Engines that are open already, with this language model beside them."""
    llm = await _open_llm(settings)
    assistants = await asyncio.to_thread(assistants_for, llm, engines.embedding, judge_seconds=settings.judge_seconds)
    try:
        yield replace(engines, assistants=assistants, llm=llm)
    finally:
        if llm is not None:
            await llm.close()


async def _open_llm(settings: LlmSettings) -> LlmEngine | None:
    if settings.provider == "off":
        return None
    from app.engines.llm.openai_engine import open_llm  # the SDK takes half a second to import

    return await open_llm(settings)


def judge_with(embedding: EmbeddingEngine | None) -> Judge:
    """The judge; Unavailable without a sentence model."""
    if embedding is None:
        raise Unavailable(
            "Answers cannot be judged: the sentence model is not installed. "
            "Whoever runs this server can install it with make install."
        )
    return Judge(embedding)


def open_embedding(settings: Settings) -> EmbeddingEngine | None:
    """The sentence model, or None where its package is not installed; then answers are kept and not judged."""
    try:
        return minilm.load(settings.models_path)
    except EmbeddingUnavailable as error:
        log.warning("answers cannot be judged: %s", error)
        return None


async def choose_stt(settings: SttSettings, models_dir: Path) -> SttChain:
    """The speech engine of these settings. Under `auto` a machine without any gets one that says so at each call;
    SttUnavailable when the engine that was asked for by name cannot work."""
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
    return await asyncio.to_thread(select, options)


async def open_stt(settings: SttSettings, models_dir: Path) -> SttChain:
    """The same, loaded: for commands that use it at once."""
    chain = await choose_stt(settings, models_dir)
    try:
        await chain.warm_up()
    except SttUnavailable:
        if settings.engine != "auto":
            raise
    return chain


def open_turn_detector(settings: Settings) -> TurnDetector | None:
    """The model that hears the end of a turn, or None where it is not installed; silence and words decide then."""
    try:
        return SmartTurn(settings.models_path / SMART_TURN_FOLDER)
    except TurnUnavailable as error:
        log.warning("turns end by silence and words alone: %s", error.message)
        return None


def open_vision(settings: Settings) -> VisionEngine | None:
    """What looks at faces in films, or None where the setting forbids it or it cannot work; it is coaching alone."""
    if settings.video_analysis == "off":
        return None
    try:
        return FaceLandmarker(settings.models_path / FACE_FOLDER)
    except VisionUnavailable as error:
        log.warning("nobody looks at faces in films: %s", error.message)
        return None


def mailer_of(settings: SmtpSettings) -> Mailer | None:
    """The mail server of these settings, or None where there is none."""
    if settings.host is None or settings.sender is None:
        return None
    return SmtpMailer(
        host=settings.host,
        port=settings.port,
        sender=settings.sender,
        security=settings.security,
        username=settings.username,
        password=settings.password.get_secret_value() if settings.password else None,
    )


def open_tts(settings: TtsSettings, models_dir: Path) -> TtsChain | None:
    """The voices of these settings, or None where there is none: the interviewer is read then, not heard."""
    if settings.engine == "off":
        return None
    options = TtsOptions(
        models_dir=models_dir,
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
