"""Batches in a database: there as a whole or not at all, told, worked off, ended once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.api.problems import problem_of
from service.audit import OPERATOR
from service.batches.intake import Opened
from service.batches.schemas import Batch, BatchCounts, BatchFault, BatchLine
from service.errors import BatchFinished, BatchNotFound, KeyInUse, NotJson, StoreError
from service.idempotency import DEFAULT_TENANT, Answer, Claim, Kept
from service.jobs.queue import ChunkJob
from service.jobs.stages import Accepted, Begun
from service.schemas import Problem
from service.store.batch_lines import BatchLines
from service.store.batch_work import BatchWork
from service.store.batches import BatchRepository
from service.store.database import open_database
from service.store.jobs import JobRepository
from service.store.tables import JobRow
from tests.databases import rows
from tests.service.keys import ASKED
from tests.service.parts import ATTEMPT, NOW, make_case, make_result

LATER = NOW + timedelta(minutes=5)
FAULT = problem_of(NotJson("not valid JSON"))
TENANT = DEFAULT_TENANT


@dataclass(frozen=True)
class Site:
    """What is kept of batches in one database."""

    engine: AsyncEngine
    batches: BatchRepository
    work: BatchWork
    lines: BatchLines
    jobs: JobRepository

    async def accept(self, batch_id: str = "b", cases: int = 3, faults: tuple[int, ...] = ()) -> None:
        """Accept a batch of so many cases, in the lines between the faulty ones."""
        await self.receive(batch_id, cases, faults)
        await self.batches.accept(_batch(batch_id, cases, faults), TENANT, None)

    async def receive(self, batch_id: str = "b", cases: int = 3, faults: tuple[int, ...] = ()) -> None:
        """Take in what belongs to it."""
        await self.batches.open(Opened(batch_id, TENANT, NOW))
        numbers = [line for line in range(1, cases + len(faults) + 1) if line not in faults]
        jobs = [Accepted(f"{batch_id}-{line}", TENANT, make_case(NOW), NOW, batch_id, line) for line in numbers]
        named = [BatchFault(line=line, id=f"ref-{line}", error=FAULT) for line in faults]
        await self.batches.add(batch_id, jobs, named)

    async def draft(self, draft_id: str, draft: str | None = "We are sorry.") -> bool:
        """Make a draft; None where it fails."""
        begun = await self.jobs.begin(draft_id)
        assert isinstance(begun, Begun)
        result = make_result(draft_id, begun.case, draft)
        if draft is None:
            result = result.model_copy(update={"problem": FAULT})
        return await self.jobs.finish(begun, result, (ATTEMPT,), NOW)

    async def count(self, table: str, where: str = "true") -> object:
        """How many rows of a table there are."""
        async with self.engine.connect() as connection:
            return await connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}"))


def _batch(batch_id: str, cases: int, faults: tuple[int, ...]) -> Batch:
    return Batch(
        id=batch_id,
        status="running" if cases else "finished",
        created_at=NOW,
        finished_at=None if cases else NOW,
        lines=cases + len(faults),
        counts=BatchCounts(queued=cases, faulty=len(faults)),
        faults=(),
    )


def with_site(url: str, use: Callable[[Site], Awaitable[None]]) -> None:
    """Use a new database."""

    async def run() -> None:
        async with open_database(url) as engine:
            await use(
                Site(engine, BatchRepository(engine), BatchWork(engine), BatchLines(engine), JobRepository(engine))
            )

    asyncio.run(run())


def test_a_batch_is_seen_when_it_is_accepted(database_url: str) -> None:
    """Not before, by nobody else, and not where it failed in the middle."""

    async def use(site: Site) -> None:
        await site.receive("b", 2, (2,))
        for tenant in (TENANT, "other"):
            with pytest.raises(BatchNotFound):
                await site.lines.get(tenant, "b")
        await site.batches.accept(_batch("b", 2, (2,)), TENANT, None)
        with pytest.raises(BatchNotFound):
            await site.lines.get("other", "b")
        assert await site.lines.page("other", "b", 0, 10) == []
        batch = await site.lines.get(TENANT, "b")
        assert (batch.status, batch.lines, batch.finished_at, batch.created_at) == ("running", 3, None, NOW)
        assert batch.counts == BatchCounts(queued=2, faulty=1)
        assert batch.faults == (BatchFault(line=2, id="ref-2", error=FAULT),)

    with_site(database_url, use)


def test_the_answer_is_kept_with_it_or_not_at_all(database_url: str) -> None:
    """A key that another process took over keeps the batch out."""

    async def use(site: Site) -> None:
        await site.receive()
        kept = Kept(Claim(ASKED, "who lost it"), Answer(202, "{}"), LATER)
        with pytest.raises(KeyInUse):
            await site.batches.accept(_batch("b", 3, ()), TENANT, kept)
        with pytest.raises(BatchNotFound):
            await site.lines.get(TENANT, "b")

    with_site(database_url, use)


def test_what_is_discarded_is_gone(database_url: str) -> None:
    """With every line; what was accepted stays, whoever asks."""

    async def use(site: Site) -> None:
        await site.receive("b", 2, (2,))
        await site.batches.discard("b")
        assert [await site.count(table) for table in ("batches", "jobs", "batch_faults")] == [0, 0, 0]
        with pytest.raises(StoreError, match="send it again"):
            await site.batches.accept(_batch("b", 2, (2,)), TENANT, None)
        await site.accept("c")
        await site.batches.discard("c")
        assert await site.count("jobs") == 3

    with_site(database_url, use)


def test_what_was_abandoned_is_deleted(database_url: str) -> None:
    """What is old and was never accepted; neither what is still taken in nor what is accepted."""

    async def use(site: Site) -> None:
        await site.receive("dead")
        await site.accept("accepted")
        await site.batches.discard_abandoned(NOW)
        assert await site.count("batches") == 2
        await site.batches.discard_abandoned(LATER)
        assert [await site.count("batches"), await site.count("jobs")] == [1, 3]

    with_site(database_url, use)


def test_the_engine_is_told_what_it_has_not_heard(database_url: str) -> None:
    """Late batches are found until they are marked; their jobs are never found one by one."""

    async def use(site: Site) -> None:
        await site.receive("receiving")
        await site.accept("b", cases=60, faults=(2,))
        await site.accept("faulty", cases=0, faults=(1,))
        assert await site.batches.not_enqueued(NOW, 10) == []
        assert await site.batches.not_enqueued(LATER, 10) == ["b"]
        assert await site.batches.chunks("b") == [ChunkJob("b", 1, 51), ChunkJob("b", 52, 61)]
        await site.batches.mark_enqueued("b")
        assert await site.batches.not_enqueued(LATER, 10) == []
        assert await site.jobs.not_enqueued(LATER, 10) == []
        assert await site.count("jobs", "enqueued = false") == 0

    with_site(database_url, use)


def test_a_chunk_is_what_is_left_of_it(database_url: str) -> None:
    """In order, without what is done or cancelled, with what a dead process had begun."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=6)
        await site.draft("b-2")
        await site.jobs.begin("b-4")
        await site.jobs.cancel(TENANT, "b-3", OPERATOR, NOW)
        assert await site.work.unfinished(ChunkJob("b", 1, 5)) == ["b-1", "b-4", "b-5"]
        assert await site.work.unfinished(ChunkJob("b", 6, 60)) == ["b-6"]
        assert await site.work.unfinished(ChunkJob("other", 1, 5)) == []

    with_site(database_url, use)


