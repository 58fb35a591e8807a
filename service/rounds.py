"""Does something again and again while a process lives, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from service.errors import StoreError

log = structlog.get_logger()


@asynccontextmanager
async def rounds(seconds: float, work: Callable[[], Awaitable[object]], name: str = "round") -> AsyncIterator[None]:
    """Do the work every so many seconds while this is open; one that fails is logged by its name and left out."""
    task = asyncio.create_task(_forever(seconds, work, name))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _forever(seconds: float, work: Callable[[], Awaitable[object]], name: str) -> None:
    failed, crashed = f"{name}.failed", f"{name}.crashed"
    while True:
        try:
            await work()
        except StoreError as error:
            log.warning(failed, detail=str(error))
        except Exception as error:  # noqa: BLE001 - were it to end here, nobody would notice until work is lost
            log.error(crashed, error=type(error).__name__)  # noqa: TRY400 - its text may quote somebody
        await asyncio.sleep(seconds)
