"""Runs whole transactions, each of them a function of its connection.

A statement through SQLite's asynchronous driver changes threads several times, and a transaction dozens of times, each
of which costs more than SQLite's own work: here a transaction changes threads twice.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

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


@dataclass(frozen=True, slots=True, eq=False)
class Asked(Generic[T]):
    """A transaction that is `given` to whoever asked for it `at` a moment of the monotonic clock."""

    work: Callable[[Connection], T]
    lasting: bool
    at: float
    given: asyncio.Future[T]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a transaction came to."""

    value: object = None
    error: Exception | None = None


class OnThread:
    """Transactions on a thread and a connection of their own, one after the other, as SQLite has its writers.

    Its connection stays open: taking it from a pool would cost as much as a small transaction. They wait in line for
    their `turn` with the other writers of this process, of which they would else lose the lock again and again, and at
    most `wait_ms` for those of other processes, the turn included. All that wait when the turn comes are committed
    together, since a commit takes longer than what is in it; where that fails, each is tried by itself, so that none
    fails for another: a `work` may be called twice, but its rows are kept once. One whose caller is cancelled is not
    begun any more, or ends as it would have ended.
    """

    def __init__(self, engine: Engine, turn: asyncio.Lock, wait_ms: int) -> None:
        self._engine = engine
        self._turn = turn
        self._wait_ms = wait_ms
        self._thread = ThreadPoolExecutor(1, "transactions")
        self._connection = engine.connect()
        self._pragmas: dict[str, str] = {}
        self._waiting: list[Asked[Any]] = []
        self._next: asyncio.Task[None] | None = None  # takes the next turn for all that wait

    async def run(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """What `work` gives, after the commit; nothing is committed where it raises."""
        given: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Asked(work, lasting, time.monotonic(), given))
        if len(self._waiting) == 1 and not self._turn.locked():
            await self._begin_at_once(given)
        elif len(self._waiting) == 1:
            self._next = asyncio.create_task(self._take_turn())
        return await given

    async def _begin_at_once(self, given: asyncio.Future[T]) -> None:
        try:
            await self._take_turn()
        except asyncio.CancelledError:  # another writer had been woken, and others may wait behind this one
            given.cancel()
            self._next = asyncio.create_task(self._take_turn())
            raise

    async def _take_turn(self) -> None:
        try:
            await wait_for_turn(self._turn)
        except sqlite3.OperationalError as error:  # those that came later would wait for the same
            asked, self._waiting = self._waiting, []
            self._give(asked, [Ended(error=error)] * len(asked))
            return
        asked, self._waiting = [each for each in self._waiting if not each.given.done()], []
        if not asked:  # all were cancelled, or this is closed, and so is the thread
            self._turn.release()
            return
        loop = asyncio.get_running_loop()
        # Not when the callers go on: they may be cancelled while the thread still writes. And in one step with the
        # results: the loop is woken once.
        under_way = self._thread.submit(self._run, asked)
        under_way.add_done_callback(lambda ended: loop.call_soon_threadsafe(self._end, asked, ended))

    def _run(self, asked: Sequence[Asked[Any]]) -> list[Ended]:
        try:
            return [Ended(value) for value in self._commit(asked)]
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            if len(asked) == 1:
                return [Ended(error=error)]
        return [ended for each in asked for ended in self._run([each])]

    def _commit(self, asked: Sequence[Asked[Any]]) -> list[object]:
        # What had to wait for its turn, maybe behind some that waited for the lock, does not wait as long again.
        left = max(0, self._wait_ms - round(time.monotonic() - asked[0].at, 1) * 1000)
        self._set(busy_timeout=f"{left:.0f}", synchronous="FULL" if any(each.lasting for each in asked) else "NORMAL")
        with self._connection.begin():
            return [each.work(self._connection) for each in asked]

    def _end(self, asked: Sequence[Asked[Any]], ended: Future[list[Ended]]) -> None:
        self._turn.release()
        self._give(asked, ended.result())

    def _give(self, asked: Sequence[Asked[Any]], ended: Sequence[Ended]) -> None:
        for each, end in zip(asked, ended, strict=True):
            if each.given.done():  # cancelled
                continue
            if end.error:
                each.given.set_exception(end.error)
            else:
                each.given.set_result(end.value)

    def _set(self, **pragmas: str) -> None:
        """Set what is not yet as it should be: even that takes a while where others want the interpreter."""
        changed = pragmas.items() - self._pragmas.items()
        if not changed:
            return
        cursor = self._connection.connection.cursor()
        for name, value in changed:
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()
        self._pragmas = pragmas

    async def aclose(self) -> None:
        """End what is under way, begin nothing more, and close the connection."""
        if self._next:
            self._next.cancel()
            await asyncio.wait({self._next})
        for each in self._waiting:
            each.given.cancel()
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
