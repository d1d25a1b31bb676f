"""What a process holds for its whole life: settings, database, engines and services, opened for its role."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from app import faults, migrations, private_files
from app.bank import loader
from app.config import Settings, StartError
from app.database import Database
from app.engines.embedding.base import OpenEmbedding
from app.engines.storage import Scratch, Storage, is_writable, open_scratch, open_storage
from app.engines.stt.base import SttUnavailable
from app.engines.stt.select import SttChain
from app.engines.wakeup import Wakeup, open_wakeup
from app.judge.judge import ENGINE
from app.runtime.counters import open_counters
from app.runtime.engines import Engines, open_engines
from app.runtime.services import Services
from app.services.accounts.access_guard import AccessGuard
from app.services.accounts.rate_limits import RateLimits
from app.services.accounts.tokens import TokenSigner
from app.services.answers.judge_runner import JudgeRunner
from app.services.interviews.job_field import skill_finder
from app.services.live.live_service import LiveService
from app.services.llm.assist import COST_DIGITS
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
        (`WARM_UP=start`) and is not yet, `unavailable` without a database or a place for files.
        """
        try:
            await self.database.ping()
            database = "ok"
        except Exception as error:  # whatever a driver raises means the same here
            database = f"failed: {type(error).__name__}"
        storage = "ok" if await is_writable(self.storage) else "failed: cannot be written"
        loading = self.settings.warm_up == "start" and not self.engines.warm_up.is_over
        return {
            "status": "unavailable" if {database, storage} != {"ok"} else "loading" if loading else "ready",
            "database": database,
            "storage": storage,
            "rate_limits": await self.rate_limits.describe(),
            "warm_up": self.engines.warm_up.describe(),
            "speech_to_text": self.stt.describe(),
            "text_to_speech": self.engines.tts.describe() if self.engines.tts else "off: questions are read, not heard",
            "video_analysis": self._describe_vision(),
            "live_interviews": self.live.interviews,
            "embedding": self._describe_embedding(),
            "judge": self._describe_judge(),
            "language_model": self._describe_model(),
            "questions": len(loader.questions()),
            "jobs": await self._describe_jobs() if database == "ok" else database,
        }

    def _describe_vision(self) -> str:
        vision = self.engines.vision
        return f"{vision.name} {vision.version}" if vision else "off: nobody looks at faces in films"

    async def _describe_jobs(self) -> dict[str, Any]:
        """How much waits, for how long the oldest of it, and how long what this process has done last had to wait."""
        waits = self.services.jobs.waits
        numbers = asdict(await self.services.jobs.numbers())
        return {"work": self.settings.jobs, **numbers, "wait_p50": waits.share(0.5), "wait_p95": waits.share(0.95)}

    def _describe_embedding(self) -> str:
        if not self.engines.embedding.is_made:
            return NOT_LOADED
        engine = self.engines.embedding()
        return engine.version if engine else "not installed: answers cannot be judged"

    def _describe_model(self) -> dict[str, Any] | str:
        """Which model judges answers, and what that has taken since the process started."""
        llm, totals = self.engines.llm, self.assistants.judge.totals
        if llm is None:
            return "off: the built-in engines do everything, and facts are not checked"
        return {
            "model": llm.model,
            "judges_answers": True,
            "available": llm.available,
            "answers": totals.answers,
            "failed": totals.failed,
            "calls": totals.usage.calls,
            "prompt_tokens": totals.usage.prompt_tokens,
            "completion_tokens": totals.usage.completion_tokens,
            "cost": round(totals.usage.cost, COST_DIGITS),
            "seconds_an_answer": round(totals.seconds / totals.answers, 2) if totals.answers else None,
        }

    def _describe_judge(self) -> dict[str, str] | str:
        if not self.judge.judge.is_made:
            return NOT_LOADED
        judge = self.judge.judge()
        return {"engine": ENGINE, "version": judge.version}


