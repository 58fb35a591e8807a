"""The engine itself, on SQLite: it hears of each job once, comes again later, and hands on what was not ended."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.errors import StoreError
from service.jobs.engine import Engine, Handlers, at_work, open_engine
from service.jobs.queue import ChunkJob, DraftJob

SECONDS = 20
SECRET = "Zyxwv-4929"


class Hands:
    """Notes what it is given to do, and does it when it is let."""

    def __init__(self, expected: int = 1, *, idle: bool = False) -> None:
        self.given: list[object] = []
        self.expected = expected
        self.all_given = asyncio.Event()
        self.go = asyncio.Event()
        if not idle:
            self.go.set()
        self.ended = 0
        self.most = 0

    async def draft(self, draft_id: str) -> None:
        """Note a draft."""
        await self._do(draft_id)

    async def chunk(self, chunk: ChunkJob) -> None:
        """Note a chunk."""
        await self._do(chunk)

    async def _do(self, what: object) -> None:
        self.given.append(what)
        self.most = max(self.most, len(self.given) - self.ended)
        if len(self.given) >= self.expected:
            self.all_given.set()
        await self.go.wait()
        self.ended += 1

    async def done(self) -> None:
        """Wait until all has come."""
        await asyncio.wait_for(self.all_given.wait(), SECONDS)

    def handlers(self) -> Handlers:
        """As the engine takes them."""
        return Handlers(self.draft, self.chunk)


@asynccontextmanager
async def working(
    engine: Engine, hands: Hands, name: str = "one", workers: int = 4, drain_s: float = 5
) -> AsyncIterator[None]:
    """The engine at work."""
    async with at_work(engine, hands.handlers(), executor_id=name, workers=workers, drain_s=drain_s):
        yield


def with_engine(folder: Path, work: Callable[[Engine], Awaitable[None]]) -> None:
    """Do something with the engine of a folder."""

    async def run() -> None:
        async with open_engine(f"sqlite+aiosqlite:///{folder / 'a.db'}") as engine:
            await work(engine)

    asyncio.run(run())


def statuses(folder: Path) -> list[tuple[str, str]]:
    """The workflows that the engine's own file knows."""
    connection = sqlite3.connect(folder / "a.engine.db")
    found = connection.execute("SELECT workflow_uuid, status FROM workflow_status ORDER BY 1").fetchall()
    connection.close()
    return found


def claim(folder: Path, workflow_id: str, executor_id: str) -> None:
    """Note a workflow as begun by a process that knows nothing of it."""
    with closing(sqlite3.connect(folder / "a.engine.db")) as connection, connection:
        connection.execute(
            "UPDATE workflow_status SET status = 'PENDING', executor_id = ? WHERE workflow_uuid = ?",
            (executor_id, workflow_id),
        )


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.02)


def test_each_job_once(tmp_path: Path) -> None:
    """However often it is told, before, during and after; chunks come as they are."""

    async def use(engine: Engine) -> None:
        jobs = (DraftJob("d-1"), DraftJob("d-2"), ChunkJob("b-1", 1, 50))
        await engine.enqueue(*jobs)
        await engine.enqueue(*jobs, DraftJob("d-1"))
        hands = Hands(4)
        async with working(engine, hands):
            await engine.enqueue(*jobs)
            await engine.enqueue(ChunkJob("b-1", 51, 60))
            await hands.done()
            await until(lambda: {status for _, status in statuses(tmp_path)} == {"SUCCESS"})
            await engine.enqueue(*jobs)
            await asyncio.sleep(0.5)
        assert sorted(map(str, hands.given)) == sorted(map(str, ["d-1", "d-2", jobs[2], ChunkJob("b-1", 51, 60)]))

    with_engine(tmp_path, use)


def test_no_more_at_once_than_workers(tmp_path: Path) -> None:
    """Two, of ten."""

    async def use(engine: Engine) -> None:
        await engine.enqueue(*(DraftJob(str(number)) for number in range(10)))
        hands = Hands(2, idle=True)
        async with working(engine, hands, workers=2):
            await hands.done()
            await asyncio.sleep(0.5)
            assert hands.most == 2
            hands.expected = 10
            hands.all_given.clear()
            hands.go.set()
            await hands.done()

    with_engine(tmp_path, use)


def test_later(tmp_path: Path) -> None:
    """After a while, once, though it is asked for twice; another try is another one."""

    async def use(engine: Engine) -> None:
        hands = Hands(2)
        async with working(engine, hands):
            began = asyncio.get_running_loop().time()
            await engine.enqueue_later("d-1", 1, 1, batch=False)
            await engine.enqueue_later("d-1", 1, 0, batch=False)
            await engine.enqueue_later("d-1", 2, 1, batch=False)
            await hands.done()
            assert asyncio.get_running_loop().time() - began >= 0.9
        assert hands.given == ["d-1", "d-1"]
        assert [name for name, _ in statuses(tmp_path)] == ["d-1.1", "d-1.2"]

    with_engine(tmp_path, use)


