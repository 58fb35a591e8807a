"""Limits at the service as it is wired, over a database of each kind."""

from __future__ import annotations

import asyncio
import json

import httpx2

from service.hosts import Hosts
from service.main import make_app, running, working
from service.settings import Settings
from service.store.access_keys import AccessKeyRepository
from service.wiring.access import admitting
from service.wiring.erasing import erasing
from service.wiring.limiting import limiting
from tests.databases import rows
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.admitted import bearer, make_key
from tests.service.api.calling import CASE

KEY, OTHER = make_key("a" * 12), make_key("b" * 12)
TOKENS = 12  # of each draft, as the fake endpoint counts
BUDGET = 4 * TOKENS
LINES = f"{json.dumps(CASE)}\n{json.dumps(CASE)}\n"


async def finished(client: httpx2.AsyncClient, path: str) -> None:
    """Wait until there is nothing left to wait for."""
    while "retry-after" in (await client.get(path)).headers:  # noqa: ASYNC110 - what ends it is in another process
        await asyncio.sleep(0.1)


async def drafted(client: httpx2.AsyncClient) -> None:
    """A draft that is waited for, one that is not, and a batch of two."""
    key = {"Idempotency-Key": "one"}
    for _ in range(2):  # the second is answered from what is kept, and takes no tokens
        assert (await client.post("/v1/drafts", json=CASE, headers=key)).status_code == 200
    later = await client.post("/v1/drafts", json=CASE, headers={"Prefer": "respond-async"})
    batch = await client.post("/v1/batches", content=LINES, headers={"Content-Type": "application/jsonl"})
    assert [answer.status_code for answer in (later, batch)] == [202, 202]
    assert batch.headers["ratelimit-policy"].startswith(f'"tokens";q={BUDGET};w=86400;qu="tokens", "drafting-')
    for answer in (later, batch):
        await finished(client, answer.headers["location"])


async def refused(client: httpx2.AsyncClient) -> None:
    """The tokens of the day are spent: nothing is drafted, an idempotency key is not used, the rest goes on."""
    await asyncio.sleep(1.1)  # until the sum that was read last is old
    answer = await client.post("/v1/drafts", json=CASE, headers={"Idempotency-Key": "two"})
    assert answer.status_code == 429, answer.text
    assert answer.json()["type"] == "urn:amends:problem:token-budget-spent"
    assert 0 < int(answer.headers["retry-after"]) <= 86_400
    assert (await client.get("/v1/metrics/drafts")).json()["totals"]["drafts"] == 4


def test_a_day(database_url: str) -> None:
    """Every draft is counted for the key that asked for it, whoever waited; the next one is refused."""

    async def use(url: str) -> None:
        values = {"database_url": database_url, "model_url": url, "model_name": "fake", "max_attempts": 1}
        limits = {"tokens_per_day": BUDGET, "rate_drafting": "100/second, 500/minute"}
        settings = Settings.model_validate(values | limits)
        async with (
            running(settings) as parts,
            working(settings, parts, works=True) as work,
            erasing(settings, parts.database, work.stop) as erased,
            admitting(parts.database, "0.0.0.0") as admits,
            limiting(settings, parts.database, parts.watch.limits) as limiter,
        ):
            for key in (KEY, OTHER):
                await AccessKeyRepository(parts.database).add(key)
            transport = httpx2.ASGITransport(app=make_app(parts, work, erased, admits, Hosts(), limiter=limiter))
            async with httpx2.AsyncClient(
                transport=transport, base_url="http://amends.invalid", headers=bearer(KEY.id)
            ) as client:
                await drafted(client)
                await refused(client)
                mine = await client.post("/v1/drafts", json=CASE, headers=bearer(OTHER.id))
                assert mine.status_code == 200

    with FakeEndpoint(says("We are sorry.")) as endpoint:
        asyncio.run(use(endpoint.url))
    counted = rows(database_url, "SELECT payer, tokens FROM token_counts ORDER BY payer")
    assert counted == [(KEY.id, BUDGET), (OTHER.id, TOKENS)]
    kept = rows(database_url, "SELECT key FROM idempotency_keys")
    assert kept == [("one",)]
    buckets = rows(database_url, "SELECT bucket, seconds FROM rate_counts ORDER BY bucket, seconds")
    shared = [(f"{key.id}/drafting", seconds) for key in (KEY, OTHER) for seconds in (1, 60)]
    assert buckets == (shared if "postgresql" in database_url else [])