def test_the_last_one_finishes_the_batch(database_url: str) -> None:
    """Once, however many ask at once, and not before all are done."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=2, faults=(2,))
        await site.draft("b-1")
        assert (await site.work.finish("b", NOW), await site.work.ended(10)) == (False, [])
        await site.draft("b-3", None)
        assert await site.work.ended(10) == ["b"]
        assert sorted(await asyncio.gather(*(site.work.finish("b", LATER) for _ in range(5)))) == [False] * 4 + [True]
        batch = await site.lines.get(TENANT, "b")
        assert (batch.status, batch.finished_at) == ("finished", LATER)
        assert batch.counts == BatchCounts(ready=1, failed=1, faulty=1)
        assert await site.work.ended(10) == []

    with_site(database_url, use)


def test_a_batch_that_is_taken_in_is_never_finished(database_url: str) -> None:
    """Though nothing of it is unfinished yet."""

    async def use(site: Site) -> None:
        await site.batches.open(Opened("b", TENANT, NOW))
        assert (await site.work.ended(10), await site.work.finish("b", NOW)) == ([], False)

    with_site(database_url, use)


def test_a_cancelled_batch_keeps_what_is_made(database_url: str) -> None:
    """What waits is cancelled with its texts, what is worked on is told and not stored; again is no harm."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=4)
        await site.accept("other")
        await site.draft("b-1")
        begun = await site.jobs.begin("b-2")
        assert isinstance(begun, Begun)
        assert await site.work.cancel(TENANT, "b", OPERATOR, LATER) == ["b-2"]
        assert not await site.jobs.finish(begun, make_result("b-2", begun.case), (), LATER)
        assert await site.work.cancel(TENANT, "b", OPERATOR, NOW) == []
        batch = await site.lines.get(TENANT, "b")
        assert (batch.status, batch.finished_at) == ("cancelled", LATER)
        assert batch.counts == BatchCounts(ready=1, cancelled=3)
        assert await site.work.unfinished(ChunkJob("b", 1, 4)) == []
        assert not await site.work.finish("b", NOW)
        assert await site.count("jobs", "batch_id = 'b' AND case_json IS NOT NULL") == 0
        assert (await site.lines.get(TENANT, "other")).counts == BatchCounts(queued=3)

    with_site(database_url, use)


