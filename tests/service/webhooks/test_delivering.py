"""Delivering: each event once where all is well, at least once where it is not, and nobody waits for a slow one."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.audit import OPERATOR
from service.errors import StoreError
from service.webhooks.delivering import AT_ONCE_FOR_ONE, LEASE, Deliveries, delivering
from service.webhooks.events import batch_finished, draft_finished
from service.webhooks.retrying import MOST_TRIES, PAUSES, Tried
from service.webhooks.sending import Parcel
from tests.databases import sqlite_url
from tests.service.parts import NOW
from tests.service.webhooks.outboxes import FINISHED, GivenSender, Post, distinct, with_post

FAILED = Tried("it answered 500")


def test_an_event_is_delivered(database_url: str) -> None:
    """Once, with what its webhook says, and noted with the moment."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        assert await post.announce() == 1
        async with delivering(post.deliveries()):
            await post.until_statuses("delivered")
            await asyncio.sleep(0.1)
        ((parcel,), (row,)) = post.sender.sent, await post.rows()
        _, secret = await post.store.get("default", webhook_id)
        told = (row.id, webhook_id, "https://hooks.example.com/a", (secret,), FINISHED.body, 1, parcel.owner)
        assert parcel == Parcel(*told)
        assert (row.tries, row.fault, row.owner) == (1, None, None)
        assert (await post.listed.get("default", row.id)).delivered_at == NOW

    with_post(database_url, use)


def test_what_fails_is_tried_for_a_day(database_url: str) -> None:
    """Ten times, each when its time has come and not before; then it is dead, with how the last try ended."""

    async def use(post: Post) -> None:
        post.sender = GivenSender(*[Tried(f"it answered {500 + number}") for number in range(MOST_TRIES)])
        await post.register()
        await post.announce()
        async with delivering(post.deliveries()):
            for number, pause in enumerate(PAUSES, start=1):
                await post.until_settled(number)
                post.time.now += pause - timedelta(seconds=1)
                await asyncio.sleep(0.05)
                assert len(post.sender.sent) == number
                post.time.now += timedelta(seconds=1)
            await post.until_statuses("dead")
            post.time.now += timedelta(days=1)
            await asyncio.sleep(0.05)
        (row,) = await post.rows()
        assert (row.tries, row.fault, len(post.sender.sent)) == (MOST_TRIES, "it answered 509", MOST_TRIES)
        assert timedelta(hours=23) < post.time.now - timedelta(days=1) - NOW < timedelta(hours=24)

    with_post(database_url, use)


def test_a_receiver_that_is_gone_ends_it(tmp_path: Path) -> None:
    """A final fault is the last one."""

    async def use(post: Post) -> None:
        post.sender = GivenSender(Tried("gone", final=True))
        await post.register()
        await post.announce()
        async with delivering(post.deliveries()):
            await post.until_statuses("dead")
        assert [row.tries for row in await post.rows()] == [1]

    with_post(sqlite_url(tmp_path / "a.db"), use)


def test_a_dead_one_is_replayed(database_url: str) -> None:
    """With all its tries, under the same id; so is one that was delivered, and one that waits."""

    async def use(post: Post) -> None:
        post.sender = GivenSender(Tried("gone", final=True), Tried(), FAILED, Tried())
        await post.register()
        await post.announce()
        ((delivery_id, *_),) = await post.rows()
        async with delivering(post.deliveries()):
            for status in ("dead", "delivered", "pending", "delivered"):
                await post.until_settled(1)
                await post.until_statuses(status)
                replayed = await post.webhooks.replay("default", delivery_id, OPERATOR)
                assert (replayed.status, replayed.tries, replayed.next_at) == ("pending", 0, post.time.now)
            await post.until_sent(5)
        assert set(post.sender.ids) == {delivery_id}
        assert post.woken == 4

    with_post(database_url, use)


def test_a_replay_outlives_the_try_that_it_overtakes(database_url: str) -> None:
    """What comes of the try before it is not noted, though one process has both under way."""

    async def use(post: Post) -> None:
        post.sender = GivenSender(Tried("gone", final=True), Tried())
        await post.register()
        await post.announce()
        ((delivery_id, *_),) = await post.rows()
        overtaken, replayed = asyncio.Event(), asyncio.Event()
        post.sender.gate = overtaken
        async with delivering(post.deliveries()):
            await post.until_sent(1)
            post.sender.gate = replayed
            await post.webhooks.replay("default", delivery_id, OPERATOR)
            await post.until_sent(2)
            overtaken.set()
            await asyncio.sleep(0.1)
            ((_, status, tries, fault, _),) = await post.rows()
            assert (status, tries, fault) == ("pending", 1, None)
            replayed.set()
            await post.until_statuses("delivered")

    with_post(database_url, use)


