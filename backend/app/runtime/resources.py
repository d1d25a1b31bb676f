"""What the process holds for its whole life: settings, database, engines. Requests, sockets and the CLI share it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from limits.aio.storage import MemoryStorage, RedisStorage

from app.bank import loader
from app.config import Settings
from app.database import Database
from app.engines.embedding.base import EmbeddingEngine
from app.engines.storage import LocalStorage
from app.engines.stt.select import SttChain
from app.migrations import upgrade
from app.repositories.answers import RecordingRepository
from app.runtime.engines import Engines, open_engines
from app.services.accounts.auth_service import AccessGuard
from app.services.accounts.passwords import common_passwords
from app.services.accounts.rate_limits import RateLimits
from app.services.accounts.tokens import TokenSigner
from app.services.answers.evaluation_service import JudgeRunner
from app.services.interviews.question_service import skill_finder
from app.services.live.live_service import LiveService
from app.services.llm.assistants import Assistants
from app.services.speech.tts_service import TtsService

ORPHAN_SECONDS = 3600.0
"""A file without a row is deleted at start when it is older than this; a younger one may be on its way."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Settings, database, storage, guards and engines of the process."""

    settings: Settings
    database: Database
    storage: LocalStorage
    guard: AccessGuard
    rate_limits: RateLimits
    engines: Engines
    tts: TtsService
    live: LiveService

    @property
    def embedding(self) -> EmbeddingEngine | None:
        return self.engines.embedding

    @property
    def stt(self) -> SttChain:
        return self.engines.stt

    @property
    def assistants(self) -> Assistants:
        return self.engines.assistants

    @property
    def judge(self) -> JudgeRunner:
        return self.engines.judge

    async def readiness(self) -> dict[str, Any]:
        """Which part is live with what; `status` is `ready` when requests can be served."""
        try:
            await self.database.ping()
            database = "ok"
        except Exception as error:  # whatever a driver raises means the same here
            database = f"failed: {type(error).__name__}"
        return {
            "status": "ready" if database == "ok" else "unavailable",
            "database": database,
            "speech_to_text": self.stt.describe(),
            "text_to_speech": self.engines.tts.describe() if self.engines.tts else "off: questions are read, not heard",
            "live_interviews": self.live.interviews,
            "embedding": self.embedding.version if self.embedding else "off: answers are judged by words alone",
            "judge": {"engine": self.judge.judge.engine, "version": self.judge.judge.version},
            "language_model": self.engines.llm.model if self.engines.llm else "off: the built-in engines do everything",
            "questions": len(loader.questions()),
        }


@asynccontextmanager
async def open_resources(settings: Settings, engines: Engines | None = None) -> AsyncIterator[Resources]:
    """Everything opened in order and closed in reverse. Engines that are passed in stay open: they are the caller's."""
    secret = settings.jwt_secret
    if settings.database.migrate_at_start:
        await asyncio.to_thread(upgrade, settings.database_url)
    await asyncio.to_thread(_read_data)
    database = Database(settings.database_url, pool_size=settings.database.pool_size)
    storage = await asyncio.to_thread(LocalStorage, settings.upload_dir)
    try:
        async with database.reading() as session:
            known = await RecordingRepository(session).all_names()
        await storage.sweep(known, older_than_seconds=ORPHAN_SECONDS)
        async with (
            _opened(settings, engines) as opened,
            _speaking(settings, opened, secret) as tts,
            _live(settings, database, storage, opened, tts) as live,
        ):
            yield Resources(
                settings=settings,
                database=database,
                storage=storage,
                guard=guard_for(settings, database, secret),
                rate_limits=RateLimits(settings.rate_limit, _counters(settings)),
                engines=opened,
                tts=tts,
                live=live,
            )
    finally:
        await database.close()


def _read_data() -> None:
    """Read the data files once, so that no request has to wait for a disk."""
    for read in (loader.questions, loader.roles, loader.resources, common_passwords, skill_finder):
        read()


def guard_for(settings: Settings, database: Database, secret: str | None = None) -> AccessGuard:
    """The check of access tokens with the key of these settings."""
    signer = TokenSigner(secret or settings.jwt_secret, access_lifetime=timedelta(minutes=settings.auth.access_minutes))
    return AccessGuard(signer, database, cache_seconds=settings.auth.session_cache_seconds)


@asynccontextmanager
async def _opened(settings: Settings, engines: Engines | None) -> AsyncIterator[Engines]:
    if engines is not None:
        yield engines
        return
    async with open_engines(settings) as opened:
        yield opened


@asynccontextmanager
async def _speaking(settings: Settings, engines: Engines, secret: str) -> AsyncIterator[TtsService]:
    tts = TtsService(engines.tts, settings.upload_dir, secret)
    await tts.sweep()
    try:
        yield tts
    finally:
        await tts.close()


@asynccontextmanager
async def _live(
    settings: Settings, database: Database, storage: LocalStorage, engines: Engines, tts: TtsService
) -> AsyncIterator[LiveService]:
    live = LiveService(
        settings=settings,
        database=database,
        storage=storage,
        stt=engines.stt,
        judge=engines.judge,
        tts=tts,
        turn_detector=engines.turn,
    )
    await live.start()
    try:
        yield live
    finally:
        await live.close()


def _counters(settings: Settings) -> MemoryStorage | RedisStorage:
    if settings.redis_url is None:
        return MemoryStorage()
    return RedisStorage(f"async+{settings.redis_url.get_secret_value()}")
