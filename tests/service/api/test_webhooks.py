"""The routes of webhooks over a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from service.api.app import Resources, create_app
from service.api.passes import DeskParts
from service.checking import DraftChecker
from service.idempotency import OnceOnly
from service.intake import Intake
from service.store.idempotency import KeyRepository
from service.store.repository import DraftRepository
from service.webhooks.delivering import delivering
from service.webhooks.retrying import Tried
from tests.databases import rows, sqlite_url
from tests.service.admitted import admitting_all
from tests.service.api.calling import ANY, call, make_app, make_batches, uncounted
from tests.service.erased import GivenTrail, make_eraser
from tests.service.keys import HELD, KEPT
from tests.service.listed import MemoryListing
from tests.service.parts import GivenDrafter, MemoryDrafts, make_accepting, make_checks
from tests.service.passing import MemoryPasses
from tests.service.webhooks.outboxes import GivenSender, Post, post_over

HOOK = {"url": "https://hooks.example.com/amends?token=Zyxwv-4929"}
KEY = {"Idempotency-Key": "key-1"}
TOKEN = "Zyxwv-4929"


@dataclass(frozen=True, slots=True)
class Site:
    """A service over a real database, and what stands in that."""

    client: httpx2.AsyncClient
    post: Post

    async def create(self, **headers: str) -> httpx2.Response:
        """Register a webhook."""
        return await self.client.post("/v1/webhooks", json=HOOK, headers=headers)


@asynccontextmanager
async def site_over(path: Path) -> AsyncIterator[Site]:
    """A service over the database of a file."""

    async def ready() -> None:
        """It always is."""

    async with post_over(sqlite_url(path)) as post:
        once = OnceOnly(KeyRepository(post.engine), post.time, held=HELD, kept=KEPT, wait_s=5)
        intake = Intake(GivenDrafter(), DraftRepository(post.engine), post.time, 4)
        checker = DraftChecker(make_checks(), post.time)
        app = create_app(
            Resources(
                admitting=admitting_all(),
                hosts=ANY,
                intake=intake,
                accepting=make_accepting(),
                desk=DeskParts(MemoryPasses(), post.time),
                listing=MemoryListing(MemoryDrafts()),
                batches=make_batches(),
                checker=checker,
                once=once,
                eraser=make_eraser(),
                trail=GivenTrail(),
                webhooks=post.webhooks,
                figures=uncounted(),
                ready=ready,
            )
        )
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
            yield Site(client, post)


def with_site(path: Path, work: Callable[[Site], Awaitable[None]]) -> None:
    """Do something with a service over a new file."""

    async def run() -> None:
        async with site_over(path / "a.db") as site:
            await work(site)

    asyncio.run(run())


def test_a_secret_is_shown_once(tmp_path: Path) -> None:
    """When it is made, and in no list."""

    async def use(site: Site) -> None:
        made = await site.create()
        assert made.status_code == 201
        body = made.json()
        assert body["secret"].startswith("whsec_")
        assert body["events"] == ["draft.finished", "batch.finished"]
        listed = (await site.client.get("/v1/webhooks")).json()["webhooks"]
        assert listed == [{name: value for name, value in body.items() if name != "secret"}]

    with_site(tmp_path, use)


def test_the_same_key_makes_one_webhook(tmp_path: Path) -> None:
    """The answer is given again with its secret, at once and later, and the key's table does not hold that."""

    async def use(site: Site) -> None:
        answers = await asyncio.gather(*(site.create(**KEY) for _ in range(5)))
        answers.append(await site.create(**KEY))
        assert {(each.status_code, each.content) for each in answers} == {(201, answers[0].content)}
        assert len(await site.post.webhooks.list("default")) == 1
        other = await site.client.post("/v1/webhooks", json=HOOK | {"events": ["batch.finished"]}, headers=KEY)
        assert other.status_code == 422
        secret = answers[0].json()["secret"]
        ((body,),) = rows(sqlite_url(tmp_path / "a.db"), "SELECT body FROM idempotency_keys")
        assert secret not in str(body)

    with_site(tmp_path, use)


def test_the_same_key_renews_a_secret_once(tmp_path: Path) -> None:
    """A lost answer can be asked for again; another key makes another secret."""

    async def use(site: Site) -> None:
        webhook = (await site.create()).json()
        path = f"/v1/webhooks/{webhook['id']}/secret"
        first, again = [await site.client.post(path, headers=KEY) for _ in range(2)]
        assert (first.status_code, again.content) == (201, first.content)
        other = await site.client.post(path, headers={"Idempotency-Key": "key-2"})
        secrets = {webhook["secret"], first.json()["secret"], other.json()["secret"]}
        assert len(secrets) == 3
        stored = str(rows(sqlite_url(tmp_path / "a.db"), "SELECT body FROM idempotency_keys"))
        assert not any(secret in stored for secret in secrets)

    with_site(tmp_path, use)


def test_a_deleted_webhook_has_no_secret_to_show(tmp_path: Path) -> None:
    """A repeated request for it is a 404, as is everything else about it."""

    async def use(site: Site) -> None:
        webhook = (await site.create(**KEY)).json()
        path = f"/v1/webhooks/{webhook['id']}"
        gone = await site.client.delete(path)
        assert (gone.status_code, gone.content) == (204, b"")
        asked = [
            await site.create(**KEY),
            await site.client.delete(path),
            await site.client.post(f"{path}/test"),
            await site.client.post(f"{path}/secret"),
        ]
        assert {(each.status_code, each.json()["type"]) for each in asked} == {
            (404, "urn:amends:problem:webhook-not-found")
        }
        assert not any("retry-after" in each.headers for each in asked)

    with_site(tmp_path, use)


