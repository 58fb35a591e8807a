"""Webhooks in the database: announced to in the transaction of what happened, and each tenant's own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit import OPERATOR
from service.errors import DeliveryNotFound, InvalidField, KeyInUse, WebhookNotFound
from service.idempotency import Answer, Asked, Claim, Kept
from service.store.outbox import KEPT
from service.store.webhooks import MOST_WEBHOOKS, announce
from service.webhooks.events import EVENT_NAMES, batch_finished, draft_finished
from service.webhooks.registering import OLD_SECRET_SIGNS
from service.webhooks.retrying import Settlement
from service.webhooks.schemas import DeliveryPage, DeliveryQuery
from tests.databases import rows, sqlite_url
from tests.service.parts import NOW
from tests.service.webhooks.outboxes import FINISHED, URL, Post, with_post

LATER = NOW + timedelta(minutes=1)


def test_an_event_goes_to_who_listens(database_url: str) -> None:
    """To each webhook of the tenant that names it, and to nobody else's."""

    async def use(post: Post) -> None:
        every, drafts = await post.register(), await post.register("draft.finished")
        batches = await post.register("batch.finished")
        await post.register(tenant="other")
        assert await post.announce(draft_finished("d", None, "ready", NOW)) == 2
        assert await post.announce(batch_finished("b", NOW)) == 2
        assert await post.announce(FINISHED, tenant="third") == 0
        found = (await post.listed.page("default", DeliveryQuery(status="pending"))).deliveries
        told = {(each.webhook_id, each.event, each.about) for each in found}
        assert told == {
            (every, "draft.finished", "d"),
            (drafts, "draft.finished", "d"),
            (every, "batch.finished", "b"),
            (batches, "batch.finished", "b"),
        }

    with_post(database_url, use)


def test_nothing_is_announced_that_was_not_stored(database_url: str) -> None:
    """A transaction that is rolled back tells nobody."""

    async def use(post: Post) -> None:
        await post.register()
        async with AsyncSession(post.engine) as session:
            await announce(session, "default", FINISHED)
            await session.flush()
            await session.rollback()
        assert await post.rows() == []

    with_post(database_url, use)


def test_a_webhook_that_is_deleted_does_not_break_what_announces(postgres_url: str) -> None:
    """Where two may write at once, a deletion waits for the transaction, and takes what it added along."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        async with AsyncSession(post.engine) as session:
            await announce(session, "default", FINISHED)
            deleting = asyncio.create_task(post.webhooks.delete("default", webhook_id, OPERATOR))
            await asyncio.sleep(0.2)
            assert not deleting.done()
            await session.commit()
            await deleting
        assert await post.rows() == []

    with_post(postgres_url, use)


def test_two_deletions_at_once_are_one(postgres_url: str) -> None:
    """Held up where both have found it: one deletes it and writes that down, for the other there is none."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        async with AsyncSession(post.engine) as session:
            await announce(session, "default", FINISHED)
            deletions = [asyncio.create_task(post.webhooks.delete("default", webhook_id, OPERATOR)) for _ in range(2)]
            await asyncio.sleep(0.2)
            await session.commit()
        ended = await asyncio.gather(*deletions, return_exceptions=True)
        assert sorted(type(each).__name__ for each in ended) == ["NoneType", "WebhookNotFound"]
        async with post.engine.connect() as connection:
            found = await connection.execute(text("SELECT action FROM audit ORDER BY id"))
            assert [action for (action,) in found] == ["webhook.created", "webhook.deleted"]

    with_post(postgres_url, use)


