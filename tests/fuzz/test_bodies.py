"""No body brings the service down: whatever is sent is answered in time, and never by a crash."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from service.api.problems import MEDIA_TYPE
from service.hosts import allowed_hosts
from service.main import make_app, running, working
from service.schemas import Problem
from service.settings import Settings
from service.wiring.access import admitting
from service.wiring.erasing import erasing
from tests.fake_endpoint import FakeEndpoint
from tests.fuzz.bodies import BODIES, CASE, CONTEXT, LINES
from tests.fuzz.sending import HOST, Got, Sent, requests, send
from tests.service.api.test_contract import operations

EXAMPLES = int(os.environ.get("AMENDS_FUZZ_BODIES", "500"))  # for each database
SEED = int(os.environ.get("AMENDS_FUZZ_SEED", "1"))
ADDRESS = "127.0.0.1"
MOST_S = 30.0  # for one answer; most take milliseconds, but not on a machine that is busy with other tests
LEAST_SHARE = 0.02  # of successes: were there none, nothing but the first line of defence would be tested


@dataclass
class Site:
    """A service in a thread of its own; `known` are ids of what there is, by the names of the parameters."""

    app: FastAPI
    loop: asyncio.AbstractEventLoop
    known: dict[str, str] = field(default_factory=dict)
    answered: Counter[int] = field(default_factory=Counter)

    def send(self, sent: Sent) -> Got:
        """One request and its answer."""
        found: Future[Got] = asyncio.run_coroutine_threadsafe(send(self.app, sent), self.loop)
        got = found.result(MOST_S)
        self.answered[int(got.status)] += 1
        return got

    def make(self, path: str, body: object) -> str:
        """The id of something new."""
        kind = b"application/jsonl" if path == LINES else b"application/json"
        got = self.send(Sent(path, (HOST, (b"content-type", kind)), (json.dumps(body).encode(),)))
        found: dict[str, str] = json.loads(got.body)
        return found["id"]

    def furnish(self) -> None:
        """Make one of everything."""
        hook = self.make("/v1/webhooks", BODIES["/v1/webhooks"])
        self.known = {
            "draft_id": self.make("/v1/drafts", CASE | {"context": CONTEXT | {"customer_ref": "not c-1"}}),
            "batch_id": self.make(LINES, CASE),
            "webhook_id": hook,
            "delivery_id": self.make(f"/v1/webhooks/{hook}/test", None),
        }


@contextmanager
def site_over(database_url: str) -> Iterator[Site]:
    """A service over a database and an endpoint that always answers."""
    started: Future[Site] = Future()
    stop = asyncio.Event()
    with FakeEndpoint() as endpoint:
        chosen = {"model_url": endpoint.url, "model_name": "m", "database_url": database_url, "max_attempts": 1}
        thread = threading.Thread(target=lambda: asyncio.run(serve(Settings.model_validate(chosen), started, stop)))
        thread.start()
        try:
            site = started.result()
            yield site
        finally:
            if started.done() and not started.exception():
                site.loop.call_soon_threadsafe(stop.set)
            thread.join()


async def serve(chosen: Settings, started: Future[Site], stop: asyncio.Event) -> None:
    """Tell of a site once it has started, and keep it until it is to stop."""
    try:
        async with (
            running(chosen) as parts,
            admitting(parts.database, ADDRESS) as admits,
            working(chosen, parts, works=False) as work,
            erasing(chosen, parts.database, work.stop) as erased,
        ):
            await admits.start()
            hosts = allowed_hosts(chosen.allowed_hosts, ADDRESS, asked=ADDRESS)
            started.set_result(Site(make_app(parts, work, erased, admits, hosts), asyncio.get_running_loop()))
            await stop.wait()
    except BaseException as error:
        if not started.done():
            started.set_exception(error)
        raise


def test_every_route_is_fuzzed() -> None:
    """A new one that takes a body would be found here."""
    assert set(BODIES) == {name.removeprefix("POST ") for name, _ in operations() if name.startswith("POST ")}


def test_no_body_crashes(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is answered in time, with a success or with a problem that says its status; never with a 500."""
    with site_over(database_url) as site:
        site.furnish()

        @seed(f"{SEED} {database_url.partition(':')[0]}")
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def fuzz(data: st.DataObject) -> None:
            check(site.send(data.draw(requests(site.known))))

        fuzz()
    with capsys.disabled():
        sys.stdout.write(f"\n{site.answered.total():,} bodies: {dict(sorted(site.answered.items()))}\n")
    assert sum(count for status, count in site.answered.items() if status < 300) > EXAMPLES * LEAST_SHARE


def check(got: Got) -> None:
    """What holds of every answer."""
    assert got.status < HTTPStatus.INTERNAL_SERVER_ERROR, got
    if got.status >= HTTPStatus.BAD_REQUEST:
        assert got.kind == MEDIA_TYPE, got
        assert Problem.model_validate_json(got.body).status == got.status
    elif not got.kind.startswith("text/event-stream"):
        assert isinstance(json.loads(got.body), dict), got