def test_a_test_goes_the_way_of_every_event(tmp_path: Path) -> None:
    """It is listed, delivered, and once for one key."""

    async def use(site: Site) -> None:
        webhook = (await site.create()).json()
        path = f"/v1/webhooks/{webhook['id']}/test"
        first, again = [await site.client.post(path, headers=KEY) for _ in range(2)]
        assert (first.status_code, again.content) == (202, first.content)
        assert first.json()["event"] == "webhook.test"
        pending = (await site.client.get("/v1/webhooks/deliveries?status=pending")).json()
        assert pending == {"deliveries": [first.json()], "next": None}
        async with delivering(site.post.deliveries()):
            await site.post.until_statuses("delivered")
        (parcel,) = site.post.sender.sent
        assert parcel.delivery_id == first.json()["id"]
        assert json.loads(parcel.body or "")["type"] == "webhook.test"

    with_site(tmp_path, use)


def test_dead_letters_are_listed_and_replayed(tmp_path: Path) -> None:
    """With tries, fault and moments; a replay waits to be delivered."""

    async def use(site: Site) -> None:
        webhook = (await site.create()).json()
        site.post.sender = GivenSender(Tried("it answered 410", final=True))
        tested = (await site.client.post(f"/v1/webhooks/{webhook['id']}/test")).json()
        async with delivering(site.post.deliveries()):
            await site.post.until_statuses("dead")
        ((dead),) = (await site.client.get("/v1/webhooks/deliveries")).json()["deliveries"]
        assert dead == tested | {"status": "dead", "tries": 1, "fault": "it answered 410", "next_at": None}
        replayed = await site.client.post(f"/v1/webhooks/deliveries/{dead['id']}/replay", headers=KEY)
        assert replayed.status_code == 202
        assert replayed.json() == tested | {"fault": "it answered 410"}
        assert (await site.client.get("/v1/webhooks/deliveries")).json()["deliveries"] == []
        unknown = await site.client.post("/v1/webhooks/deliveries/none/replay")
        assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:amends:problem:delivery-not-found")

    with_site(tmp_path, use)


def test_pages_follow_each_other(tmp_path: Path) -> None:
    """`next` is what `after` takes."""

    async def use(site: Site) -> None:
        webhook = (await site.create()).json()
        made = [(await site.client.post(f"/v1/webhooks/{webhook['id']}/test")).json()["id"] for _ in range(5)]
        seen: list[str] = []
        query: dict[str, str] | None = {"status": "pending", "limit": "2"}
        while query:
            page = (await site.client.get("/v1/webhooks/deliveries", params=query)).json()
            seen += [each["id"] for each in page["deliveries"]]
            query = query | {"after": page["next"]} if page["next"] else None
        assert seen == sorted(made, reverse=True)  # all are of one moment

    with_site(tmp_path, use)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lost", "status"),
        ("status=", "status"),
        ("status=dead&status=pending", "status"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("after=x", "after"),
        ("after=1-" + "g" * 32, "after"),
        ("after=" + "9" * 18 + "-" + "a" * 32, "after"),
        ("since=2025", "since"),
        ("a%0ab=1", "a\\nb"),
    ],
)
def test_a_wrong_query_is_named(query: str, field: str) -> None:
    """With the parameter at fault."""
    answer = call(make_app(), "GET", f"/v1/webhooks/deliveries?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({}, "url", "is required"),
        ({"url": 5}, "url", "valid string"),
        ({"url": "http://hooks.example.com"}, "url", "must begin with https://"),
        ({"url": "https://127.0.0.1/"}, "url", "loopback"),
        ({"url": "https://maya:Zyxwv-4929@hooks.example.com/"}, "url", "no password"),
        ({"url": "https://x.com/" + "x" * 2_000}, "url", "at most 2000 characters"),
        (HOOK | {"events": []}, "events", "at least 1 item"),
        (HOOK | {"events": ["draft.started"]}, "events.0", "'draft.finished' or 'batch.finished'"),
        (HOOK | {"events": ["webhook.test"]}, "events.0", "'draft.finished' or 'batch.finished'"),
        (HOOK | {"events": ["draft.finished"] * 3}, "events", "at most 2 items"),
        (HOOK | {"secret": "mine"}, "secret", "is not a known field"),
    ],
    ids=range(11),
)
def test_a_wrong_webhook_is_named(
    body: dict[str, object], field: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the field at fault and what to do, and without what may be a password."""
    answer = call(make_app(), "POST", "/v1/webhooks", body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:amends:problem:invalid-field")
    (fault, *_) = answer.json()["errors"]
    assert fault["field"] == field
    assert says in fault["message"]
    shown = capsys.readouterr()
    assert TOKEN not in answer.text + shown.out + shown.err


def test_no_token_and_no_secret_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a webhook that is made, tried out, renewed and deleted."""
    app = make_app()
    webhook = call(app, "POST", "/v1/webhooks", HOOK).json()
    path = f"/v1/webhooks/{webhook['id']}"
    secrets = [webhook["secret"], call(app, "POST", f"{path}/secret").json()["secret"]]
    assert call(app, "POST", f"{path}/test").status_code == 202
    assert call(app, "DELETE", path).status_code == 204
    shown = capsys.readouterr()
    for text in (TOKEN, *secrets):
        assert text not in shown.out + shown.err