def test_webhooks_are_each_tenants_own(database_url: str) -> None:
    """Nobody sees, changes or deletes another's."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce()
        ((delivery_id, *_),) = await post.rows()
        webhooks = post.webhooks
        assert await webhooks.list("other") == ()
        for attempt in (
            webhooks.with_secret("other", webhook_id),
            webhooks.delete("other", webhook_id, OPERATOR),
            webhooks.renew_secret("other", webhook_id, OPERATOR),
            webhooks.test("other", webhook_id),
        ):
            with pytest.raises(WebhookNotFound):
                await attempt
        with pytest.raises(DeliveryNotFound):
            await webhooks.replay("other", delivery_id, OPERATOR)
        assert (await webhooks.deliveries("other", DeliveryQuery(status="pending"))).deliveries == ()
        assert [each.id for each in await webhooks.list("default")] == [webhook_id]
        assert len(await post.rows()) == 1

    with_post(database_url, use)


def test_there_is_a_most_of_webhooks(database_url: str) -> None:
    """Each event is sent to every one of them."""

    async def use(post: Post) -> None:
        made = [await post.register() for _ in range(MOST_WEBHOOKS)]
        with pytest.raises(InvalidField, match="delete one first"):
            await post.register()
        await post.register(tenant="other")
        await post.webhooks.delete("default", made[0], OPERATOR)
        await post.register()
        assert len(await post.webhooks.list("default")) == MOST_WEBHOOKS

    with_post(database_url, use)


async def secrets_at(post: Post, webhook_id: str) -> tuple[str, ...]:
    """The secrets that sign the only delivery now."""
    (delivery_id,) = [row.id for row in await post.rows()]
    await post.webhooks.replay("default", delivery_id, OPERATOR)
    (parcel,) = await post.outbox.take(webhook_id, 1, "me", post.time.now, post.time.now)
    return parcel.secrets


def test_a_renewed_secret_signs_with_the_old_one_for_a_day(database_url: str) -> None:
    """Then the old one signs no more, and is deleted."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        old = (await post.webhooks.with_secret("default", webhook_id)).secret
        await post.announce()
        await post.webhooks.renew_secret("default", webhook_id, OPERATOR)
        new = (await post.webhooks.with_secret("default", webhook_id)).secret
        assert old != new
        assert await secrets_at(post, webhook_id) == (new, old)
        await post.outbox.tidy(post.time.now)
        post.time.now += OLD_SECRET_SIGNS
        assert await secrets_at(post, webhook_id) == (new,)
        await post.outbox.tidy(post.time.now)
        async with post.engine.connect() as connection:
            kept = (await connection.execute(text("SELECT secret, old_secret FROM webhooks"))).one()
        assert tuple(kept) == (new, None)

    with_post(database_url, use)


def test_a_secret_keeps_its_day_whatever_is_renewed_meanwhile(database_url: str) -> None:
    """Who still verifies by the first misses nothing; when its day is over, the next renewal has its own."""

    async def renewed(post: Post, webhook_id: str) -> str:
        await post.webhooks.renew_secret("default", webhook_id, OPERATOR)
        return (await post.webhooks.with_secret("default", webhook_id)).secret

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        first = (await post.webhooks.with_secret("default", webhook_id)).secret
        await post.announce()
        await renewed(post, webhook_id)
        post.time.now += OLD_SECRET_SIGNS - timedelta(seconds=1)
        third = await renewed(post, webhook_id)
        assert await secrets_at(post, webhook_id) == (third, first)
        post.time.now += timedelta(seconds=1)
        assert await secrets_at(post, webhook_id) == (third,)
        fourth = await renewed(post, webhook_id)
        post.time.now += OLD_SECRET_SIGNS - timedelta(seconds=1)
        assert await secrets_at(post, webhook_id) == (fourth, third)

    with_post(database_url, use)


def test_what_is_done_is_written_down(database_url: str) -> None:
    """In the audit trail, with ids and no URL."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce()
        ((delivery_id, *_),) = await post.rows()
        await post.webhooks.renew_secret("default", webhook_id, OPERATOR)
        await post.webhooks.replay("default", delivery_id, OPERATOR)
        await post.webhooks.delete("default", webhook_id, OPERATOR)
        async with post.engine.connect() as connection:
            found = await connection.execute(text("SELECT action, about, figures_json FROM audit ORDER BY id"))
            assert [tuple(row) for row in found] == [
                ("webhook.created", webhook_id, "{}"),
                ("webhook.secret_renewed", webhook_id, "{}"),
                ("delivery.replayed", delivery_id, "{}"),
                ("webhook.deleted", webhook_id, "{}"),
            ]

    with_post(database_url, use)


def test_nothing_is_done_whose_answer_may_not_be_kept(database_url: str) -> None:
    """Where another process took a key over: no webhook, no secret, no test and no replay."""
    foreign = Kept(Claim(Asked("default", "POST /x", "k", "f"), "nobody"), Answer(201, "{}"), LATER)

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce()
        before = (await post.rows(), await post.webhooks.with_secret("default", webhook_id))
        (webhook,) = await post.webhooks.list("default")
        ((delivery_id, *_),) = await post.rows()
        delivery = await post.listed.get("default", delivery_id)
        for attempt in (
            post.store.add("default", webhook.model_copy(update={"id": "2"}), "whsec_", OPERATOR, foreign),
            post.webhooks.renew_secret("default", webhook_id, OPERATOR, lambda _: foreign),
            post.listed.add("default", delivery.model_copy(update={"id": "2"}), "{}", foreign),
            post.listed.replay("default", delivery, OPERATOR, LATER, foreign),
        ):
            with pytest.raises(KeyInUse):
                await attempt
        assert (await post.rows(), await post.webhooks.with_secret("default", webhook_id)) == before
        assert len(await post.webhooks.list("default")) == 1

    with_post(database_url, use)


def test_pages_hold_each_delivery_once(database_url: str) -> None:
    """The newest first, also where many are of one moment and more come while somebody turns the pages."""

    async def use(post: Post) -> None:
        await post.register()
        events = [draft_finished(f"d-{n}", None, "ready", NOW + timedelta(microseconds=n // 4)) for n in range(25)]
        await post.announce(*events)
        seen: list[str] = []
        page = DeliveryPage(deliveries=(), next=None)
        for _ in range(4):
            page = await post.listed.page("default", DeliveryQuery(status="pending", limit=7, after=page.next))
            seen += [each.about for each in page.deliveries]
            await post.announce(draft_finished("new", None, "ready", LATER))
        assert page.next is None
        assert (len(seen), set(seen)) == (25, {event.about for event in events})
        moments = [int(about.removeprefix("d-")) // 4 for about in seen]
        assert moments == sorted(moments, reverse=True)
        assert (await post.listed.page("default", DeliveryQuery())).deliveries == ()

    with_post(database_url, use)


def test_what_nobody_will_ask_for_is_deleted(database_url: str) -> None:
    """What was delivered after some days, what is dead after a month, what waits never."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce(*(draft_finished(f"d-{n}", None, "ready", NOW) for n in range(6)))
        parcels = await post.outbox.take(webhook_id, 6, "me", NOW, NOW)
        for number, status in enumerate(("delivered", "delivered", "dead", "dead")):
            at = NOW + timedelta(seconds=number % 2)
            settlement = Settlement("delivered" if status == "delivered" else "dead", at, None)
            assert await post.outbox.settle(parcels[number].delivery_id, "me", settlement)
        left = []
        for now in (NOW, NOW + KEPT["delivered"], NOW + KEPT["dead"], NOW + KEPT["dead"] * 9):
            await post.outbox.tidy(now)
            left.append(sorted(row.status for row in await post.rows()))
        assert left == [
            ["dead", "dead", "delivered", "delivered", "pending", "pending"],
            ["dead", "dead", "delivered", "pending", "pending"],
            ["dead", "pending", "pending"],
            ["pending", "pending"],
        ]

    with_post(database_url, use)