def test_cancelling_a_batch_is_in_the_trail(database_url: str) -> None:
    """Once, with how many cases it deleted."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=3)
        await site.draft("b-1")
        for _ in range(2):
            await site.work.cancel(TENANT, "b", OPERATOR, LATER)

    with_site(database_url, use)
    trail = rows(database_url, "SELECT actor, action, about, figures_json FROM audit")
    assert trail == [("operator", "batch.cancelled", "b", '{"drafts": 2}')]


def test_what_is_left_of_a_batch(database_url: str) -> None:
    """By its chunks as they always are, with the tries of each draft; of batches that are old and not ended."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=110, faults=(2,))
        await site.accept("untold")
        await site.accept("ended", cases=0, faults=(1,))
        await site.batches.mark_enqueued("b")
        assert (await site.work.running(NOW, 9), await site.work.running(LATER, 9)) == ([], ["b"])
        for line in range(52, 102):
            await site.draft(f"b-{line}")
        await site.draft("b-1")
        await site.jobs.begin("b-3")
        left = await site.work.left("b")
        assert list(left) == [ChunkJob("b", 1, 51), ChunkJob("b", 102, 111)]
        assert left[ChunkJob("b", 102, 111)] == {f"b-{line}": 0 for line in range(102, 112)}
        assert (len(left[ChunkJob("b", 1, 51)]), left[ChunkJob("b", 1, 51)]["b-3"]) == (49, 1)

    with_site(database_url, use)


def test_what_cannot_be_cancelled(database_url: str) -> None:
    """A batch that is finished, is taken in, is somebody else's, or is not there."""

    async def use(site: Site) -> None:
        await site.accept("faulty", cases=0, faults=(1,))
        await site.receive("receiving")
        await site.accept("b")
        with pytest.raises(BatchFinished):
            await site.work.cancel(TENANT, "faulty", OPERATOR, LATER)
        for tenant, batch_id in ((TENANT, "receiving"), ("other", "b"), (TENANT, "none")):
            with pytest.raises(BatchNotFound):
                await site.work.cancel(tenant, batch_id, OPERATOR, LATER)
        assert (await site.lines.get(TENANT, "b")).status == "running"

    with_site(database_url, use)


def test_lines_are_in_order_page_by_page(database_url: str) -> None:
    """Made, failed, cancelled, waiting and faulty ones; every line in one page."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=5, faults=(2, 4, 8))
        await site.draft("b-1")
        await site.draft("b-3", None)
        await site.jobs.begin("b-5")
        await site.jobs.cancel(TENANT, "b-6", OPERATOR, NOW)
        for limit in (1, 2, 3, 100):
            found = await _pages(site, limit)
            assert [(line.line, line.status) for line in found] == [
                (1, "ready"),
                (2, "faulty"),
                (3, "failed"),
                (4, "faulty"),
                (5, "running"),
                (6, "cancelled"),
                (7, "queued"),
                (8, "faulty"),
            ]
        first, second, third, *_ = found
        assert first == BatchLine(
            line=1, id="ticket-7", draft_id="b-1", status="ready", result=make_result("b-1", make_case(NOW))
        )
        assert second == BatchLine(line=2, id="ref-2", draft_id=None, status="faulty", error=FAULT)
        assert (third.result, third.error, third.draft_id) == (None, FAULT, "b-3")
        assert all(line.result is None and line.error is None for line in found if line.line in (5, 6, 7))

    with_site(database_url, use)


def test_a_line_whose_texts_are_gone_has_its_status(database_url: str) -> None:
    """Figures outlive texts."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=1)
        await site.draft("b-1")
        async with site.engine.begin() as connection:
            await connection.execute(text("UPDATE drafts SET result_json = NULL"))
            await connection.execute(update(JobRow).values(ref=None))
        assert await _pages(site, 5) == [BatchLine(line=1, id=None, draft_id="b-1", status="ready")]

    with_site(database_url, use)


