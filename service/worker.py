"""Works on accepted drafts and batches until it is told to stop; it answers nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from service.api.scraping import Exposed, scraped_app
from service.errors import ConfigurationError, NoAsyncWork
from service.hosts import allowed_hosts
from service.jobs.database import engine_url
from service.main import running, working
from service.server import listen, make_server, url_of
from service.settings import Settings
from service.settled import settled
from service.wiring.access import admitting
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
        # Before the work begins: a port that is taken ends it at once.
        with listening(settings, parts.watch.exposes) as listener:
            async with (
                working(settings, parts, works=True) as work,
                erasing(settings, parts.database, work.stop),
                scraped(settings, parts.database, parts.watch.exposes, listener),
            ):
                log.info("worker.started", pid=os.getpid())
                with settled():
                    await told.wait()
    log.info("worker.stopped")


@contextmanager
def listening(settings: Settings, exposes: Exposed | None) -> Iterator[socket.socket | None]:
    """The socket for /metrics, where the settings want one.

    Raises:
        ConfigurationError: address and port cannot be had.
    """
    if settings.metrics_port is None or exposes is None:
        yield None
        return
    with listen(settings.host, settings.metrics_port, "AMENDS_METRICS_PORT") as listener:
        yield listener


@asynccontextmanager
async def scraped(
    settings: Settings, database: AsyncEngine, exposes: Exposed | None, listener: socket.socket | None
) -> AsyncIterator[None]:
    """Answer /metrics as long as the block lasts, where the settings want that; to keys, as what serves does."""
    if listener is None or exposes is None:
        yield
        return
    address = str(listener.getsockname()[0])
    hosts = allowed_hosts(settings.allowed_hosts, address, asked=settings.host)
    async with admitting(database, address) as admits:
        server = make_server(scraped_app(exposes, admits, hosts))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        log.info("worker.metrics", url=url_of(listener))
        try:
            yield
        finally:
            server.should_exit = True
            await serving
