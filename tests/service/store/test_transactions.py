"""Transactions as functions: committed whole or not at all, wherever they run, and in turn on SQLite."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from service.errors import StoreError
from service.idempotency import DEFAULT_TENANT
from service.store.database import open_database
from service.store.idempotency import KeyRepository
from service.store.repository import DraftRepository
from service.store.transactions import OnPool, OnThread, Transactions, open_transactions
from service.store.turns import turn_of
from tests.service.parts import ATTEMPT, NOW, make_case, make_result
from tests.service.store.test_idempotency import MINE, kept

FILE, MEMORY = "sqlite+aiosqlite:///{folder}/a.db", "sqlite+aiosqlite:///:memory:"
BOTH = pytest.mark.parametrize("url", [FILE, MEMORY])
ADD = text("INSERT INTO processes VALUES (:id, '1', '2025-01-01', '2025-01-01')")


@asynccontextmanager
async def transactions_in(url: str) -> AsyncIterator[Transactions]:
    """Transactions on a new database."""
    async with open_database(url) as engine, open_transactions(engine) as transactions:
        yield transactions


def add(*names: str) -> Callable[[Connection], str]:
    """The work that adds rows, and says on which thread."""

    def work(connection: Connection) -> str:
        for name in names:
            connection.execute(ADD, {"id": name})
        return threading.current_thread().name

    return work


def ids(connection: Connection) -> list[str]:
    """The rows that there are."""
    return list(connection.scalars(text("SELECT id FROM processes ORDER BY id")))


def in_order(connection: Connection) -> list[str]:
    """The rows as they were written."""
    return list(connection.scalars(text("SELECT id FROM processes ORDER BY rowid")))


@BOTH
def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path, url: str) -> None:
    """What raises leaves nothing behind, and the next transaction is not harmed by it."""

    async def run() -> None:
        async with transactions_in(url.format(folder=tmp_path)) as transactions:
            await transactions.run(add("one"))
            with pytest.raises(IntegrityError):
                await transactions.run(add("two", "one"))
            await transactions.run(add("three"))
            assert await transactions.run(ids) == ["one", "three"]

    asyncio.run(run())


def test_a_file_has_a_thread_and_memory_has_not(tmp_path: Path) -> None:
    """A second connection to a database in memory would see another database."""

    async def run() -> None:
        async with transactions_in(FILE.format(folder=tmp_path)) as transactions:
            assert isinstance(transactions, OnThread)
            names = [await transactions.run(add()) for _ in range(5)]
            assert set(names) == {"transactions_0"}
        async with transactions_in(MEMORY) as transactions:
            assert isinstance(transactions, OnPool)

    asyncio.run(run())


def test_only_what_need_not_last_spares_the_disk(tmp_path: Path) -> None:
    """Every other commit is on the disk before it is answered: FULL is 2, NORMAL is 1."""

    def synchronous(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    async def run() -> list[int]:
        async with transactions_in(FILE.format(folder=tmp_path)) as transactions:
            return [
                await transactions.run(synchronous),
                await transactions.run(synchronous, lasting=False),
                await transactions.run(synchronous, lasting=True),
            ]

    assert asyncio.run(run()) == [2, 1, 2]


def test_many_at_once_take_turns(tmp_path: Path) -> None:
    """Also beside the other connections of the process, which wait for the lock as they do among themselves."""

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            pooled = OnPool(engine)
            each = [
                where.run(add(f"{number:02}")) for number, where in enumerate([transactions, pooled, transactions] * 10)
            ]
            await asyncio.gather(*each)
            assert await transactions.run(ids) == [f"{number:02}" for number in range(30)]

    asyncio.run(run())


def test_background_writers_do_not_overtake(tmp_path: Path) -> None:
    """A transaction on the thread comes after those that were there before it, and before those that came later."""

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            async with AsyncExitStack() as opened:  # to open one takes its time, in which others would come first
                for _ in range(4):
                    await opened.enter_async_context(engine.connect())
            pooled = OnPool(engine)
            async with asyncio.TaskGroup() as group, engine.begin() as holding:
                await holding.execute(ADD, {"id": "first"})
                writing = []
                for number in range(4):
                    where = transactions if number == 2 else pooled
                    writing.append(group.create_task(where.run(add(str(number)))))
                    await asyncio.sleep(0.1)
                assert not any(task.done() for task in writing)
            assert await transactions.run(in_order) == ["first", "0", "1", "2", "3"]

    asyncio.run(run())


def test_who_is_cancelled_keeps_the_turn_while_its_thread_writes(tmp_path: Path) -> None:
    """And gives it back then: the next writer finds the lock free."""
    begun, may_end = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        may_end.wait(5)
        add("slow")(connection)

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            first = asyncio.create_task(transactions.run(slow))
            await asyncio.to_thread(begun.wait, 5)
            first.cancel()
            await asyncio.wait({first})
            next_one = asyncio.create_task(OnPool(engine).run(add("next")))
            await asyncio.sleep(0.05)
            assert not next_one.done()
            may_end.set()
            async with asyncio.timeout(5):
                await next_one
            assert await transactions.run(ids) == ["next", "slow"]

    asyncio.run(run())


def test_what_was_begun_is_ended_before_it_closes(tmp_path: Path) -> None:
    """Whoever was cancelled in the middle of a transaction finds it committed; one that had to wait is not begun."""
    begun, may_end = threading.Event(), threading.Event()
    faults: list[dict[str, object]] = []

    def slow(connection: Connection) -> None:
        begun.set()
        may_end.wait(5)
        add("slow")(connection)

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        async with transactions_in(FILE.format(folder=tmp_path)) as transactions:
            first = asyncio.create_task(transactions.run(slow))
            second, third = (asyncio.create_task(transactions.run(add(name))) for name in ("second", "third"))
            await asyncio.to_thread(begun.wait, 5)
            for task in (first, second):
                task.cancel()
            await asyncio.wait({first, second})
            asyncio.get_running_loop().call_later(0.1, may_end.set)
        await asyncio.wait({third})
        assert third.cancelled()
        gc.collect()
        async with transactions_in(FILE.format(folder=tmp_path)) as transactions:
            assert await transactions.run(ids) == ["slow"]
        assert faults == []

    asyncio.run(run())


@pytest.mark.parametrize("names", [("1", "2", "3", "4"), ("1", "2", "0", "4")], ids=["all", "all but one"])
def test_what_waits_is_committed_together(tmp_path: Path, names: tuple[str, ...]) -> None:
    """In one transaction, in the order in which it came; what fails has no part in it, and takes nobody with it."""
    seen: list[tuple[str, object]] = []

    def work(name: str, connection: Connection) -> None:
        seen.append((name, connection.get_transaction()))
        add(name)(connection)

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            await transactions.run(add("0"))
            async with engine.begin() as holding:
                await holding.execute(ADD, {"id": "held"})
                each = [asyncio.create_task(transactions.run(partial(work, name))) for name in names]
                given_up = asyncio.create_task(transactions.run(partial(work, "given up")))
                await asyncio.sleep(0.05)
                given_up.cancel()
            ended = await asyncio.gather(*each, return_exceptions=True)
            good = [name for name in names if name != "0"]
            assert [type(end) for end in ended] == [IntegrityError if name == "0" else type(None) for name in names]
            assert await transactions.run(ids) == ["0", *good, "held"]
            if len(good) == len(names):
                assert [name for name, _ in seen] == good
                assert len({id(transaction) for _, transaction in seen}) == 1

    asyncio.run(run())


def test_nobody_waits_behind_one_that_is_cancelled(tmp_path: Path) -> None:
    """Also where it was cancelled in the moment in which another writer was told that it is its turn."""

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            turn = turn_of(engine)
            await turn.acquire()
            other = asyncio.create_task(turn.acquire())
            await asyncio.sleep(0)
            first = asyncio.create_task(transactions.run(add("first")))  # runs before the other does
            turn.release()
            await other
            second = asyncio.create_task(transactions.run(add("second")))
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.wait({first})
            turn.release()
            async with asyncio.timeout(5):
                await second
            assert await transactions.run(ids) == ["second"]

    asyncio.run(run())


def test_what_is_closed_takes_no_turn(tmp_path: Path) -> None:
    """Also not for one that was about to begin: it is cancelled, and the other writers go on."""

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine:
            turn = turn_of(engine)
            async with open_transactions(engine) as transactions:
                await turn.acquire()
                other = asyncio.create_task(turn.acquire())
                await asyncio.sleep(0)
                first = asyncio.create_task(transactions.run(add("first")))  # runs before the other does
                turn.release()
                await other
            turn.release()
            await asyncio.wait({first}, timeout=5)
            assert first.cancelled()
            assert not turn.locked()

    asyncio.run(run())


def test_drafts_and_keys_are_stored_through_it(tmp_path: Path) -> None:
    """A draft, its claim and its answer, as over the engine itself; and errors are explained alike."""

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            keys, drafts = KeyRepository(engine, transactions), DraftRepository(engine, transactions)
            result = make_result("id-1", make_case())
            assert await keys.claim(MINE, NOW, NOW + timedelta(minutes=1)) is None
            await drafts.add(DEFAULT_TENANT, make_case(), result, [ATTEMPT], NOW, kept=kept())
            assert await drafts.get(DEFAULT_TENANT, "id-1") == result
            with pytest.raises(StoreError, match="UNIQUE"):
                await drafts.add(DEFAULT_TENANT, make_case(), result, [ATTEMPT], NOW)
            standing = await keys.claim(MINE, NOW, NOW + timedelta(minutes=1))
            assert standing
            assert standing.answer == kept().answer

    asyncio.run(run())


def test_a_full_disk_is_told_and_harms_nothing_after_it(tmp_path: Path) -> None:
    """The connection is as good as before once there is room again."""

    def limit(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    async def run() -> None:
        async with open_database(FILE.format(folder=tmp_path)) as engine, open_transactions(engine) as transactions:
            drafts = DraftRepository(engine, transactions)
            large = make_result("large", make_case(), "x" * 100_000)
            await transactions.run(partial(limit, pages=1))  # SQLite takes it for as many as there are
            for _ in range(3):
                with pytest.raises(StoreError, match="full"):
                    await drafts.add(DEFAULT_TENANT, make_case(), large, [ATTEMPT], NOW)
            await transactions.run(partial(limit, pages=1_000_000))
            await drafts.add(DEFAULT_TENANT, make_case(), large, [ATTEMPT], NOW)
            assert await drafts.get(DEFAULT_TENANT, "large") == large

    asyncio.run(run())


def test_a_database_that_another_process_holds_is_told(tmp_path: Path) -> None:
    """To all who wait, in the time of one: nobody waits for the lock again after having waited for a turn."""

    async def run() -> None:
        async with (
            open_database(FILE.format(folder=tmp_path)) as engine,
            open_transactions(engine, wait_ms=300) as transactions,
        ):
            other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            keys = KeyRepository(engine, transactions)
            told = await asyncio.gather(
                *(keys.claim(MINE, NOW, NOW + timedelta(minutes=1)) for _ in range(10)), return_exceptions=True
            )
            assert time.monotonic() - began < 2
            assert {type(each) for each in told} == {StoreError}
            assert "busy" in str(told[-1])
            other.execute("ROLLBACK")
            other.close()
            await transactions.run(add("one"))
            assert await transactions.run(ids) == ["one"]

    asyncio.run(run())
