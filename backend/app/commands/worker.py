"""`greenroom worker`: a process that does background work and serves nothing."""

import asyncio
import logging
import signal

from app.config import Settings
from app.jobs.worker import open_worker
from app.runtime.engines import Engines
from app.runtime.runtime import open_runtime

log = logging.getLogger(__name__)


async def work(settings: Settings, *, engines: Engines | None = None) -> None:
    """Do background work until SIGTERM or SIGINT; what is not done then is given back for another process."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_runtime(settings, role="worker", engines=engines) as runtime, open_worker(runtime, "worker"):
        log.info("looking for work in %s", settings.describe_database())
        await stop.wait()
