"""Does something again and again while a process lives, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from service.errors import StoreError

log = structlog.get_logger()


@asynccontextmanager
async def rounds(seconds: float, work: Callable[[], Awaitable[object]], name: str = "round") -> AsyncIterator[None]:
    """Do the work every so many seconds while this is open; one that fails is logged by its name and left out."""
    closed = asyncio.Event()
    task = asyncio.create_task(_until(closed, seconds, work, name))
    try:
        yield
    finally:
        closed.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until(closed: asyncio.Event, seconds: float, work: Callable[[], Awaitable[object]], name: str) -> None:
    failed, crashed = f"{name}.failed", f"{name}.crashed"
    # Not by the cancellation alone: a library that turns one into an error of its own would be tried again for ever.
    while not closed.is_set():
        try:
            await work()
        except StoreError as error:
            log.warning(failed, detail=str(error))
        except Exception as error:  # noqa: BLE001 - were it to end here, nobody would notice until work is lost
            log.error(crashed, error=type(error).__name__)  # noqa: TRY400 - its text may quote somebody
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await closed.wait()
