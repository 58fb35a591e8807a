"""Batches on their way in: whole or not at all."""

from __future__ import annotations

import asyncio
import io
import json

import pytest

from service.api.problems import problem_of
from service.batches.chunks import CHUNK_CASES
from service.batches.intake import BatchIntake
from service.batches.schemas import MOST_FAULTS_SHOWN, Batch
from service.errors import KeyInUse, NoAsyncWork, NotLines, StoreError
from service.jobs.queue import ChunkJob
from service.schemas import Case
from tests.service.api.calling import CASE
from tests.service.batches.memory import MemoryBatches
from tests.service.parts import NOW, NotedQueue

GOOD = json.dumps(CASE).encode()


def accept(body: bytes, batches: MemoryBatches, queue: NotedQueue | None = None) -> Batch:
    """Take an upload in."""
    intake = BatchIntake(batches, queue or NotedQueue(), lambda _: None, problem_of, lambda: NOW)
    return asyncio.run(intake.accept("tenant", io.BytesIO(body)))


def test_good_lines_wait_and_bad_ones_are_named() -> None:
    """The answer says how many there are of each, and which are faulty and why."""
    batches, queue = MemoryBatches(), NotedQueue()
    batch = accept(b"\n".join([GOOD, b"{", GOOD]), batches, queue)
    assert (batch.status, batch.lines, batch.created_at, batch.finished_at) == ("running", 3, NOW, None)
    assert (batch.counts.queued, batch.counts.faulty) == (2, 1)
    (fault,) = batch.faults
    assert (fault.line, fault.id, fault.error.type) == (2, None, "urn:amends:problem:not-json")
    assert [(job.line, job.tenant, job.batch_id) for job in batches.jobs] == [
        (1, "tenant", batch.id),
        (3, "tenant", batch.id),
    ]
    assert {job.case.context.now for job in batches.jobs} == {NOW}
    assert len({job.id for job in batches.jobs}) == 2
    assert batches.faults == list(batch.faults)
    assert queue.jobs == [ChunkJob(batch.id, 1, 3)]
    assert batches.enqueued == [batch.id]


def test_of_many_faults_the_first_are_shown() -> None:
    """All are kept, in pages, and the answer stays small."""
    batches = MemoryBatches()
    batch = accept(b"x\n" * 1_200, batches)
    assert [fault.line for fault in batch.faults] == list(range(1, MOST_FAULTS_SHOWN + 1))
    assert (batch.lines, batch.counts.faulty, batches.pages) == (1_200, 1_200, [500, 500, 200])


def test_a_batch_of_faults_alone_is_finished() -> None:
    """There is nothing to wait for."""
    batches, queue = MemoryBatches(), NotedQueue()
    batch = accept(b"{", batches, queue)
    assert (batch.status, batch.finished_at, queue.jobs) == ("finished", NOW, [])


def test_the_engine_is_told_in_chunks() -> None:
    """Every line is in one of them."""
    queue = NotedQueue()
    batch = accept(b"\n".join([GOOD] * (CHUNK_CASES + 1)), MemoryBatches(), queue)
    last = CHUNK_CASES + 1
    assert queue.jobs == [ChunkJob(batch.id, 1, CHUNK_CASES), ChunkJob(batch.id, last, last)]


def test_what_the_engine_does_not_hear_is_accepted_all_the_same() -> None:
    """It is told later, by the sweep."""
    batches = MemoryBatches()
    batch = accept(GOOD, batches, NotedQueue(StoreError("locked")))
    assert (batch.id in batches.accepted, batches.enqueued) == (True, [])


@pytest.mark.parametrize("fault", [StoreError("full"), KeyInUse("taken over", 5), asyncio.CancelledError()], ids=repr)
def test_what_is_not_accepted_leaves_nothing(fault: BaseException) -> None:
    """The lines that were stored before go again."""
    batches, queue = MemoryBatches(fault), NotedQueue()
    with pytest.raises(type(fault)):
        accept(GOOD, batches, queue)
    assert (batches.opened, batches.accepted, queue.jobs) == ([], {}, [])


def test_what_is_refused_as_a_whole_was_never_there() -> None:
    """Nothing is begun for it."""
    batches = MemoryBatches()
    with pytest.raises(NotLines):
        accept(b"[]", batches)
    assert batches.opened == []


def test_where_nothing_is_worked_on_later_nothing_is_accepted() -> None:
    """It would wait for ever."""

    def refuse(case: Case) -> None:
        raise NoAsyncWork(case.context.brand)

    batches = MemoryBatches()
    intake = BatchIntake(batches, NotedQueue(), refuse, problem_of, lambda: NOW)
    with pytest.raises(NoAsyncWork):
        asyncio.run(intake.accept("tenant", io.BytesIO(GOOD)))
    assert (batches.opened, batches.accepted) == ([], {})
