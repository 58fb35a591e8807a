"""Takes what was deleted out of the database's files too, where the database can be told to.

PostgreSQL cannot: what was deleted stays in its files until something is written over it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.database import explained_errors

WAIT_S = 0.2  # for readers of the log; writers wait meanwhile
# What this disk rewrites while a writer waits; the wait of writers is ten seconds.
MOST_REWRITTEN = 64 * 1024 * 1024


class Work(Protocol):
    """What is done to a file, given its path, or an URI of it."""

    def __call__(self, path: str, *, uri: bool) -> bool:
        """Whether it was done; False where the file is in use."""


class Scrubber:
    """The files of one database."""

    def __init__(self, engine: AsyncEngine, most_rewritten: int = MOST_REWRITTEN) -> None:
        self._engine = engine
        self._most_rewritten = most_rewritten
        self._one_at_a_time = asyncio.Lock()

    async def empty_log(self) -> bool:
        """Empty the write-ahead log, which holds pages as they were; False where somebody still reads from it.

        Raises:
            StoreError: the database failed.
        """
        return await self._run(_empty_log)

    async def rewrite(self) -> bool:
        """Write a small file anew, without what its pages hold between their rows; False where the file is in use.

        SQLite overwrites what it deletes, but forgets copies of rows that it once moved to another page: about one
        in a thousand deleted references was left, where rows were short. A larger file is left as it is.

        Raises:
            StoreError: the database failed.
        """
        return await self._run(partial(_rewrite, most=self._most_rewritten))

    async def _run(self, work: Work) -> bool:
        url = self._engine.url
        if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
            return True
        (path, *_), options = self._engine.dialect.create_connect_args(url)
        # A connection of its own: the others wait longer, and each of their transactions is one that writes.
        with explained_errors(self._engine):
            async with self._one_at_a_time:
                return await asyncio.to_thread(work, str(path), uri=bool(options.get("uri")))


def _empty_log(path: str, *, uri: bool) -> bool:
    """Copy the log into the file without anybody's wait, then cut it off, for which others have to wait a moment."""
    with closing(sqlite3.connect(path, WAIT_S, isolation_level=None, uri=uri)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _rewrite(path: str, *, uri: bool, most: int) -> bool:
    with closing(sqlite3.connect(path, WAIT_S, isolation_level=None, uri=uri)) as connection:
        (pages,), (size,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        if pages * size > most:
            return True
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise
    return True
