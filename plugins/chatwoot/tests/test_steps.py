"""Which answers of Amends end a step, and which are worth another try."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from amends_chatwoot.business import Business
from amends_chatwoot.chatwoot import Chatwoot
from amends_chatwoot.steps import Rules, Steps
from amends_chatwoot.store import Store
from amends_client import AsyncAmends, Retries
from plugins.chatwoot.tests.test_store import NONE, answered, placed

BUSINESS = Business.model_validate({"context": {"brand": "Harbourline Home", "agent": {"name": "Maya Lindqvist"}}})
LONG_AFTER = 10**12


def problem(name: str, status: int, **headers: str) -> httpx.Response:
    """An error as Amends answers it."""
    body = {"type": f"urn:amends:problem:{name}", "title": "It cannot be", "status": status, "detail": "It cannot be."}
    return httpx.Response(status, json=body, headers=headers)


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (problem("draft-deleted", 410), 0),
        (problem("invalid-field", 422), 0),
        (problem("draft-unmade", 409), 0),
        (problem("idempotency-key-in-use", 409, **{"Retry-After": "5"}), 1),
        (problem("store-unavailable", 503, **{"Retry-After": "5"}), 1),
        (problem("access-key-wrong", 401), 1),
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
