"""Takes batches in, whole or not at all."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

import structlog

from service.batches.lines import Page, Refuse, read_pages, refuse_foreign
from service.batches.schemas import MOST_FAULTS_SHOWN, Batch, BatchCounts, BatchFault
from service.errors import AmendsError, StoreError
from service.idempotency import Kept, unkept
from service.intake import with_now
from service.jobs.queue import ChunkJob, JobQueue
from service.jobs.stages import Accepted
from service.schemas import Problem

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch that is taken in; its tokens are counted for the `payer`."""

    id: str
    tenant: str
    created_at: datetime
    payer: str | None = None


class Told(Protocol):
    """What is known of the batches that the engine must hear of."""

    async def chunks(self, batch_id: str) -> list[ChunkJob]:
        """What the engine is to be told of one."""

    async def mark_enqueued(self, batch_id: str) -> None:
        """Note that it was told."""


class Batches(Told, Protocol):
    """Where batches are kept."""

    async def open(self, opened: Opened) -> None:
        """Begin to take one in; nobody sees it before it is accepted."""

    async def add(self, batch_id: str, jobs: Sequence[Accepted], faults: Sequence[BatchFault]) -> None:
        """Add some of its lines."""

    async def accept(self, batch: Batch, tenant: str, kept: Kept | None) -> None:
        """Accept it, and keep the answer, both or neither."""

    async def discard(self, batch_id: str) -> None:
        """Delete one that was not accepted."""


class BatchIntake:
    """The way of a batch: `refuse` looks at each case, and `problem_of` says what is wrong with a line."""

    def __init__(
        self,
        batches: Batches,
        queue: JobQueue,
        refuse: Refuse,
        problem_of: Callable[[AmendsError], Problem],
        clock: Callable[[], datetime],
    ) -> None:
        self._batches = batches
        self._queue = queue
        self._refuse = refuse
        self._problem_of = problem_of
        self._clock = clock

    async def accept(
        self,
        tenant: str,
        file: IO[bytes],
        keep: Callable[[Batch], Kept | None] = unkept,
        *,
        payer: str | None = None,
    ) -> Batch:
        """Accept an upload with what `keep` makes of it: once this returns, every case in it will be worked on.

        Raises:
            NotLines: it holds no lines of JSON.
            TooLarge: it has too many.
            KeyInUse: the answer could not be kept, and nothing was accepted.
            StoreError: nothing was accepted.
        """
        await asyncio.to_thread(refuse_foreign, file)
        opened = Opened(str(uuid.uuid4()), tenant, self._clock(), payer)
        await self._batches.open(opened)
        try:
            batch = await self._take_in(opened, file)
            await self._batches.accept(batch, tenant, keep(batch))
        except BaseException:  # also when it is stopped; if this fails too, a sweep does it later
            await self._discard(opened.id)
            raise
        log.info("batch.accepted", batch_id=batch.id, lines=batch.lines, faulty=batch.counts.faulty)
        if batch.finished_at is None:
            await self._tell(batch)
        return batch

    async def _take_in(self, opened: Opened, file: IO[bytes]) -> Batch:
        cases, faulty, shown = 0, 0, list[BatchFault]()
        pages = read_pages(file, self._refuse)
        while page := await asyncio.to_thread(next, pages, None):
            faults = [self._fault(each.line, each.ref, each.error) for each in page.faults]
            await self._batches.add(opened.id, _jobs(opened, page), faults)
            cases += len(page.cases)
            faulty += len(faults)
            shown += faults[: MOST_FAULTS_SHOWN - len(shown)]
        return Batch(
            id=opened.id,
            status="running" if cases else "finished",
            created_at=opened.created_at,
            finished_at=None if cases else self._clock(),
            lines=cases + faulty,
            counts=BatchCounts(queued=cases, faulty=faulty),
            faults=tuple(shown),
        )

    def _fault(self, line: int, ref: str | None, error: AmendsError) -> BatchFault:
        return BatchFault(line=line, id=ref, error=self._problem_of(error))

    async def _discard(self, batch_id: str) -> None:
        try:
            await self._batches.discard(batch_id)
        except StoreError as error:
            log.warning("batch.not_discarded", batch_id=batch_id, detail=str(error))

    async def _tell(self, batch: Batch) -> None:
        """Tell the engine; where that fails, the batch is accepted all the same, and a sweep tells it later."""
        try:
            await tell(self._batches, self._queue, batch.id)
        except StoreError as error:
            log.warning("batch.not_enqueued", batch_id=batch.id, detail=str(error))


async def tell(batches: Told, queue: JobQueue, batch_id: str) -> None:
    """Tell the engine of a batch, and note that.

    Raises:
        StoreError: it was not told of all; telling it again does no harm.
    """
    await queue.enqueue(*await batches.chunks(batch_id))
    await batches.mark_enqueued(batch_id)


def _jobs(opened: Opened, page: Page) -> list[Accepted]:
    at = opened.created_at
    return [
        Accepted(str(uuid.uuid4()), opened.tenant, with_now(case, at), at, opened.id, line, opened.payer)
        for line, case in page.cases
    ]
