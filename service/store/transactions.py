"""Runs whole transactions, each of them a function of its connection.

A statement through SQLite's asynchronous driver changes threads several times, and a transaction dozens of times, each
of which costs more than SQLite's own work: here a transaction changes threads twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.database import explained_errors
from service.store.sqlite import BUSY_TIMEOUT_MS, set_up_connections
from service.store.turns import turn_of, wait_for_turn

T = TypeVar("T")


class Transactions(Protocol):
    """Where a transaction runs."""

    async def run(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """What `work` gives, after the commit; nothing is committed where it raises.

        What is not `lasting` outlives any process, but may be forgotten when the machine of the database fails.
        """


class OnPool:
    """Transactions on the connections of any engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """What `work` gives, after the commit, which always lasts; nothing is committed where it raises."""
        del lasting
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)


class OnThread:
    """Transactions on a thread and a connection of their own, one after the other, as SQLite has its writers.

    Its connection stays open: taking it from a pool would cost as much as a small transaction. Each transaction waits
    in line for its `turn` with the other writers of this process, of which it would else lose the lock again and
    again, and at most `wait_ms` for those of other processes, its turn included. One whose caller is cancelled is not
    begun any more, or ends as it would have ended.
    """

    def __init__(self, engine: Engine, turn: asyncio.Lock, wait_ms: int) -> None:
        self._engine = engine
        self._turn = turn
        self._wait_ms = wait_ms
        self._thread = ThreadPoolExecutor(1, "transactions")
        self._connection = engine.connect()

    async def run(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """What `work` gives, after the commit; nothing is committed where it raises."""
        call = partial(self._run, work, lasting=lasting, asked_at=time.monotonic())
        loop = asyncio.get_running_loop()
        await wait_for_turn(self._turn)
        given: asyncio.Future[T] = loop.create_future()
        # Not when the caller goes on: it may be cancelled while the thread still writes. And in one step with the
        # result: the loop is woken once.
        under_way = self._thread.submit(call)
        under_way.add_done_callback(lambda ended: loop.call_soon_threadsafe(self._end, ended, given))
        return await given

    def _run(self, work: Callable[[Connection], T], *, lasting: bool, asked_at: float) -> T:
        # What had to wait for its turn, maybe behind some that waited for the lock, does not wait as long again.
        left = max(0, self._wait_ms - round(time.monotonic() - asked_at, 1) * 1000)
        self._set(f"busy_timeout={left:.0f}", f"synchronous={'FULL' if lasting else 'NORMAL'}")
        with self._connection.begin():
            return work(self._connection)

    def _end(self, ended: Future[T], given: asyncio.Future[T]) -> None:
        self._turn.release()
        if given.cancelled():
            return
        if error := ended.exception():
            given.set_exception(error)
        else:
            given.set_result(ended.result())

    def _set(self, *pragmas: str) -> None:
        cursor = self._connection.connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    async def aclose(self) -> None:
        """End what is under way, and close the connection."""
        await asyncio.to_thread(self._thread.shutdown)
        self._connection.close()
        self._engine.dispose()


@asynccontextmanager
async def open_transactions(engine: AsyncEngine, wait_ms: int = BUSY_TIMEOUT_MS) -> AsyncIterator[Transactions]:
    """Transactions on the database of an engine, in the way that is the fastest there; for `wait_ms`, see OnThread."""
    if not _has_file(engine):
        yield OnPool(engine)
        return
    blocking = create_engine(engine.url.set(drivername="sqlite"))
    set_up_connections(blocking)
    with explained_errors(engine):
        transactions = OnThread(blocking, turn_of(engine), wait_ms)
    try:
        yield transactions
    finally:
        await transactions.aclose()


def _has_file(engine: AsyncEngine) -> bool:
    """Whether another connection opens the same database: not one that is in memory."""
    return engine.dialect.name == "sqlite" and Path(engine.url.database or "").is_file()
