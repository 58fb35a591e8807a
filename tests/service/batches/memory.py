"""Batches kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.batches.chunks import cut
from service.batches.intake import Opened
from service.batches.schemas import Batch, BatchFault, BatchLine
from service.errors import BatchNotFound
from service.idempotency import Kept
from service.jobs.queue import ChunkJob
from service.jobs.stages import Accepted


class MemoryBatches:
    """Batches of which nothing is ever drafted; with a fault, none can be accepted."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.fault = fault
        self.opened: list[str] = []
        self.jobs: list[Accepted] = []
        self.faults: list[BatchFault] = []
        self.pages: list[int] = []
        self.accepted: dict[str, Batch] = {}
        self.enqueued: list[str] = []

    async def open(self, opened: Opened) -> None:
        """Begin one."""
        self.opened.append(opened.id)

    async def add(self, batch_id: str, jobs: Sequence[Accepted], faults: Sequence[BatchFault]) -> None:
        """Add lines."""
        assert batch_id in self.opened
        self.jobs += jobs
        self.faults += faults
        self.pages.append(len(jobs) + len(faults))

    async def accept(self, batch: Batch, tenant: str, kept: Kept | None) -> None:
        """Accept one; no answer is kept."""
        del tenant, kept
        if self.fault:
            raise self.fault
        self.accepted[batch.id] = batch

    async def discard(self, batch_id: str) -> None:
        """Forget one."""
        self.opened.remove(batch_id)

    async def chunks(self, batch_id: str) -> list[ChunkJob]:
        """What to tell of one."""
        return cut(batch_id, [job.line for job in self.jobs if job.batch_id == batch_id and job.line])

    async def mark_enqueued(self, batch_id: str) -> None:
        """Note that it was told."""
        self.enqueued.append(batch_id)

    async def get(self, tenant: str, batch_id: str) -> Batch:
        """Where one stood when it was accepted."""
        del tenant
        if batch_id not in self.accepted:
            raise BatchNotFound("There is no batch with this id.")
        return self.accepted[batch_id]

    async def page(self, tenant: str, batch_id: str, after: int, limit: int) -> list[BatchLine]:
        """Lines that wait, and faulty ones."""
        del tenant
        jobs = [
            BatchLine(line=job.line or 0, id=job.case.id, draft_id=job.id, status="queued")
            for job in self.jobs
            if job.batch_id == batch_id
        ]
        faults = [
            BatchLine(line=fault.line, id=fault.id, draft_id=None, status="faulty", error=fault.error)
            for fault in self.faults
        ]
        following = sorted((line for line in (*jobs, *faults) if line.line > after), key=lambda line: line.line)
        return following[:limit]

    async def cancel(self, tenant: str, batch_id: str, actor: str, at: datetime) -> list[str]:
        """Cancel one, of which nothing is worked on."""
        del actor
        batch = await self.get(tenant, batch_id)
        self.accepted[batch_id] = batch.model_copy(update={"status": "cancelled", "finished_at": at})
        return []