@asynccontextmanager
async def open_runtime(
    settings: Settings, *, role: Role = "api", engines: Engines | None = None
) -> AsyncIterator[Runtime]:
    """Everything opened in order and closed in reverse. Engines that are passed in stay open: they are the caller's.

    Background work is done by whoever opens a worker on it (`app.jobs.worker`).
    """
    secret = settings.jwt_secret
    await asyncio.to_thread(_read_data)
    scratch, storage = await asyncio.to_thread(_prepare_folders, settings)
    async with (
        open_database(settings, is_used=True) as database,
        open_counters(settings) as counters,
        open_wakeup(settings.redis_address) as wakeup,
    ):
        database.wake = wakeup.send
        guard = guard_for(settings, database, secret)
        async with _opened(settings, engines) as opened, _speaking(storage, opened, secret) as tts:
            services = Services(settings, database, storage, scratch, guard, opened, tts)
            async with aclosing(services), _live(settings, database, storage, opened, tts, services) as live:
                if settings.warm_up == "start":
                    opened.warm_up.begin()
                yield Runtime(
                    settings=settings,
                    database=database,
                    storage=storage,
                    scratch=scratch,
                    guard=guard,
                    rate_limits=RateLimits(settings.rate_limit, counters),
                    engines=opened,
                    tts=tts,
                    live=live,
                    services=services,
                    wakeup=wakeup,
                )


@asynccontextmanager
async def open_database(settings: Settings, *, is_used: bool = False) -> AsyncIterator[Database]:
    """The database of the settings, which answers, and with the newest schema when it is to be used.

    Raises StartError when it does not answer. The schema is left alone with DATABASE_MIGRATE_AT_START=false.
    """
    variable = "DATABASE_URL" if settings.database.url is not None else "DATA_DIR"
    database = Database(settings.database_url, pool_size=settings.database.pool_size)
    try:
        await asyncio.to_thread(private_files.prepare_database, settings)
        try:
            await database.ping()
        except (SQLAlchemyError, OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            reason = faults.why_unreachable(error)
            raise StartError(f"{variable}: {settings.describe_database()}: {reason}.") from error
        if is_used and settings.database.migrate_at_start:
            await _migrate(database)
        yield database
    finally:
        await database.close()


async def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema, whatever DATABASE_MIGRATE_AT_START says. Raises StartError."""
    private_files.keep_private()
    async with open_database(settings) as database:
        await _migrate(database)


async def check(settings: Settings) -> None:
    """Find out whether everything that a server needs is there, before one is started. Raises StartError."""
    _ = settings.jwt_secret
    await asyncio.to_thread(_prepare_folders, settings)
    async with open_database(settings), open_counters(settings):
        pass


def _prepare_folders(settings: Settings) -> tuple[Scratch, Storage]:
    private_files.keep_private()
    for name, folder in (("DATA_DIR", settings.data_dir), ("UPLOAD_DIR", settings.upload_dir)):
        private_files.require_writable(name, folder)
    scratch = open_scratch(settings.upload_dir)
    return scratch, open_storage(settings, scratch)


async def _migrate(database: Database) -> None:
    heads = await asyncio.to_thread(migrations.newest)
    async with database.reading() as session:
        if await migrations.is_current(session, heads):
            return
    try:
        await asyncio.to_thread(migrations.upgrade, database.url)
    except (SQLAlchemyError, migrations.SchemaError) as error:
        raise StartError(
            f"the database cannot be brought to the newest schema: {faults.why_unreachable(error)}"
        ) from error
    await database.close()  # what its connections have prepared may be of another schema


def _read_data() -> None:
    """Read the data files once, so that no request has to wait for a disk."""
    for read in (loader.questions, loader.roles, loader.resources, skill_finder):
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
    try:
        async with open_engines(settings) as opened:
            yield opened
    except SttUnavailable as error:
        raise StartError(f"STT_ENGINE={settings.stt.engine}: {error.message}") from error


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