def test_two_processes_do_not_send_twice(database_url: str) -> None:
    """Forty events to four webhooks, three that deliver: each is sent once."""

    async def use(post: Post) -> None:
        for _ in range(4):
            await post.register()
        await post.announce(*(draft_finished(f"draft-{number}", None, "ready", NOW) for number in range(40)))
        senders = [GivenSender() for _ in range(3)]
        first, second, third = (post.deliveries(sender) for sender in senders)
        async with delivering(first), delivering(second), delivering(third):
            await post.until_statuses(*["delivered"] * 160)
        ids = [each for sender in senders for each in sender.ids]
        assert (len(ids), distinct(ids)) == (160, True)
        assert {row.tries for row in await post.rows()} == {1}

    with_post(database_url, use)


def test_a_slow_webhook_holds_nobody_up(database_url: str) -> None:
    """It has a few tries under way at once, and the others theirs."""

    async def use(post: Post) -> None:
        slow, quick = await post.register(), await post.register()
        post.sender.gate.clear()
        post.sender.held = {slow}
        await post.announce(*(draft_finished(f"draft-{number}", None, "ready", NOW) for number in range(12)))
        async with delivering(post.deliveries()):
            await post.until_statuses(*["delivered"] * 12, *["pending"] * 12)
            under_way = [parcel for parcel in post.sender.sent if parcel.webhook_id == slow]
            assert len(under_way) == AT_ONCE_FOR_ONE
            assert sum(parcel.webhook_id == quick for parcel in post.sender.sent) == 12
            post.sender.gate.set()
            await post.until_statuses(*["delivered"] * 24)
        assert distinct(post.sender.ids)

    with_post(database_url, use)


def test_many_slow_ones_leave_room_at_the_end(tmp_path: Path) -> None:
    """No more tries are under way than the limit, however many webhooks there are."""

    async def use(post: Post) -> None:
        post.sender.gate.clear()
        for _ in range(3):
            await post.register()
        await post.announce(*[FINISHED] * 5)
        deliveries = Deliveries(post.outbox, post.sender, post.time, at_once=6, poll_s=0.02)
        async with delivering(deliveries):
            await post.until_sent(6)
            await asyncio.sleep(0.1)
            assert len(post.sender.sent) == 6
            post.sender.gate.set()
            await post.until_statuses(*["delivered"] * 15)

    with_post(sqlite_url(tmp_path / "a.db"), use)


def test_a_dead_process_leaves_its_events_to_others(database_url: str) -> None:
    """When its lease has run out, and not before; what it may still say of them then counts no more."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce()
        (taken,) = await post.outbox.take(webhook_id, 9, "dead", NOW, NOW + LEASE)
        async with delivering(post.deliveries()):
            post.time.now += LEASE - timedelta(seconds=1)
            await asyncio.sleep(0.1)
            assert post.sender.sent == []
            post.time.now += timedelta(seconds=1)
            await post.until_statuses("delivered")
        assert post.sender.ids == [taken.delivery_id]
        assert post.sender.sent[0].tries == 2

    with_post(database_url, use)


def test_at_the_end_the_rest_is_given_back(database_url: str) -> None:
    """What does not end in time is another's at once, and no try was spent on it; what does is noted."""

    async def use(post: Post) -> None:
        slow = await post.register()
        await post.announce()
        post.sender.gate.clear()
        async with delivering(post.deliveries()):
            await post.until_sent(1)
        ((_, status, tries, _, owner),) = await post.rows()
        assert (status, tries, owner) == ("pending", 0, None)
        assert await post.outbox.due(NOW) == [slow]
        async with delivering(post.deliveries(grace_s=10)):
            await post.until_sent(2)
            asyncio.get_running_loop().call_later(0.1, post.sender.gate.set)
        assert [(row.status, row.tries) for row in await post.rows()] == [("delivered", 1)]

    with_post(database_url, use)


def test_waking_does_not_wait_for_the_next_look(tmp_path: Path) -> None:
    """Also from another thread, before the start and after the end."""

    async def use(post: Post) -> None:
        deliveries = Deliveries(post.outbox, post.sender, post.time, poll_s=600)
        deliveries.wake()
        await post.register()
        async with delivering(deliveries):
            await asyncio.sleep(0.1)
            await post.announce()
            await asyncio.to_thread(deliveries.wake)
            await post.until_statuses("delivered")
        deliveries.wake()
        await deliveries.aclose()

    with_post(sqlite_url(tmp_path / "a.db"), use)


