"""Says where batches stand and what became of their lines, and cancels them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Protocol

from service.batches.schemas import Batch, BatchLine

RESULTS_PAGE = 50  # lines that are in memory at once; a result may have 100 kB


class Lines(Protocol):
    """Where the lines of batches are kept."""

    async def get(self, tenant: str, batch_id: str) -> Batch:
        """Where a batch stands."""

    async def page(self, tenant: str, batch_id: str, after: int, limit: int) -> list[BatchLine]:
        """At most `limit` lines that follow the line `after`, in order."""


class Cancels(Protocol):
    """Where batches are cancelled."""

    async def cancel(self, tenant: str, batch_id: str, actor: str, at: datetime) -> list[str]:
        """Cancel what is unfinished of a batch, and give the drafts that are worked on."""


class BatchStandings:
    """Batches that were accepted; `stop` ends the work on a cancelled draft where this process does it."""

    def __init__(
        self, lines: Lines, cancels: Cancels, stop: Callable[[str], None], clock: Callable[[], datetime]
    ) -> None:
        self._lines = lines
        self._cancels = cancels
        self._stop = stop
        self._clock = clock

    async def get(self, tenant: str, batch_id: str) -> Batch:
        """Where a batch stands.

        Raises:
            BatchNotFound, StoreError: see the repository.
        """
        return await self._lines.get(tenant, batch_id)

    async def results(self, tenant: str, batch_id: str) -> AsyncIterator[bytes]:
        """What became of each line, in order, as JSON Lines; the first ones are read before this returns.

        Raises:
            BatchNotFound, StoreError: see the repository.
        """
        await self._lines.get(tenant, batch_id)
        return self._following(tenant, batch_id, await self._lines.page(tenant, batch_id, 0, RESULTS_PAGE))

    async def cancel(self, tenant: str, batch_id: str, actor: str) -> Batch:
        """Cancel what is unfinished of a batch, and say where it stands then; the audit trail says who did.

        Raises:
            BatchFinished, BatchNotFound, StoreError: see the repository.
        """
        for draft_id in await self._cancels.cancel(tenant, batch_id, actor, self._clock()):
            self._stop(draft_id)
        return await self._lines.get(tenant, batch_id)

    async def _following(self, tenant: str, batch_id: str, page: list[BatchLine]) -> AsyncIterator[bytes]:
        while page:
            yield await asyncio.to_thread(_render, page)
            page = await self._lines.page(tenant, batch_id, page[-1].line, RESULTS_PAGE)


def _render(page: list[BatchLine]) -> bytes:
    return "".join(f"{line.to_json()}\n" for line in page).encode()
