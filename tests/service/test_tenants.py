"""One tenant never sees or touches what is another's: tried with every operation of the contract, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from service.access import SCOPES
from service.hosts import Hosts
from service.main import make_app, running, working
from service.settings import Settings
from service.store.access_keys import AccessKeyRepository
from service.wiring.access import admitting
from service.wiring.erasing import erasing
from tests.databases import rows
from tests.fake_endpoint import FakeEndpoint, Handler, says
from tests.service.admitted import bearer, make_key
from tests.service.api.calling import CASE
from tests.service.api.operations import CLOSED, Operation

MARK = "Zyxwv-4929"  # in every text of the first tenant
FIRST, SECOND = make_key("a" * 12, tenant="first"), make_key("b" * 12, tenant="second")
THEIRS = CASE | {
    "id": MARK,
    "complaint": {"text": f"It broke, {MARK}.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}, "customer_ref": "customer"},
    "options": {"delivery": "flagged"},
}
KEY = {"Idempotency-Key": "the-same"}
JSONL = {"Content-Type": "application/jsonl"}


@dataclass(frozen=True, slots=True)
class Site:
    """The service, called by two tenants; `ids` are of things of the first one, by their names in paths."""

    client: httpx2.AsyncClient
    ids: dict[str, str]

    async def ask(self, operation: Operation, key_id: str) -> httpx2.Response:
        """An operation on what is the first tenant's, or on nothing that is named."""
        headers = operation.headers | bearer(key_id)
        path = operation.path_to(self.ids)
        return await self.client.request(operation.method, path, content=operation.body, headers=headers)

    async def read(self, path: str, key_id: str = FIRST.id) -> Any:
        """A body in JSON."""
        answer = await self.client.get(path, headers=bearer(key_id))
        assert answer.status_code == 200, answer.text
        return answer.json()


async def made_by_the_first(client: httpx2.AsyncClient) -> dict[str, str]:
    """A draft with feedback, one that waits, a batch, a webhook, and a delivery to it."""
    mine = bearer(FIRST.id)

    async def post(path: str, body: object, **headers: str) -> str:
        answer = await client.post(path, json=body, headers=mine | headers)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["id"] if "feedback" not in path else "")

    draft = await post("/v1/drafts", THEIRS, **KEY)
    await post("/v1/drafts", THEIRS, Prefer="respond-async")
    await post(f"/v1/drafts/{draft}/feedback", {"outcome": "rejected", "reason": MARK})
    webhook = await post("/v1/webhooks", {"url": f"https://hooks.example.com/{MARK}"})
    delivery = await post(f"/v1/webhooks/{webhook}/test", None)
    batch = await client.post("/v1/batches", content=json.dumps(THEIRS), headers=mine | JSONL)
    return {"draft_id": draft, "webhook_id": webhook, "delivery_id": delivery, "batch_id": batch.json()["id"]}


@asynccontextmanager
async def site_over(url: str, endpoint: str) -> AsyncIterator[Site]:
    """The service as it is wired, in which nobody works on what waits."""
    settings = Settings.model_validate(
        {"database_url": url, "model_url": endpoint, "model_name": "fake", "max_attempts": 1}
    )
    async with (
        running(settings) as parts,
        working(settings, parts, works=False) as work,
        erasing(settings, parts.database, work.stop) as erased,
        admitting(parts.database, "0.0.0.0") as admits,
    ):
        keys = AccessKeyRepository(parts.database)
        for key in (FIRST, SECOND):
            await keys.add(key)
        transport = httpx2.ASGITransport(app=make_app(parts, work, erased, admits, Hosts()))
        async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
            yield Site(client, await made_by_the_first(client))


def repeats(handler: Handler) -> None:
    """Say the mark to whoever's case has it, and to nobody else: verdicts quote what is said."""
    theirs = MARK in json.dumps(handler.endpoint.requests[-1].body)
    says(f"I am sorry, {MARK}." if theirs else "I am sorry.")(handler)


def with_site(url: str, use: Callable[[Site], Awaitable[None]]) -> None:
    """Do something with the service over a database."""

    async def run(endpoint: str) -> None:
        async with site_over(url, endpoint) as site:
            await use(site)

    with FakeEndpoint(repeats) as endpoint:
        asyncio.run(run(endpoint.url))


