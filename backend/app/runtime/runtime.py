"""What a process holds for its whole life: settings, database, engines and services, opened for its role."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

from limits.aio.storage import MemoryStorage, RedisStorage

from app import migrations
from app.bank import loader
from app.config import Settings
from app.database import Database
from app.engines.embedding.base import OpenEmbedding
from app.engines.storage import Scratch, Storage, open_scratch, open_storage
from app.engines.stt.select import SttChain
from app.engines.wakeup import Wakeup, wakeup_for
from app.runtime.engines import Engines, open_engines
from app.runtime.services import Services
from app.services.accounts.auth_service import AccessGuard
from app.services.accounts.passwords import common_passwords
from app.services.accounts.rate_limits import RateLimits
from app.services.accounts.tokens import TokenSigner
from app.services.answers.judge_runner import JudgeRunner
from app.services.interviews.question_generation import skill_finder
from app.services.live.live_service import LiveService
from app.services.llm.assistants import Assistants
from app.services.speech.tts_service import TtsService

Role = Literal["api", "worker", "cli"]
NOT_LOADED = "not loaded: opens when it is needed first"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, database, storage, guards, engines and services of the process."""

    settings: Settings
    database: Database
    storage: Storage
    scratch: Scratch
    guard: AccessGuard
    rate_limits: RateLimits
    engines: Engines
    tts: TtsService
    live: LiveService
    services: Services
    wakeup: Wakeup

    @property
    def embedding(self) -> OpenEmbedding:
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
        """Which part is live with what, and what is loaded.

        `status` is `ready` when requests can be served, `loading` where everything is to be loaded before that
        (`WARM_UP=start`) and is not yet, `unavailable` without a database.
        """
        try:
            await self.database.ping()
            database = "ok"
        except Exception as error:  # whatever a driver raises means the same here
            database = f"failed: {type(error).__name__}"
        loading = self.settings.warm_up == "start" and not self.engines.warm_up.is_over
        return {
            "status": "unavailable" if database != "ok" else "loading" if loading else "ready",
            "database": database,
            "warm_up": self.engines.warm_up.describe(),
            "speech_to_text": self.stt.describe(),
            "text_to_speech": self.engines.tts.describe() if self.engines.tts else "off: questions are read, not heard",
            "live_interviews": self.live.interviews,
            "embedding": self._describe_embedding(),
            "judge": self._describe_judge(),
            "language_model": self.engines.llm.model if self.engines.llm else "off: the built-in engines do everything",
            "questions": len(loader.questions()),
            "jobs": await self._describe_jobs() if database == "ok" else database,
        }

    async def _describe_jobs(self) -> dict[str, Any]:
        """How much waits, for how long the oldest of it, and how long what this process has done last had to wait."""
        waits = self.services.jobs.waits
        numbers = asdict(await self.services.jobs.numbers())
        return {"work": self.settings.jobs, **numbers, "wait_p50": waits.share(0.5), "wait_p95": waits.share(0.95)}

    def _describe_embedding(self) -> str:
        if not self.engines.embedding.is_made:
            return NOT_LOADED
        engine = self.engines.embedding()
        return engine.version if engine else "off: answers are judged by words alone"

    def _describe_judge(self) -> dict[str, str] | str:
        if not self.judge.judge.is_made:
            return NOT_LOADED
        judge = self.judge.judge()
        return {"engine": judge.engine, "version": judge.version}


@asynccontextmanager
async def open_runtime(
    settings: Settings, *, role: Role = "api", engines: Engines | None = None
) -> AsyncIterator[Runtime]:
    """Everything opened in order and closed in reverse. Engines that are passed in stay open: they are the caller's.

    Background work is done by whoever opens a worker on it (`app.jobs.worker`).
    """
    secret = settings.jwt_secret
    await asyncio.to_thread(_read_data)
    database = Database(settings.database_url, pool_size=settings.database.pool_size)
    scratch = await asyncio.to_thread(open_scratch, settings.upload_dir)
    storage = await asyncio.to_thread(open_storage, settings, scratch)
    guard = guard_for(settings, database, secret)
    wakeup = wakeup_for(settings.redis_url.get_secret_value() if settings.redis_url else None)
    database.wake = wakeup.send
    try:
        if settings.database.migrate_at_start:
            await _migrate(database)
        async with _opened(settings, engines) as opened, _speaking(storage, opened, secret) as tts:
            services = Services(settings, database, storage, scratch, guard, opened, tts)
            async with _live(settings, database, storage, opened, tts, services) as live:
                if settings.warm_up == "start":
                    opened.warm_up.begin()
                yield Runtime(
                    settings=settings,
                    database=database,
                    storage=storage,
                    scratch=scratch,
                    guard=guard,
                    rate_limits=RateLimits(settings.rate_limit, _counters(settings)),
                    engines=opened,
                    tts=tts,
                    live=live,
                    services=services,
                    wakeup=wakeup,
                )
    finally:
        await wakeup.close()
        await database.close()


async def _migrate(database: Database) -> None:
    heads = await asyncio.to_thread(migrations.newest)
    async with database.reading() as session:
        if await migrations.is_current(session, heads):
            return
    await asyncio.to_thread(migrations.upgrade, database.url)
    await database.close()  # what its connections have prepared may be of another schema


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
async def _speaking(storage: Storage, engines: Engines, secret: str) -> AsyncIterator[TtsService]:
    tts = TtsService(engines.tts, storage, secret)
    try:
        yield tts
    finally:
        await tts.close()


@asynccontextmanager
async def _live(
    settings: Settings,
    database: Database,
    storage: Storage,
    engines: Engines,
    tts: TtsService,
    services: Services,
) -> AsyncIterator[LiveService]:
    live = LiveService(
        settings=settings,
        database=database,
        storage=storage,
        stt=engines.stt,
        evaluations=services.evaluations,
        jobs=services.jobs,
        tts=tts,
        turn_detector=engines.turn,
    )
    try:
        yield live
    finally:
        await live.close()


def _counters(settings: Settings) -> MemoryStorage | RedisStorage:
    if settings.redis_url is None:
        return MemoryStorage()
    return RedisStorage(f"async+{settings.redis_url.get_secret_value()}")
