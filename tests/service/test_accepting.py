"""Cases that are drafted later: kept, told to the engine, read and cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import pytest

from service.audit import OPERATOR
from service.errors import DraftFinished, DraftNotFound, InvalidField, StoreError
from service.idempotency import DEFAULT_TENANT
from service.jobs.queue import DraftJob
from service.schemas import Case, Result, Ticket
from tests.service.parts import NOW, MemoryDrafts, MemoryJobs, NotedQueue, make_accepting, make_case, make_result

Given = TypeVar("Given")


def run(work: Coroutine[None, None, Given]) -> Given:
    """Wait for it."""
    return asyncio.run(work)


def test_a_case_is_kept_and_told() -> None:
    """With the moment that its dates count from; the engine hears the id alone."""
    jobs, queue = MemoryJobs(), NotedQueue()
    ticket = run(make_accepting(jobs=jobs, queue=queue).accept(DEFAULT_TENANT, make_case()))
    assert (ticket.ref, ticket.status) == ("ticket-7", "queued")
    assert queue.jobs == [DraftJob(ticket.id)]
    assert jobs.enqueued == [ticket.id]
    assert (jobs.kept[ticket.id].case.context.now, jobs.kept[ticket.id].accepted_at) == (NOW, NOW)


def test_an_engine_that_is_away_loses_nothing() -> None:
    """The case is accepted all the same, and stays to be told."""
    jobs = MemoryJobs()
    ticket = run(make_accepting(jobs=jobs, queue=NotedQueue(StoreError("away"))).accept(DEFAULT_TENANT, make_case()))
    assert ticket.id in jobs.kept
    assert jobs.enqueued == []


def test_what_cannot_be_drafted_is_refused_at_once() -> None:
    """Nothing is kept of it."""
    jobs = MemoryJobs()

    def refuse(_: Case) -> None:
        raise InvalidField("there is no such policy", "options.policy")

    with pytest.raises(InvalidField):
        run(make_accepting(jobs=jobs, refuse=refuse).accept(DEFAULT_TENANT, make_case()))
    assert jobs.kept == {}


def test_what_is_not_kept_is_not_told() -> None:
    """A database that fails is an error to who asked."""
    queue = NotedQueue()
    with pytest.raises(StoreError):
        run(make_accepting(jobs=MemoryJobs(StoreError("full")), queue=queue).accept(DEFAULT_TENANT, make_case()))
    assert queue.jobs == []


def test_reading_before_and_after() -> None:
    """The ticket until there is a draft, then the draft."""

    async def use() -> None:
        jobs, drafts = MemoryJobs(), MemoryDrafts()
        accepting = make_accepting(drafts, jobs)
        ticket = await accepting.accept(DEFAULT_TENANT, make_case())
        assert await accepting.read(DEFAULT_TENANT, ticket.id) == ticket
        jobs.statuses[ticket.id] = "running"
        assert await accepting.read(DEFAULT_TENANT, ticket.id) == Ticket(id=ticket.id, ref="ticket-7", status="running")
        jobs.statuses[ticket.id] = "done"
        with pytest.raises(DraftNotFound):
            await accepting.read(DEFAULT_TENANT, ticket.id)  # deleted since
        result = make_result(ticket.id, make_case())
        await drafts.add(DEFAULT_TENANT, make_case(), result, (), NOW)
        assert isinstance(await accepting.read(DEFAULT_TENANT, ticket.id), Result)
        with pytest.raises(DraftNotFound):
            await accepting.read(DEFAULT_TENANT, "none")

    run(use())


def test_cancelling() -> None:
    """Once or twice; what is finished, however it was asked for, cannot be."""

    async def use() -> None:
        jobs, drafts, stopped = MemoryJobs(), MemoryDrafts(), list[str]()
        accepting = make_accepting(drafts, jobs, stop=stopped.append)
        ticket = await accepting.accept(DEFAULT_TENANT, make_case())
        for _ in range(2):
            assert (await accepting.cancel(DEFAULT_TENANT, ticket.id, OPERATOR)).status == "cancelled"
        assert set(stopped) == {ticket.id}
        assert await accepting.read(DEFAULT_TENANT, ticket.id) == Ticket(
            id=ticket.id, ref="ticket-7", status="cancelled"
        )
        done = await accepting.accept(DEFAULT_TENANT, make_case())
        jobs.statuses[done.id] = "done"
        await drafts.add(DEFAULT_TENANT, make_case(), make_result("waited-for", make_case()), (), NOW)
        for draft_id in (done.id, "waited-for"):
            with pytest.raises(DraftFinished):
                await accepting.cancel(DEFAULT_TENANT, draft_id, OPERATOR)
        with pytest.raises(DraftNotFound):
            await accepting.cancel(DEFAULT_TENANT, "none", OPERATOR)

    run(use())
