"""Where requests are counted: in the memory of the process, or in Redis for several processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from limits.aio.storage import RedisStorage

from app.config import Settings, StartError

PREFIX = "greenroom"
ANSWER_SECONDS = 1.0
"""Redis is asked before a request is served: longer than this nobody waits for it."""


@asynccontextmanager
async def open_counters(settings: Settings) -> AsyncIterator[RedisStorage | None]:
    """The shared storage of counts, which answers, or StartError when it does not; None without REDIS_URL."""
    if settings.redis_address is None:
        yield None
        return
    from redis.asyncio import BlockingConnectionPool, Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
    from redis.retry import Retry

    url = settings.redis_address
    shown = url.rpartition("@")[2] if "@" in url else url.partition("://")[2]
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=50,
            timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
    except (ValueError, TypeError, RedisError) as error:
        raise StartError(f"REDIS_URL: {error}. Example: REDIS_URL=redis://127.0.0.1:6379/0") from error
    try:
        try:
            await Redis(connection_pool=pool).execute_command("PING")  # type: ignore[no-untyped-call]  # in redis
        except (AuthenticationError, NoPermissionError) as error:
            raise StartError(f"REDIS_URL: {shown} refuses the user or the password ({error}).") from error
        except (RedisError, OSError) as error:
            reason = " ".join(str(error).split())
            raise StartError(f"REDIS_URL: {shown} does not answer ({reason}). Is Redis running?") from error
        options: dict[str, Any] = {"connection_pool": pool, "key_prefix": PREFIX}
        yield RedisStorage("async+redis://", implementation="redispy", wrap_exceptions=True, **options)
    finally:
        await pool.aclose()