def test_lines_that_come_again_wait_among_themselves(tmp_path: Path) -> None:
    """However many there are, half the workers do them, and an agent's draft is begun at once; they are handed on."""

    async def use(engine: Engine) -> None:
        for number in range(10):
            await engine.enqueue_later(f"line-{number}", 1, 0, batch=True)
        first = Hands(2, idle=True)
        async with working(engine, first, "first", drain_s=0.5):
            await first.done()
            await asyncio.sleep(0.7)
            assert len(first.given) == 2
            await engine.enqueue(DraftJob("agent's"))
            await until(lambda: "agent's" in first.given)
        assert await engine.hand_on("first") >= 3
        second = Hands(11)
        async with working(engine, second, "second", workers=1):
            await second.done()
            await until(lambda: {status for _, status in statuses(tmp_path)} == {"SUCCESS"})
        assert len(set(second.given)) == 11

    with_engine(tmp_path, use)


def test_the_end_waits_for_what_is_under_way(tmp_path: Path) -> None:
    """What ends within the time has ended, and nothing more is begun."""

    async def use(engine: Engine) -> None:
        await engine.enqueue(*(DraftJob(str(number)) for number in range(6)))
        hands = Hands(2, idle=True)
        async with working(engine, hands, workers=2):
            await hands.done()
            asyncio.get_running_loop().call_later(0.3, hands.go.set)
        assert (len(hands.given), hands.ended) == (2, 2)

    with_engine(tmp_path, use)


def test_what_is_not_ended_is_handed_on(tmp_path: Path) -> None:
    """To the next process: each again, what it has claimed and not begun too; what has ended is left alone."""

    async def use(engine: Engine) -> None:
        jobs = [DraftJob(f"d-{number}") for number in range(6)]
        await engine.enqueue(*jobs, ChunkJob("b", 1, 2))
        first = Hands(3, idle=True)
        async with working(engine, first, "first", workers=2, drain_s=0.5):
            await first.done()
        assert first.ended == 0
        assert {status for _, status in statuses(tmp_path)} == {"PENDING", "ENQUEUED"}
        assert await engine.busy() == {"first"}
        assert await engine.hand_on("other") == 0
        assert await engine.hand_on("first") >= 3
        assert {status for _, status in statuses(tmp_path)} == {"ENQUEUED"}
        second = Hands(7)
        async with working(engine, second, "second"):
            await second.done()
            await until(lambda: {status for _, status in statuses(tmp_path)} == {"SUCCESS"})
        assert len(second.given) == 7
        assert await engine.hand_on("second") == 0
        assert await engine.busy() == set()

    with_engine(tmp_path, use)


def test_what_was_claimed_and_never_begun_is_taken_up(tmp_path: Path) -> None:
    """As after a connection that was cut with the claim; what is under way goes on and does not come again."""

    async def use(engine: Engine) -> None:
        hands = Hands(1, idle=True)
        at = at_work(engine, hands.handlers(), executor_id="one", workers=1, drain_s=5, check_s=0.3)
        async with at:
            await engine.enqueue(DraftJob("a"))
            await hands.done()
            await engine.enqueue(DraftJob("b"))
            claim(tmp_path, "b", "one")
            hands.expected = 2
            hands.all_given.clear()
            await until(lambda: ("b", "ENQUEUED") in statuses(tmp_path))
            hands.go.set()
            await hands.done()
            await until(lambda: {status for _, status in statuses(tmp_path)} == {"SUCCESS"})
        assert hands.given == ["a", "b"]

    with_engine(tmp_path, use)


def test_what_is_lost_is_sent_again(tmp_path: Path) -> None:
    """What it never heard of, what ended though the draft did not; not what waits, is under way, or comes later."""

    async def use(engine: Engine) -> None:
        await engine.enqueue(DraftJob("ended"), DraftJob("running"))
        hands = Hands(2, idle=True)

        async def draft(draft_id: str) -> None:
            hands.given.append(draft_id)
            if hands.given.count("ended") == 1 and draft_id == "ended":
                raise RuntimeError
            if draft_id == "running":
                await hands.go.wait()

        async with at_work(engine, Handlers(draft, hands.chunk), executor_id="one", workers=2, drain_s=5):
            await until(lambda: set(statuses(tmp_path)) == {("ended", "ERROR"), ("running", "PENDING")})
            await engine.enqueue_later("later", 3, 60, batch=False)
            tries = {"ended": 1, "running": 1, "later": 3, "unheard": 0}
            assert await engine.lost(tries) == ["ended", "unheard"]
            await engine.resend({"ended": 1, "unheard": 0})
            await until(lambda: {("ended", "SUCCESS"), ("unheard", "SUCCESS")} <= set(statuses(tmp_path)))
            assert sorted(map(str, hands.given)) == ["ended", "ended", "running", "unheard"]
            hands.go.set()

    with_engine(tmp_path, use)


