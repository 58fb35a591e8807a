"""Which answers of Amends end a step, and which are worth another try."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from amends_chatwoot.business import Business
from amends_chatwoot.chatwoot import Chatwoot
from amends_chatwoot.steps import Rules, Steps
from amends_chatwoot.store import Store, Turn
from amends_client import AsyncAmends, Retries
from plugins.chatwoot.tests.test_store import NONE, answered, placed, written

BUSINESS = Business.model_validate({"context": {"brand": "Harbourline Home", "agent": {"name": "Maya Lindqvist"}}})
LONG_AFTER = 10**12


def problem(name: str, status: int, **headers: str) -> httpx.Response:
    """An error as Amends answers it."""
    body = {"type": f"urn:amends:problem:{name}", "title": "It cannot be", "status": status, "detail": "It cannot be."}
    return httpx.Response(status, json=body, headers=headers)


PROXY = httpx.Response(404, html="<h1>404 page not found</h1>")  # of one that has lost what is behind it


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (problem("draft-deleted", 410), 0),
        (problem("invalid-field", 422), 0),
        (problem("draft-unmade", 409), 0),
        (problem("idempotency-key-in-use", 409, **{"Retry-After": "5"}), 1),
        (problem("store-unavailable", 503, **{"Retry-After": "5"}), 1),
        (problem("access-key-wrong", 401), 1),
        (PROXY, 1),
    ],
)
def test_a_reply_is_told_until_it_is_refused(tmp_path: Path, answer: httpx.Response, left: int) -> None:
    """A key that is in use is no refusal: Amends was stopped in the middle of the same request."""
    store = Store(tmp_path / "bot.db", 10)
    now = time.time()
    placed(store, 1, now)
    store.hear("", answered(2), now)

    async def tell() -> None:
        transport = httpx.MockTransport(lambda _: answer)
        async with (
            httpx.AsyncClient() as http,
            AsyncAmends("http://amends", retries=Retries(tries=1), transport=transport) as amends,
        ):
            steps = Steps(store, Chatwoot(http, 3), amends, BUSINESS, Rules(3, hand_over=True, link_s=900))
            (reply,) = store.due_replies(LONG_AFTER, 9, NONE)
            await steps.reply(reply)

    asyncio.run(tell())
    assert len(store.due_replies(LONG_AFTER, 9, NONE)) == left
    store.close()


async def step(store: Store, turn: Turn, amends: httpx.Response, chatwoot: httpx.Response) -> None:
    """The next step of a turn, where each of the two answers so."""
    async with (
        httpx.AsyncClient(base_url="http://chatwoot", transport=httpx.MockTransport(lambda _: chatwoot)) as http,
        AsyncAmends(
            "http://amends", retries=Retries(tries=1), transport=httpx.MockTransport(lambda _: amends)
        ) as client,
    ):
        await Steps(store, Chatwoot(http, 3), client, BUSINESS, Rules(3, hand_over=True, link_s=900)).turn(turn)


@pytest.mark.parametrize(
    ("amends", "chatwoot", "state"),
    [
        (PROXY, httpx.Response(200, json={}), "drafting"),
        (problem("not-found", 404), httpx.Response(200, json={}), "drafting"),
        (problem("draft-deleted", 410), httpx.Response(200, json={}), "over"),
        (problem("draft-deleted", 410), PROXY, "drafting"),
        (problem("store-unavailable", 503), httpx.Response(404, json={"error": "Not found"}), "over"),
    ],
)
def test_a_turn_ends_where_what_it_is_about_is_gone(
    tmp_path: Path, amends: httpx.Response, chatwoot: httpx.Response, state: str
) -> None:
    """A proxy's 404 says nothing of that, and neither does that of a wrong address."""
    store = Store(tmp_path / "bot.db", 0)
    store.hear("", replace(written(1), pending=True), time.time())
    (turn,) = store.due_turns(LONG_AFTER, 9, NONE)
    store.move(turn, "drafting", draft_id="0f6c")
    (turn,) = store.due_turns(LONG_AFTER, 9, NONE)
    asyncio.run(step(store, turn, amends, chatwoot))
    found = store.newest(turn.conversation)
    assert found
    assert found.state == state
    store.close()
