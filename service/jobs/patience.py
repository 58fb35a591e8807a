"""Goes on asking a database that fails: who works through accepted work has nothing else to do without it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from service.errors import StatementFailed, StoreError

STORE_PAUSES_S = (0.5, 30.0)  # the first and the longest
Given = TypeVar("Given")
log = structlog.get_logger()


async def stubbornly(access: Callable[[], Awaitable[Given]], pauses_s: tuple[float, float] = STORE_PAUSES_S) -> Given:
    """What an access to a database gives, as soon as that can be had.

    Raises:
        StatementFailed: it will never be had.
    """
    pause, most = pauses_s
    while True:
        try:
            return await access()
        except StatementFailed:
            raise
        except StoreError as error:
            log.warning("work.store_failed", detail=str(error), seconds=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, most)