def test_the_engine_keeps_no_word_of_an_error(tmp_path: Path) -> None:
    """Neither of a draft's nor of a chunk's, whose errors nobody foresaw: only the kind."""

    async def broken(_: object) -> None:
        raise RuntimeError(SECRET) from ValueError(SECRET)

    async def use(engine: Engine) -> None:
        await engine.enqueue(DraftJob("d-1"), ChunkJob("b", 1, 2))
        async with at_work(engine, Handlers(broken, broken), executor_id="one", workers=2, drain_s=5):
            await until(lambda: [status for _, status in statuses(tmp_path)] == ["ERROR"] * 2)

    with_engine(tmp_path, use)
    held = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"RuntimeError" in held
    assert SECRET.encode() not in held


def test_lost_chunks_are_sent_again(tmp_path: Path) -> None:
    """Neither those that wait, nor those whose drafts are tried again later: what has ended and left work behind."""

    async def use(engine: Engine) -> None:
        waits, ended, later, unknown = (ChunkJob("b", first, first + 49) for first in (1, 51, 101, 151))
        hands = Hands(2)
        async with working(engine, hands):
            await engine.enqueue(ended, later)
            await hands.done()
            await until(lambda: {status for _, status in statuses(tmp_path)} == {"SUCCESS"})
        await engine.enqueue(waits)
        await engine.enqueue_later("d-3", 1, 60, batch=False)
        tries = {waits: {"d-1": 0}, ended: {"d-2": 1}, later: {"d-3": 1}, unknown: {"d-4": 0, "d-5": 0}}
        assert await engine.lost_chunks(tries) == [ended, unknown]
        await engine.resend_chunks([ended, unknown])
        assert await engine.lost_chunks(tries) == []
        assert await engine.lost_chunks({}) == []
        assert await engine.lost_chunks({later: {"d-3": 1, "d-6": 0}}) == [later]
        await engine.resend_chunks([later])
        again = Hands(4)
        async with working(engine, again):
            await again.done()
        assert sorted(map(str, again.given)) == sorted(map(str, (waits, ended, later, unknown)))

    with_engine(tmp_path, use)


def test_it_forgets_what_has_ended(tmp_path: Path) -> None:
    """After a while, and nothing else."""

    async def use(engine: Engine) -> None:
        await engine.enqueue(DraftJob("d-1"))
        async with working(engine, Hands()):
            await until(lambda: statuses(tmp_path) == [("d-1", "SUCCESS")])
        await engine.enqueue(DraftJob("d-2"))
        now = datetime.now(UTC)
        assert await engine.forget(now - timedelta(hours=1)) == 0
        assert await engine.forget(now + timedelta(hours=1)) == 1
        assert statuses(tmp_path) == [("d-2", "ENQUEUED")]

    with_engine(tmp_path, use)


def test_a_database_that_stands_still(tmp_path: Path) -> None:
    """Is an error after a while, and takes no threads that others need; afterwards all goes on."""

    async def use() -> None:
        async with open_engine(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}", patience_s=0.5) as engine:
            with closing(sqlite3.connect(tmp_path / "a.engine.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                calls = [engine.enqueue(DraftJob(str(number))) for number in range(40)]
                faults = await asyncio.gather(*calls, return_exceptions=True)
                assert {type(fault) for fault in faults} == {StoreError}
                assert "has not answered within 0.5 s" in str(faults[0])
                assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), SECONDS / 4) == 1
                other.execute("ROLLBACK")
            async with asyncio.timeout(SECONDS):
                while True:
                    with suppress(StoreError):  # until the threads are free again
                        await engine.enqueue(DraftJob("after"))
                        break
        assert ("after", "ENQUEUED") in statuses(tmp_path)

    asyncio.run(use())


def test_a_database_that_cannot_be_had(tmp_path: Path) -> None:
    """Is an error that names it, at the start and later."""
    (tmp_path / "a.engine.db").write_bytes(b"no database at all, " * 100)

    async def use(engine: Engine) -> None:
        raise AssertionError(engine)

    with pytest.raises(StoreError, match=r"a\.engine\.db failed: file is not a database"):
        with_engine(tmp_path, use)
