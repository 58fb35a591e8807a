"""Takes traces of deleted texts out of the database's files: at once where nobody reads, else as soon as that is so."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from service.errors import StoreError

PATIENCE_S = 0.5  # how long whoever deletes waits for it
LEAST_PAUSE_S, MOST_PAUSE_S = 0.2, 30.0  # between two tries
log = structlog.get_logger()


class Files(Protocol):
    """The files of a database."""

    async def empty_log(self) -> bool:
        """Empty the write-ahead log; False where somebody reads from it."""

    async def rewrite(self) -> bool:
        """Write the file anew if it is small; False where it is in use."""


class Traces:
    """The traces of what this process deleted."""

    def __init__(self, files: Files, patience_s: float = PATIENCE_S, least_pause_s: float = LEAST_PAUSE_S) -> None:
        self._files = files
        self._patience_s = patience_s
        self._least_pause_s = least_pause_s
        self._in_log = self._in_pages = True  # perhaps: a process that ended may have left some
        self._cleaning: asyncio.Task[None] | None = None

    def left(self) -> None:
        """Something was deleted."""
        self._in_log = self._in_pages = True

    async def clean(self) -> None:
        """Empty the log if something was deleted; where that takes longer, it goes on by itself."""
        if self._cleaning is None or self._cleaning.done():
            self._cleaning = asyncio.create_task(self._empty_log())
        await asyncio.wait({self._cleaning}, timeout=self._patience_s)

    async def rewrite(self) -> None:
        """Write the file anew if something was deleted since the last time.

        Raises:
            StoreError: the database failed.
        """
        if self._in_pages and await self._files.rewrite():
            self._in_pages = False
            self._in_log = True
            await self.clean()

    async def aclose(self) -> None:
        """Stop; the next process empties the log when it starts."""
        if self._cleaning:
            self._cleaning.cancel()
            await asyncio.wait({self._cleaning})

    async def _empty_log(self) -> None:
        pause = self._least_pause_s
        while self._in_log:
            self._in_log = False  # before the try: what is deleted during it needs another one
            if not await self._is_emptied():
                self._in_log = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, MOST_PAUSE_S)

    async def _is_emptied(self) -> bool:
        try:
            return await self._files.empty_log()
        except StoreError as error:
            log.warning("traces.left", detail=str(error))
            return False
