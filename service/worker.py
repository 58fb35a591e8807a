"""Works on accepted drafts and batches until it is told to stop; it answers nobody."""

from __future__ import annotations

import asyncio
import os
import signal

import structlog

from service.errors import ConfigurationError, NoAsyncWork
from service.jobs.database import engine_url
from service.main import running, working
from service.settings import Settings
from service.wiring.erasing import erasing

log = structlog.get_logger()


async def work_forever(settings: Settings) -> None:
    """Start every part, work, and stop the parts at the end.

    Raises:
        ConfigurationError: a policy or prompt is wrong, or the database is one that no other process can see.
        EmbeddedModelFailed, StoreError: a part did not start.
    """
    try:
        engine_url(settings.database_url)
    except NoAsyncWork:
        raise ConfigurationError(
            "AMENDS_DATABASE_URL: a worker needs a database that other processes see, a file or PostgreSQL"
        ) from None
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with running(settings) as parts:
        await parts.warm_up()
        async with working(settings, parts, works=True) as work, erasing(settings, parts.database, work.stop):
            log.info("worker.started", pid=os.getpid())
            await told.wait()
    log.info("worker.stopped")