def test_leases(database_url: str) -> None:
    """What somebody has, nobody else takes or settles before its time; given back, it is due at once."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce(*(draft_finished(f"d-{n}", None, "ready", NOW + timedelta(seconds=n)) for n in range(5)))
        assert await post.outbox.due(NOW - timedelta(seconds=1)) == []
        mine = await post.outbox.take(webhook_id, 2, "me", LATER, LATER + timedelta(minutes=1))
        bodies = [json.loads(parcel.body)["data"]["id"] for parcel in mine]
        assert sorted(bodies) == ["d-0", "d-1"]
        theirs = await post.outbox.take(webhook_id, 9, "they", LATER, LATER + timedelta(minutes=1))
        assert len(theirs) == 3
        assert await post.outbox.due(LATER) == []
        (first, second), done = mine, Settlement("delivered", LATER, None)
        assert not await post.outbox.settle(first.delivery_id, "they", done)
        assert await post.outbox.settle(first.delivery_id, "me", done)
        assert not await post.outbox.settle(first.delivery_id, "me", done)
        await post.outbox.release([second, replace(theirs[0], owner="me")], LATER)
        assert await post.outbox.due(LATER) == [webhook_id]
        (again,) = await post.outbox.take(webhook_id, 9, "they", LATER, LATER + timedelta(minutes=1))
        assert (again.delivery_id, again.tries) == (second.delivery_id, 1)
        assert await post.outbox.take("unknown", 9, "they", LATER, LATER) == ()

    with_post(database_url, use)


def test_what_is_due_is_found_by_an_index(tmp_path: Path) -> None:
    """Neither the look for what is due, nor taking it, nor a page of dead letters reads a whole table."""
    url = sqlite_url(tmp_path / "a.db")

    async def use(post: Post) -> None:
        await post.register()

    with_post(url, use)
    where = "webhook_id = 'w' AND status = 'pending' AND next_at <= 'x'"
    dead = "tenant = 't' AND status = 'dead' AND created_at <= 'x'"
    for query in (
        f"SELECT id FROM webhooks WHERE EXISTS (SELECT 1 FROM webhook_deliveries WHERE {where})",
        f"SELECT id FROM webhook_deliveries WHERE {where} ORDER BY next_at LIMIT 4",
        f"SELECT id FROM webhook_deliveries WHERE {dead} ORDER BY created_at DESC, id DESC LIMIT 50",
    ):
        plan = " ".join(str(row[-1]) for row in rows(url, f"EXPLAIN QUERY PLAN {query}"))
        assert "SCAN webhook_deliveries" not in plan
        assert "TEMP B-TREE" not in plan


def test_events_are_kept_in_one_order(database_url: str) -> None:
    """However they were named, each once."""

    async def use(post: Post) -> None:
        await post.register("batch.finished", "draft.finished", url=URL)
        post.time.now = LATER
        await post.register("batch.finished", "batch.finished", url=URL)
        assert [each.events for each in await post.webhooks.list("default")] == [EVENT_NAMES, ("batch.finished",)]

    with_post(database_url, use)
