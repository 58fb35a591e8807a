"""The wiring: a service whose texts come from a chain of endpoints."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from threading import Semaphore

import httpx2
import pytest

from service.errors import ConfigurationError, EndpointFailed
from service.hosts import Hosts
from service.idempotency import DEFAULT_TENANT
from service.main import make_app, running, working
from service.settings import Settings
from service.wiring.drafting import make_budget
from service.wiring.erasing import erasing
from tests.fake_endpoint import FakeEndpoint, Handler, fails, says
from tests.service.admitted import admitting_all
from tests.service.api.calling import CASE
from tests.service.parts import make_case

KEY = "sk-very-secret"


def settings_for(folder: Path, *endpoints: FakeEndpoint, **more: object) -> Settings:
    """Settings whose chain has these endpoints."""
    path = folder / "endpoints.yaml"
    path.write_text(
        json.dumps(
            {"endpoints": [{"url": each.url, "name": "m", "api_key_variable": "FIRST_KEY"} for each in endpoints]}
        )
    )
    database = f"sqlite+aiosqlite:///{folder / 'amends.db'}"
    return Settings.model_validate({"endpoints": path, "database_url": database, "max_attempts": 1, **more})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a key in its `.env` file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FIRST_KEY", raising=False)
    (tmp_path / ".env").write_text(f"FIRST_KEY={KEY}\n")
    return tmp_path


def test_a_service_with_a_chain(folder: Path) -> None:
    """A draft comes from the second endpoint, which the result names, and the service is ready."""

    async def use(dead: FakeEndpoint, alive: FakeEndpoint) -> None:
        async with running(settings_for(folder, dead, alive)) as parts:
            await parts.warm_up()
            await parts.ready()
            result = await parts.intake.create(DEFAULT_TENANT, make_case(delivery="flagged", include_attempts=True))
            assert (result.draft, result.endpoint) == ("I am sorry.", alive.url)
            assert [each.endpoint for each in result.attempts or ()] == [alive.url]
        assert (dead.calls, alive.calls) == (1, 1), "one candidate, and nobody is asked twice"
        assert alive.requests[0].headers["authorization"] == f"Bearer {KEY}"

    with FakeEndpoint(fails(503), models=fails(503)) as dead, FakeEndpoint(says("I am sorry.")) as alive:
        asyncio.run(use(dead, alive))


def test_what_agents_did_stands_in_the_figures(folder: Path) -> None:
    """A draft and the feedback on it; a month in which there were none has none."""
    path = "/v1/metrics/drafts?from=2025-10-01T00:00:00%2B02:00&to=2025-11-01T00:00:00%2B02:00"

    async def use(endpoint: FakeEndpoint) -> None:
        settings = settings_for(folder, endpoint)
        async with (
            running(settings) as parts,
            working(settings, parts, works=False) as work,
            erasing(settings, parts.database, work.stop) as erased,
        ):
            transport = httpx2.ASGITransport(app=make_app(parts, work, erased, admitting_all(), Hosts()))
            async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
                draft = (await client.post("/v1/drafts", json=CASE | {"options": {"delivery": "flagged"}})).json()
                said = {"outcome": "rejected", "reason": "Too short.", "agent_tenure_months": 4}
                await client.post(f"/v1/drafts/{draft['id']}/feedback", json=said)
                found = (await client.get("/v1/metrics/drafts")).json()
                past = await client.get(path)
        assert (found["totals"]["drafts"], found["totals"]["feedback"]["rejected"]) == (1, 1)
        assert found["by_tenure"][0]["below_months"] == 6
        assert found["by_prompt"][0]["prompt"] == draft["prompt"]
        failed = {each["check"] for each in found["by_check"] if each["failed"]["count"]}
        assert failed == {each["check"] for each in draft["verdicts"] if not each["passed"]} != set()
        assert (past.status_code, past.json()["totals"]["drafts"]) == (200, 0)

    with FakeEndpoint(says("I am sorry.")) as endpoint:
        asyncio.run(use(endpoint))


def test_a_chain_that_is_down(folder: Path) -> None:
    """It is not ready; drafts fail, and when every breaker is open they are told when to come back."""

    async def use(first: FakeEndpoint, second: FakeEndpoint) -> None:
        settings = settings_for(folder, first, second)
        async with (
            running(settings) as parts,
            working(settings, parts, works=False) as work,
            erasing(settings, parts.database, work.stop) as erased,
        ):
            with pytest.raises(EndpointFailed, match="no endpoint answers"):
                await parts.ready()
            transport = httpx2.ASGITransport(app=make_app(parts, work, erased, admitting_all(), Hosts()))
            async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
                answers = [await client.post("/v1/drafts", json=CASE) for _ in range(4)]
            assert [each.status_code for each in answers] == [502, 502, 502, 503]
            assert 25 <= int(answers[-1].headers["retry-after"]) <= 30
            assert {"id", "detail"} <= answers[-1].json().keys()
        assert first.calls == second.calls == 3

    with FakeEndpoint(fails(401), models=fails(401)) as first, FakeEndpoint(fails(401), models=fails(401)) as second:
        asyncio.run(use(first, second))


def test_calls_go_through_a_gate(folder: Path) -> None:
    """Of ten drafts at once, as many call an endpoint as the setting allows."""
    inside, most = Semaphore(2), []

    def slowly(handler: Handler) -> None:
        most.append(inside.acquire(blocking=False))
        handler.endpoint.closing.wait(0.05)
        inside.release()
        says("I am sorry.")(handler)

    async def use(endpoint: FakeEndpoint) -> None:
        async with running(settings_for(folder, endpoint, model_calls=2)) as parts:
            await asyncio.gather(*(parts.intake.create(DEFAULT_TENANT, make_case()) for _ in range(10)))
        assert (endpoint.calls, set(most)) == (10, {True})

    with FakeEndpoint(slowly) as endpoint:
        asyncio.run(use(endpoint))


def test_a_wrong_file_stops_the_start(folder: Path) -> None:
    """A variable that is not set is found before the first draft."""
    (folder / ".env").unlink()

    async def start(endpoint: FakeEndpoint) -> None:
        async with running(settings_for(folder, endpoint)):
            pass

    with FakeEndpoint() as endpoint, pytest.raises(ConfigurationError, match=r"endpoints\.0\.api_key_variable"):
        asyncio.run(start(endpoint))


@pytest.mark.parametrize(
    ("candidates", "embedded", "expected"),
    [(None, True, (6, 1)), (None, False, (1, 1)), (4, True, (4, 1)), (4, False, (4, 4))],
)
def test_what_a_round_asks_for(*, candidates: int | None, embedded: bool, expected: tuple[int, int]) -> None:
    """Several texts of the embedded model, one after the other; of any other, one unless more are asked for."""
    budget = make_budget(Settings(candidates=candidates), embedded=embedded)
    assert (budget.candidates, budget.at_once) == expected
