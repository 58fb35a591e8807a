"""The application over small parts, and requests to it without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

import httpx2
from fastapi import FastAPI

from service.accepting import Accepting
from service.admitting import Admitting
from service.api.app import Resources, create_app
from service.api.batches import BatchParts
from service.api.passes import DeskParts
from service.api.problems import problem_of
from service.audit import Trail
from service.batches.intake import BatchIntake
from service.batches.standing import BatchStandings
from service.checking import DraftChecker
from service.erasing import Eraser
from service.figures import DayCounts, Figures
from service.hosts import Hosts
from service.idempotency import OnceOnly
from service.intake import Intake
from service.limiting.limiter import Limiter
from service.passes import Passes
from service.period import Period
from service.progress import Progress
from tests.service.admitted import admitting_all
from tests.service.batches.memory import MemoryBatches
from tests.service.erased import GivenTrail, make_eraser
from tests.service.listed import MemoryListing
from tests.service.parts import (
    COMPLAINT,
    NOW,
    GivenDrafter,
    MemoryDrafts,
    NoKeys,
    NotedQueue,
    make_accepting,
    make_checks,
)
from tests.service.passing import MemoryPasses
from tests.service.webhooks.memory import memory_webhooks

ANY = Hosts()
CASE = {
    "id": "ticket-7",
    "complaint": {"text": COMPLAINT, "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
}
DRAFT = {"id": "c-1", "complaint": COMPLAINT, "draft": "We are sorry. A short note: a refund."}


def make_app(
    given: str | Exception = "We are sorry.",
    *,
    drafts: MemoryDrafts | None = None,
    most: int = 4,
    unready: Exception | None = None,
    told: Sequence[Progress] = (),
    figures: Figures | None = None,
    accepting: Accepting | None = None,
    eraser: Eraser | None = None,
    trail: Trail | None = None,
    admitting: Admitting | None = None,
    hosts: Hosts = ANY,
    now: Callable[[], datetime] = lambda: NOW,
    limiter: Limiter | None = None,
    passes: Passes | None = None,
) -> FastAPI:
    """The application with a drafter that gives a text or raises an error."""

    async def ready() -> None:
        if unready:
            raise unready

    kept = drafts or MemoryDrafts()
    intake = Intake(GivenDrafter(given, told), kept, now, most)
    checker = DraftChecker(make_checks(), now)
    return create_app(
        Resources(
            desk=DeskParts(passes or MemoryPasses(), now),
            listing=MemoryListing(kept),
            admitting=admitting or admitting_all(),
            hosts=hosts,
            intake=intake,
            accepting=accepting or make_accepting(kept),
            batches=make_batches(),
            checker=checker,
            once=unkeyed(),
            eraser=eraser or make_eraser(),
            trail=trail or GivenTrail(),
            webhooks=memory_webhooks(),
            figures=figures or uncounted(),
            ready=ready,
            limiter=limiter,
        )
    )


def make_batches(batches: MemoryBatches | None = None) -> BatchParts:
    """Batches that know every policy, kept in memory."""
    kept = batches or MemoryBatches()

    def now() -> datetime:
        return NOW

    intake = BatchIntake(kept, NotedQueue(), lambda _: None, problem_of, now)
    return BatchParts(intake, BatchStandings(kept, kept, lambda _: None, now))


def unkeyed() -> OnceOnly:
    """What answers requests that have no key."""
    return OnceOnly(NoKeys(), lambda: NOW, held=timedelta(0), kept=timedelta(0), wait_s=0)


class NoCounts:
    """A store that holds no drafts to count."""

    async def by_day(self, tenant: str, period: Period) -> AsyncGenerator[DayCounts]:
        """None."""
        del tenant, period
        empty: tuple[DayCounts, ...] = ()
        for day in empty:
            yield day


def uncounted() -> Figures:
    """Figures of nothing."""
    return Figures(NoCounts(), lambda: NOW)


def call(
    app: FastAPI,
    method: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """The answer to one request; a body that is no bytes and no stream is sent as JSON."""

    async def run() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
            return await client.request(method, path, content=_content(body), headers=headers)

    return asyncio.run(run())


def _content(body: object) -> bytes | AsyncIterator[bytes] | None:
    if body is None or isinstance(body, bytes | AsyncIterator):
        return body
    return json.dumps(body).encode()
