"""Endpoints that fail, each in front of a service of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import structlog

from tests.fake_endpoint import (
    Behaviour,
    FakeEndpoint,
    Handler,
    Reply,
    cuts_off,
    fails,
    floods,
    hangs,
    hangs_up,
    html,
    refusing_url,
    says,
    trickles,
    truncated_json,
)
from tests.service.api.calling import CASE
from tests.service.faults.seen import Experiment, Seen, answered, events_of
from tests.service.telemetry.watched import serving, settings_for

GOOD = says("I am sorry that your kettle broke.")
LARGE = 100_000_000
SHORT_S = 1.0  # the deadline where it is to pass


def repeats(handler: Handler) -> None:
    """Send each part of an answer twice."""
    body = says("I am sorry.").body
    handler.send(200, {"content-type": "application/json", "transfer-encoding": "chunked"}, b"")
    for part in (body[:50], body[50:]):
        for _ in range(2):
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def large(handler: Handler) -> None:
    """Send a completion of 100 MB."""
    text = json.loads(says("").body)
    text["choices"][0]["message"]["content"] = "a" * LARGE
    Reply(200, {"content-type": "application/json"}, json.dumps(text).encode())(handler)


def fails_by(*behaviours: Behaviour, deadline_s: float = 30, folder: Path) -> Seen:
    """What becomes of a draft behind an endpoint."""
    with FakeEndpoint(*behaviours) as endpoint:
        return seen(folder, endpoint.url, deadline_s)


def refuses(folder: Path) -> Seen:
    """Nobody listens."""
    return seen(folder, refusing_url(), 30)


def falls_back(folder: Path) -> Seen:
    """Two endpoints, and the first one is broken."""
    with ExitStack() as stack:
        first, second = (stack.enter_context(FakeEndpoint(each)) for each in (fails(500), GOOD))
        listed = [{"name": name, "url": each.url} for name, each in (("a", first), ("b", second))]
        file = folder / "endpoints.yaml"
        file.write_text(json.dumps({"endpoints": listed}), encoding="utf-8")  # JSON is YAML
        return seen(folder, None, 30, endpoints=file)


def seen(folder: Path, url: str | None, deadline_s: float, **more: object) -> Seen:
    """One draft, the log and the metrics."""
    named: Mapping[str, object] = {} if url else {"model_url": None, "model_name": ""}

    async def run() -> Seen:
        settings = settings_for(folder, url or "", deadline_s=deadline_s, **(dict(named) | more))
        async with serving(settings) as service:
            answer = await service.client.post("/v1/drafts", json=CASE)
            return Seen(answered(answer), events_of(logged), await service.scrape())

    with structlog.testing.capture_logs() as logged:
        return asyncio.run(run())


def by(*behaviours: Behaviour, deadline_s: float = 30) -> Experiment:
    """An endpoint that behaves so."""

    def experiment(folder: Path) -> Seen:
        return fails_by(*behaviours, deadline_s=deadline_s, folder=folder)

    return experiment


EXPERIMENTS: Mapping[str, Experiment] = {
    "The endpoint gives no answer": by(hangs, deadline_s=SHORT_S),
    "The endpoint sends its answer a byte at a time": by(trickles, deadline_s=SHORT_S),
    "The endpoint refuses the connection": refuses,
    "The endpoint closes the connection without a word": by(hangs_up),
    "The endpoint resets the connection in the middle of its answer": by(cuts_off),
    "The endpoint answers 429 once, with a Retry-After within the deadline": by(fails(429, retry_after="1"), GOOD),
    "The endpoint answers 429, with a Retry-After beyond the deadline": by(fails(429, retry_after="3600")),
    "The endpoint answers 429 every time, without a Retry-After": by(fails(429)),
    "The endpoint answers 500 every time": by(fails(500)),
    "The endpoint answers 401": by(fails(401)),
    "The endpoint's JSON ends too early": by(truncated_json()),
    "The endpoint answers a web page": by(html()),
    "The endpoint sends each part of its answer twice": by(repeats),
    "The endpoint's answer has no end": by(floods),
    "The endpoint's answer has 100 MB": by(large),
    "The first endpoint of a chain fails, the second answers": falls_back,
}
