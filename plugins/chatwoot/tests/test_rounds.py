"""What is worked on side by side, and what becomes of it at the end."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from amends_chatwoot.chatwoot import Chatwoot
from amends_chatwoot.rounds import REPLIES_AT_ONCE, Rounds
from amends_chatwoot.steps import Rules, Steps
from amends_chatwoot.store import Store
from amends_client import AsyncAmends, Retries
from plugins.chatwoot.tests.test_steps import BUSINESS, LONG_AFTER, problem
from plugins.chatwoot.tests.test_store import NONE, answered, placed, written

AT_ONCE = 2
REPLIES = REPLIES_AT_ONCE + 2
SOON_S = 5.0


@dataclass
class Slow:
    """An Amends that answers once it is let, drafts and feedback each for itself, and a Chatwoot that is there."""

    drafting: asyncio.Event = field(default_factory=asyncio.Event)
    hearing: asyncio.Event = field(default_factory=asyncio.Event)
    drafts: int = 0
    replies: int = 0
    most_replies: int = 0
    opened: int = 0

    async def amends(self, request: httpx.Request) -> httpx.Response:
        """An answer that ends what was asked for."""
        if request.url.path.endswith("/feedback"):
            self.replies += 1
            self.most_replies = max(self.most_replies, self.replies)
            try:
                await self.hearing.wait()
            finally:
                self.replies -= 1
        else:
            self.drafts += 1
            await self.drafting.wait()
        return problem("draft-deleted", 410)

    async def chatwoot(self, _: httpx.Request) -> httpx.Response:
        """A conversation is handed over."""
        self.opened += 1
        return httpx.Response(200, json={"payload": {"success": True, "current_status": "open"}})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """More replies to be told than are told at once."""
    found = Store(tmp_path / "bot.db", 0)
    for number in range(1, REPLIES + 1):
        placed(found, 10 * number, time.time())
        found.hear("", answered(10 * number + 1), time.time())
    yield found
    found.close()


@asynccontextmanager
async def at_work(store: Store, slow: Slow) -> AsyncIterator[Rounds]:
    """Rounds, until they are stopped."""
    async with (
        httpx.AsyncClient(base_url="http://chatwoot", transport=httpx.MockTransport(slow.chatwoot)) as http,
        AsyncAmends("http://amends", retries=Retries(tries=1), transport=httpx.MockTransport(slow.amends)) as amends,
    ):
        steps = Steps(store, Chatwoot(http, 3), amends, BUSINESS, Rules(3, hand_over=True, link_s=900))
        rounds = Rounds(store, steps, AT_ONCE, keep_days=30)
        task = asyncio.create_task(rounds.run())
        yield rounds
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(SOON_S):
        while not so():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.01)


def test_turns_do_not_wait_for_replies(store: Store) -> None:
    """A conversation is handed over while replies are told, which is done some at a time and to all of them."""

    async def work() -> None:
        slow = Slow()
        async with at_work(store, slow) as rounds:
            await until(lambda: slow.replies == REPLIES_AT_ONCE)
            store.hear("", replace(written(1, conversation=2), pending=True), time.time())
            rounds.wake()
            await until(lambda: slow.opened == 1)
            slow.hearing.set()
            await until(lambda: store.due_replies(LONG_AFTER, REPLIES, NONE) == [])
            assert slow.most_replies == REPLIES_AT_ONCE

    asyncio.run(work())


def test_replies_do_not_wait_for_turns(store: Store) -> None:
    """One that becomes due is told while no other turn can begin."""

    async def work() -> None:
        slow = Slow()
        slow.hearing.set()
        for conversation in range(2, 3 + AT_ONCE):
            store.hear("", written(1, conversation=conversation), time.time())
        for reply in store.due_replies(time.time(), REPLIES, NONE):
            store.put_off(reply, time.time() + 0.5)
        async with at_work(store, slow):
            await until(lambda: slow.drafts == AT_ONCE)
            await until(lambda: store.due_replies(LONG_AFTER, REPLIES, NONE) == [])
            assert slow.drafts == AT_ONCE

    asyncio.run(work())


def test_nothing_goes_on_after_the_end(store: Store) -> None:
    """What was being told is told after the next start."""

    async def work() -> None:
        slow = Slow()
        async with at_work(store, slow):
            await until(lambda: slow.replies == REPLIES_AT_ONCE)
        assert slow.replies == 0
        assert len(asyncio.all_tasks()) == 1
        assert len(store.due_replies(time.time(), REPLIES, NONE)) == REPLIES

    asyncio.run(work())


def test_work_goes_on_after_the_file_failed(tmp_path: Path) -> None:
    """A disk was full for a while."""

    class Full(Store):
        failed = False

        def forget(self, before: float) -> None:
            if not self.failed:
                self.failed = True
                raise sqlite3.OperationalError("database or disk is full")
            super().forget(before)

    store = Full(tmp_path / "full.db", 0)
    store.hear("", written(1), time.time())

    async def work() -> None:
        slow = Slow()
        async with at_work(store, slow):
            await until(lambda: slow.drafts == 1)

    asyncio.run(work())
    store.close()