def test_a_batch_that_ends_is_announced_once(database_url: str) -> None:
    """In the transaction that ends it: finished, cancelled, for all that was given up, or finished from the start."""

    async def use(site: Site) -> None:
        async with site.engine.begin() as connection:
            events = '["draft.finished", "batch.finished"]'
            listening = f"('w', 'default', '2025-01-01', 'https://x', '{events}', 's')"
            await connection.execute(
                text(f"INSERT INTO webhooks (id, tenant, created_at, url, events_json, secret) VALUES {listening}")
            )
        await site.accept("b", cases=1)
        await site.draft("b-1")
        await asyncio.gather(site.work.finish("b", NOW), site.work.finish("b", NOW))
        await site.accept("c")
        await site.work.cancel(TENANT, "c", OPERATOR, NOW)
        await site.accept("d", cases=0, faults=(1,))
        async with site.engine.connect() as connection:
            rows = await connection.execute(text("SELECT about, body FROM webhook_deliveries ORDER BY about"))
            told = [(about, '"cancelled"' in body) for about, body in rows]
        assert told == [("b", False), ("b-1", False), ("c", True), ("d", False)]

    with_site(database_url, use)


async def _pages(site: Site, limit: int) -> list[BatchLine]:
    found: list[BatchLine] = []
    while page := await site.lines.page(TENANT, "b", found[-1].line if found else 0, limit):
        assert len(page) <= limit
        found += page
    return found


def test_a_problem_is_kept_as_it_is(database_url: str) -> None:
    """With every fault of the line, and a reference that quotes."""

    async def use(site: Site) -> None:
        await site.batches.open(Opened("b", TENANT, NOW))
        problem = Problem(type="t", title="t", status=422, detail='a "quote" and an ü\n')
        fault = BatchFault(line=1, id="it's", error=problem)
        await site.batches.add("b", [], [fault])
        await site.batches.accept(_batch("b", 0, (1,)), TENANT, None)
        assert (await site.lines.get(TENANT, "b")).faults == (fault,)

    with_site(database_url, use)


def test_the_last_of_many_at_once_finishes_it(database_url: str) -> None:
    """Whoever stored a draft asks after that: one of them sees that all are done."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=12)

        async def work(line: int) -> bool:
            await site.draft(f"b-{line}")
            return await site.work.finish("b", LATER)

        assert sum(await asyncio.gather(*map(work, range(1, 13)))) == 1
        assert (await site.lines.get(TENANT, "b")).counts == BatchCounts(ready=12)

    with_site(database_url, use)


def test_a_draft_is_stored_or_cancelled(database_url: str) -> None:
    """Whichever comes first, and never both, while a batch is cancelled in the middle of its work."""

    async def use(site: Site) -> None:
        await site.accept("b", cases=12)
        begun = [each for line in range(1, 13) if isinstance(each := await site.jobs.begin(f"b-{line}"), Begun)]

        async def store(number: int) -> bool:
            result = make_result(begun[number].id, begun[number].case)
            return await site.jobs.finish(begun[number], result, (ATTEMPT,), NOW)

        first = [store(number) for number in range(6)]
        *stored, _ = await asyncio.gather(*first, site.work.cancel(TENANT, "b", OPERATOR, NOW))
        later = await asyncio.gather(*map(store, range(6, 12)))
        made = sum(map(bool, stored))
        assert not any(later)
        assert (await site.lines.get(TENANT, "b")).counts == BatchCounts(ready=made, cancelled=12 - made)
        assert await site.count("drafts") == made

    with_site(database_url, use)