def test_a_webhook_that_is_deleted_in_the_middle(database_url: str) -> None:
    """Nothing more is sent, and what is under way ends without a fault."""

    async def use(post: Post) -> None:
        webhook_id = await post.register()
        await post.announce(FINISHED, batch_finished("batch-1", NOW))
        post.sender.gate.clear()
        async with delivering(post.deliveries(grace_s=10)):
            await post.until_sent(2)
            await post.webhooks.delete("default", webhook_id, OPERATOR)
            post.sender.gate.set()
        assert await post.rows() == []
        assert len(post.sender.sent) == 2

    with_post(database_url, use)


class BrokenOutbox:
    """An outbox that fails as it is told to, and then works again."""

    def __init__(self, post: Post, *faults: Exception) -> None:
        self._post = post
        self._faults = list(faults)

    async def due(self, now: datetime) -> list[str]:
        """Fail, or look."""
        if self._faults:
            raise self._faults.pop(0)
        return list(await self._post.outbox.due(now))

    def __getattr__(self, name: str) -> object:
        return getattr(self._post.outbox, name)


@pytest.mark.parametrize("fault", [StoreError("The database is gone."), RuntimeError("secret")], ids=["store", "bug"])
def test_faults_of_the_database_are_outlived(
    fault: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are logged, and the next look delivers; nobody's text is in the log."""

    async def use(post: Post) -> None:
        await post.register()
        await post.announce()
        broken = BrokenOutbox(post, fault)
        deliveries = Deliveries(broken, post.sender, post.time, poll_s=0.02)  # type: ignore[arg-type] # the rest is the outbox's
        async with delivering(deliveries):
            await asyncio.sleep(0.05)
            deliveries.wake()
            await post.until_statuses("delivered")

    with_post(sqlite_url(tmp_path / "a.db"), use)
    logged = capsys.readouterr().out
    assert "webhook.store_failed" in logged or "webhook.crashed" in logged
    assert "secret" not in logged


def test_a_fault_that_cannot_be_noted(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The lease runs out, and it is sent again: better twice than never."""

    async def use(post: Post) -> None:
        await post.register()
        await post.announce()
        post.sender.gate.clear()
        async with delivering(post.deliveries(grace_s=10)):
            await post.until_sent(1)
            async with post.engine.begin() as connection:
                await connection.execute(text("ALTER TABLE webhook_deliveries RENAME TO moved"))
            post.sender.gate.set()
            await asyncio.sleep(0.1)
        async with post.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE moved RENAME TO webhook_deliveries"))
        post.time.now += LEASE
        async with delivering(post.deliveries()):
            await post.until_statuses("delivered")
        assert len(set(post.sender.ids)) == 1
        assert len(post.sender.sent) == 2

    with_post(database_url, use)
    assert "webhook.not_settled" in capsys.readouterr().out


def test_logs_say_what_and_not_whose(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Webhook, delivery, tries, status and fault; no URL, no secret, no body."""
    found: list[str] = []

    async def use(post: Post) -> None:
        post.sender = GivenSender(Tried("it answered 500", final=True))
        webhook_id = await post.register(url="https://hooks.example.com/token-4929")
        _, secret = await post.store.get("default", webhook_id)
        await post.announce()
        async with delivering(post.deliveries()):
            await post.until_statuses("dead")
        found.extend((webhook_id, post.sender.ids[0], secret))

    with_post(sqlite_url(tmp_path / "a.db"), use)
    webhook_id, delivery_id, secret = found
    logged = capsys.readouterr().out
    for word in (webhook_id, delivery_id, "webhook.tried", "dead", "it answered 500"):
        assert word in logged
    for word in (secret, secret.removeprefix("whsec_"), "token-4929", "ticket-7"):
        assert word not in logged


def test_a_database_in_memory_has_room_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever looks for what is due and whoever stores take turns on its one connection."""

    async def use(post: Post) -> None:
        await post.register()
        async with delivering(post.deliveries()):
            for number in range(40):
                await post.announce(draft_finished(f"draft-{number}", None, "ready", NOW))
            await post.until_statuses(*["delivered"] * 40)

    with_post("sqlite+aiosqlite:///:memory:", use)
    assert "webhook.store_failed" not in capsys.readouterr().out
