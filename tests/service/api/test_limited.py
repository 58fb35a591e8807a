"""Limits at the service: what is refused, what callers are told, and when their places are free again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access import ANYBODY
from service.api.callers import CALLER
from service.api.limited import Limited
from service.limiting.limiter import Limiter
from service.limiting.rates import Limits, Rate
from tests.service.admitted import MemoryKeys, admitting_by, bearer, make_key
from tests.service.api.calling import CASE, DRAFT, call, make_app
from tests.service.limiting.parts import Away, Parts
from tests.service.parts import MemoryDrafts

DAY = 86_400
TOKENS_FIRST = Limits(drafting=(Rate(1, DAY),), at_once=9, tokens_per_day=0)
LIMITS = Limits((Rate(2, 3_600), Rate(10, DAY)), (Rate(3, DAY),), (Rate(5, DAY),))


def calls(app: FastAPI, *asked: tuple[str, str, object], **headers: str) -> Sequence[httpx2.Response]:
    """Answers to requests that are sent at once."""

    async def run() -> Sequence[httpx2.Response]:
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid", headers=headers) as client:
            return await asyncio.gather(*(client.request(method, path, json=body) for method, path, body in asked))

    return asyncio.run(run())


def test_fifty_at_once() -> None:
    """Of a limit of ten, exactly ten pass."""
    app = make_app(limiter=Parts(Limits(checking=(Rate(10, DAY),))).limiter)
    answers = calls(app, *[("POST", "/v1/checks", DRAFT)] * 50)
    assert sorted(answer.status_code for answer in answers) == [200] * 10 + [429] * 40


def test_what_callers_are_told() -> None:
    """How much is left with every answer, whatever its status; and at the end how long to wait."""
    app = make_app(limiter=Parts(LIMITS).limiter)
    answers = calls(app, *[("POST", "/v1/drafts", each) for each in (CASE, {}, CASE)])
    assert [answer.status_code for answer in answers] == [200, 422, 429]
    for answer in answers:
        assert answer.headers["RateLimit-Policy"] == '"drafting-3600s";q=2;w=3600, "drafting-86400s";q=10;w=86400'
    left = [answer.headers["RateLimit"] for answer in answers]
    assert left[0].startswith('"drafting-3600s";r=1;t=')
    assert ['"drafting-86400s";r=9;t=' in left[0], '"drafting-86400s";r=8;t=' in left[2]] == [True, True]
    problem = answers[2].json()
    assert problem["type"] == "urn:amends:problem:rate-limited"
    assert problem["request_id"] == answers[2].headers["X-Request-ID"]
    wait = answers[2].headers["Retry-After"]
    assert left[2].startswith(f'"drafting-3600s";r=0;t={wait}, ')
    assert f"again in {wait} s" in problem["detail"]
    assert not [name for name in answers[0].headers if name.lower() == "retry-after"]


@pytest.mark.parametrize("limiter", [None, Parts(Limits()).limiter, Parts(Limits(reading=(Rate(1, DAY),))).limiter])
def test_no_limit(limiter: Limiter | None) -> None:
    """Nothing is said where nothing is limited."""
    answers = calls(make_app(limiter=limiter), *[("POST", "/v1/checks", DRAFT)] * 3)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert not [name for answer in answers for name in answer.headers if "ratelimit" in name.lower()]


def test_each_class_by_itself() -> None:
    """Who drafts too much still checks and reads."""
    app = make_app(limiter=Parts(LIMITS).limiter)
    asked = (
        [("POST", "/v1/drafts", CASE)] * 3 + [("POST", "/v1/checks", DRAFT)] * 4 + [("GET", "/v1/webhooks", None)] * 6
    )
    statuses = [answer.status_code for answer in calls(app, *asked)]
    assert statuses == [200, 200, 429, 200, 200, 200, 429, 200, 200, 200, 200, 200, 429]


def test_signs_of_life() -> None:
    """They have no limit, nor has the documentation."""
    app = make_app(limiter=Parts(Limits(reading=(Rate(1, DAY),), at_once=1)).limiter)
    for path in ("/healthz", "/readyz", "/openapi.json"):
        assert {answer.status_code for answer in calls(app, *[("GET", path, None)] * 3)} == {200}


def test_keys_have_limits_of_their_own() -> None:
    """One caller's requests are not another's; who has a wrong key, or none, uses up nobody's."""
    first, second = make_key("a" * 12), make_key("b" * 12)
    app = make_app(
        admitting=admitting_by(MemoryKeys(first, second)), limiter=Parts(Limits(reading=(Rate(2, DAY),))).limiter
    )
    stolen = bearer(first.id, "x" * 43)
    assert [call(app, "GET", "/v1/webhooks", headers=stolen).status_code for _ in range(5)] == [401] * 5
    for key in (first, second):
        statuses = [call(app, "GET", "/v1/webhooks", headers=bearer(key.id)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_what_is_refused_does_nothing() -> None:
    """No draft is made or stored, and no body is read."""
    drafts = MemoryDrafts()
    app = make_app(drafts=drafts, limiter=Parts(Limits(tokens_per_day=0)).limiter)

    async def endless() -> object:
        raise AssertionError("it was read")
        yield b""

    answer = call(app, "POST", "/v1/drafts", endless(), {"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:amends:problem:token-budget-spent")
    assert answer.headers["RateLimit-Policy"] == '"tokens";q=0;w=86400;qu="tokens"'
    assert not drafts.kept


def test_drafts_are_counted_for_their_caller() -> None:
    """By the key's id, or as one where no key is needed."""
    drafts = MemoryDrafts()
    key = make_key("c" * 12)
    call(make_app(drafts=drafts), "POST", "/v1/drafts", CASE)
    call(make_app(drafts=drafts, admitting=admitting_by(MemoryKeys(key))), "POST", "/v1/drafts", CASE, bearer(key.id))
    assert drafts.payers == ["open", key.id]


@pytest.mark.parametrize("limits", [Limits(drafting=(Rate(1, DAY),), at_once=9, tokens_per_day=5), TOKENS_FIRST])
def test_a_refusal_tells_of_the_limits_before_it(limits: Limits) -> None:
    """Calls at once, then tokens, then requests in a time: up to the one that refused it."""
    answers = calls(make_app(limiter=Parts(limits).limiter), *[("POST", "/v1/drafts", CASE)] * 2)
    told = [name.partition(";")[0] for name in answers[1].headers["RateLimit"].split(", ")]
    assert answers[1].status_code == 429
    assert told == ['"at-once"', '"tokens"', *(['"drafting-86400s"'] if limits.tokens_per_day else [])]


def test_a_store_that_is_away() -> None:
    """Requests are answered, and still counted in this process."""
    app = make_app(limiter=Parts(Limits(checking=(Rate(2, DAY),)), shared=Away()).limiter)
    assert [answer.status_code for answer in calls(app, *[("POST", "/v1/checks", DRAFT)] * 3)] == [200, 200, 429]


async def crashing(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that breaks."""
    del scope, receive, send
    raise ZeroDivisionError


async def broken_off(scope: Scope, receive: Receive, send: Send) -> None:
    """One that answers a part."""
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"a", "more_body": True})
    raise ZeroDivisionError


async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
    """One that answers, and goes on until it is stopped."""
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.Event().wait()


async def nothing(_: Message) -> None:
    """Send to nobody."""


async def gone(_: Message) -> None:
    """Send to who has hung up."""
    raise OSError


async def silent() -> Message:
    """Receive nothing."""
    return {"type": "http.disconnect"}


@pytest.mark.parametrize("app", [crashing, broken_off, waiting])
@pytest.mark.parametrize("send", [nothing, gone])
def test_places_are_free_again(app: ASGIApp, send: Callable[[Message], Awaitable[None]]) -> None:
    """After a crash, in the middle of an answer too; after a stop; and when nobody listens any more."""
    limiter = Parts(Limits(at_once=1)).limiter
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "state": {CALLER: ANYBODY}}

    async def run() -> None:
        for _ in range(3):
            task = asyncio.create_task(Limited(app, limiter)(scope, silent, send))
            await asyncio.sleep(0.01)
            task.cancel()
            with suppress(ZeroDivisionError, OSError, asyncio.CancelledError):
                await task
            assert not limiter._at_once

    asyncio.run(run())


def test_a_stream_keeps_its_place() -> None:
    """Until its last byte is sent; others are told to come again."""
    limiter = Parts(Limits(at_once=1)).limiter
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "state": {CALLER: ANYBODY}}
    answered: list[Message] = []

    async def noting(message: Message) -> None:
        answered.append(message)

    async def run() -> None:
        first = asyncio.create_task(Limited(waiting, limiter)(scope, silent, nothing))
        await asyncio.sleep(0.01)
        await Limited(waiting, limiter)(scope, silent, noting)
        first.cancel()

    asyncio.run(run())
    headers = dict(answered[0]["headers"])
    assert answered[0]["status"] == 429
    assert headers[b"retry-after"] == b"1"
    assert headers[b"ratelimit-policy"] == b'"at-once";q=1;qu="concurrent-requests"'
    assert headers[b"ratelimit"] == b'"at-once";r=0'
    assert b"too-many-at-once" in answered[1]["body"]