def told(site: Site, answer: httpx2.Response) -> list[str]:
    """What an answer tells of the first tenant."""
    return [each for each in (MARK, *site.ids.values(), FIRST.id) if each in answer.text]


def test_no_operation_tells_or_does_anything_of_another_tenant(database_url: str) -> None:
    """What names another's id is 404, what names none gives nothing of theirs, and all of theirs stays as it was."""

    async def use(site: Site) -> None:
        before = await seen(site)
        assert SECOND.scopes == SCOPES
        for operation in CLOSED:
            answer = await site.ask(operation, SECOND.id)
            assert (answer.status_code == 404) == bool(operation.names), (operation.name, answer.text)
            assert answer.status_code < 300 or operation.names, (operation.name, answer.text)
            assert told(site, answer) == [], operation.name
        assert await seen(site) == before

    with_site(database_url, use)


async def seen(site: Site) -> list[Any]:
    """Everything that the first tenant can read."""
    ids = site.ids
    paths = (
        f"/v1/drafts/{ids['draft_id']}",
        f"/v1/batches/{ids['batch_id']}",
        "/v1/webhooks",
        "/v1/webhooks/deliveries?status=pending",
        "/v1/audit",
    )
    metrics = await site.read("/v1/metrics/drafts")
    return [*[await site.read(path) for path in paths], metrics["totals"]]


def test_the_same_requests_by_the_first_tenant(database_url: str) -> None:
    """They are not 404: the ids are real ones. What can still be had then is gone."""

    async def use(site: Site) -> None:
        for operation in sorted(CLOSED, key=lambda each: each.method == "DELETE"):
            answer = await site.ask(operation, FIRST.id)
            assert answer.status_code not in (401, 403, 404, 422), (operation.name, answer.text)
        deeds = [(each["actor"], each["action"]) for each in (await site.read("/v1/audit"))["entries"]]
        assert deeds.pop() == ("operator", "key.created")
        assert {actor for actor, _ in deeds} == {f"key:{FIRST.id}"}
        assert {"customer.erased", "batch.cancelled", "delivery.replayed"} < {deed for _, deed in deeds}

    with_site(database_url, use)


def test_figures_and_the_trail_are_of_one_tenant(database_url: str) -> None:
    """The second one has none, and then its own."""

    async def use(site: Site) -> None:
        deeds = ["webhook.created", "key.created"]
        for key, drafts, expected in ((FIRST, 1, deeds), (SECOND, 0, deeds[1:])):
            metrics = await site.read("/v1/metrics/drafts", key.id)
            assert metrics["totals"]["drafts"] == drafts
            assert [each["action"] for each in (await site.read("/v1/audit", key.id))["entries"]] == expected
        await site.client.post("/v1/drafts", json=CASE, headers=bearer(SECOND.id))
        for key in (FIRST, SECOND):
            assert (await site.read("/v1/metrics/drafts", key.id))["totals"]["drafts"] == 1

    with_site(database_url, use)


def test_an_idempotency_key_is_of_one_tenant(database_url: str) -> None:
    """The same one with the same body is another request, and gives another draft."""

    async def use(site: Site) -> None:
        answers = [
            await site.client.post("/v1/drafts", json=THEIRS, headers=bearer(key.id) | KEY)
            for key in (FIRST, SECOND, SECOND)
        ]
        ids = [answer.json()["id"] for answer in answers]
        assert ids[0] == site.ids["draft_id"] != ids[1] == ids[2]

    with_site(database_url, use)
    assert sorted(str(row[0]) for row in rows(database_url, "SELECT tenant FROM drafts")) == ["first", "second"]


def test_a_customer_is_deleted_for_one_tenant(database_url: str) -> None:
    """Two tenants may have customers of the same reference."""

    async def use(site: Site) -> None:
        await site.client.post("/v1/drafts", json=THEIRS, headers=bearer(SECOND.id))
        body = {"customer_ref": "customer"}
        answer = await site.client.post("/v1/deletions", json=body, headers=bearer(SECOND.id))
        assert answer.json()["deleted"] == 1
        assert (await site.read(f"/v1/drafts/{site.ids['draft_id']}"))["ref"] == MARK

    with_site(database_url, use)
