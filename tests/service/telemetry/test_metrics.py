"""Metrics: what is counted, by which labels, and that no label holds what somebody wrote."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import httpx2
import pytest

from service.drafting import ReplyDrafter
from tests.databases import rows, sqlite_url
from tests.fake_endpoint import FakeEndpoint, Handler, fails, refusing_url, says, says_json
from tests.service.api.calling import CASE, DRAFT
from tests.service.commands import amends
from tests.service.serving import working
from tests.service.telemetry.watched import Samples, Service, ask, settings_for

SECRET = "Zephyrine"
GOOD = (
    "Dear customer, I am sorry that your kettle came with a cracked lid. You should not have had to write to us. "
    "I will send you a new kettle today, free of charge. Maya will ring you on 020 7946 0142 by Friday."
)


def test_requests(tmp_path: Path) -> None:
    """By the route's pattern and never by the path; what there is not is one series, however often it is asked for."""

    async def use(service: Service) -> None:
        client = service.client
        for number in range(20):
            await client.get(f"/{SECRET}/{number}")
            await client.get(f"/v1/drafts/{SECRET}{number}")
        await client.request("BREW", "/v1/drafts")
        await client.request("POST", "/v1/drafts", content=b"{")
        found = await service.scrape()
        requests = "amends_http_requests_total"
        assert found(requests, route="unknown", method="GET", status="404") == 20
        assert found(requests, route="/v1/drafts/{draft_id}", method="GET", status="404") == 20
        assert found(requests, route="/v1/drafts", method="unknown", status="405") == 1
        assert found("amends_http_request_seconds_count") == found(requests) == 42
        assert found("amends_problems_total", type="not-found") == 20
        assert found("amends_problems_total", type="draft-not-found") == 20
        assert found("amends_problems_total", type="not-json") == 1
        assert found("amends_problems_total", type="internal") == 0

    with FakeEndpoint() as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_a_draft(tmp_path: Path) -> None:
    """Drafts, attempts, verdicts, calls and tokens add up."""

    async def use(service: Service) -> None:
        answer = await service.client.post("/v1/drafts", json=CASE)
        await service.client.post("/v1/checks", json=DRAFT)
        found = await service.scrape()
        name = f"fake at {endpoint.url}"
        status = answer.json()["status"]
        assert found("amends_drafts_total", status=status, urgency="synchronous") == 1
        assert found("amends_draft_seconds_count", urgency="synchronous") == 1
        assert found("amends_attempts_total", endpoint=name) == found("amends_model_call_seconds_count") == 2
        assert found("amends_attempts_total", outcome="blocked") == 2
        assert found("amends_verdicts_total") == found("amends_check_seconds_count") == 14 * 3
        assert found("amends_verdicts_total", check="apology", result="passed") == 2
        assert found("amends_verdicts_total", check="grounding", result="skipped") == 1
        assert found("amends_model_tokens_total", endpoint=name, direction="in") == 14
        assert found("amends_model_tokens_total", endpoint=name, direction="out") == 10
        assert found("amends_model_failures_total") == 0
        assert found("amends_build_info") == 1

    with FakeEndpoint(says("I am sorry that the kettle came with a cracked lid.")) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, max_attempts=2), use)


def test_drafts_count_from_0(tmp_path: Path) -> None:
    """With every status that the page names, so that a share of none that was ready is 0 and not unknown."""

    async def use(service: Service) -> None:
        found = await service.scrape()
        for status in ("ready", "needs_review", "failed", "refused", "given_up", "crashed"):
            for urgency in ("synchronous", "asynchronous", "batch"):
                assert found("amends_drafts_total", status=status, urgency=urgency) == 0

    with FakeEndpoint() as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (fails(401), "key_refused"),
        (fails(404), "not_found"),
        (fails(429, code="insufficient_quota"), "quota"),
        (fails(400), "refused"),
        (fails(302), "redirected"),
        (says(None), "unusable"),
        (says_json([]), "bad_answer"),
    ],
)
def test_kinds_of_faults(behaviour: FakeEndpoint | object, kind: str, tmp_path: Path) -> None:
    """Each fault is counted once for each call, and the attempt with the endpoint that was asked."""

    async def use(service: Service) -> None:
        await service.client.post("/v1/drafts", json=CASE)
        found = await service.scrape()
        assert found("amends_model_failures_total", kind=kind) == found("amends_model_failures_total") == 1
        name = f"fake at {endpoint.url}"
        assert found("amends_attempts_total", endpoint=name, outcome="no_text") == 1
        assert found("amends_drafts_total", status="failed") == 1
        assert found("amends_problems_total", type="model-failed") == 1

    with FakeEndpoint(behaviour) as endpoint:  # type: ignore[arg-type]  # a table of several kinds
        ask(settings_for(tmp_path, endpoint.url), use)


def test_a_prompt_that_is_too_long_is_a_fault_of_the_call(tmp_path: Path) -> None:
    """It is counted with the endpoint, although the caller is told to shorten the complaint."""

    async def use(service: Service) -> None:
        answer = await service.client.post("/v1/drafts", json=CASE)
        found = await service.scrape()
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "complaint.text")
        assert found("amends_model_failures_total", kind="too_long") == found("amends_model_failures_total") == 1
        assert found("amends_attempts_total", endpoint=f"fake at {endpoint.url}", outcome="no_text") == 1

    with FakeEndpoint(fails(400, message="maximum context length")) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_what_is_tried_again(tmp_path: Path) -> None:
    """A fault that another call made good is counted all the same."""

    async def use(service: Service) -> None:
        assert (await service.client.post("/v1/drafts", json=CASE)).status_code == 200
        found = await service.scrape()
        assert found("amends_model_failures_total", kind="server_error") == 1
        assert found("amends_model_failures_total", kind="busy") == 1
        assert found("amends_model_call_seconds_count") == 3
        assert found("amends_attempts_total", outcome="blocked") == found("amends_attempts_total") == 1

    with FakeEndpoint(fails(503), fails(429), says("I am sorry.")) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_a_deadline(tmp_path: Path) -> None:
    """An endpoint that gives no answer in time has taken that time."""

    async def use(service: Service) -> None:
        assert (await service.client.post("/v1/drafts", json=CASE)).status_code == 504
        found = await service.scrape()
        assert found("amends_model_failures_total", kind="deadline") == found("amends_model_failures_total") == 1
        assert (found("amends_model_call_seconds_sum") or 0) > 0.3

    def hangs(handler: Handler) -> None:
        handler.endpoint.closing.wait()

    with FakeEndpoint(hangs) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, deadline_s=0.5), use)


def test_a_chain_and_its_breakers(tmp_path: Path) -> None:
    """Each endpoint has its own series; a breaker is in one state, which shows."""
    dead = refusing_url()

    async def use(service: Service) -> None:
        for _ in range(4):
            await service.client.post("/v1/drafts", json=CASE)
        found = await service.scrape()
        first, second = f"m at {dead}", f"m at {alive.url}"
        assert found("amends_model_failures_total", endpoint=first, kind="connection_refused") == 3
        assert found("amends_attempts_total", endpoint=second, outcome="blocked") == 4
        assert found("amends_breaker_state", endpoint=first, state="open") == 1
        assert found("amends_breaker_state", endpoint=first) == 1
        assert found("amends_breaker_state", endpoint=second, state="closed") == 1

    with FakeEndpoint(says("I am sorry.")) as alive:
        path = tmp_path / "endpoints.yaml"
        path.write_text(json.dumps({"endpoints": [{"url": url, "name": "m"} for url in (dead, alive.url)]}))
        ask(settings_for(tmp_path, alive.url, model_url=None, model_name="", endpoints=path), use)


def test_what_is_under_way(tmp_path: Path) -> None:
    """Of two drafts, one is at the model and the other waits for its turn."""

    async def use(service: Service) -> None:
        drafts = [asyncio.create_task(service.client.post("/v1/drafts", json=CASE)) for _ in range(2)]
        found = await service.scrape()
        async with asyncio.timeout(10):
            while not found("amends_gate_waiting"):
                await asyncio.sleep(0.01)
                found = await service.scrape()
        assert found("amends_drafts_under_way", urgency="synchronous") == 2
        assert found("amends_gate_waiting", urgency="synchronous") == found("amends_gate_under_way") == 1
        endpoint.closing.set()
        await asyncio.gather(*drafts)
        found = await service.scrape()
        assert found("amends_drafts_under_way") == found("amends_gate_waiting") == found("amends_gate_under_way") == 0

    def waits(handler: Handler) -> None:
        handler.endpoint.closing.wait()
        says("I am sorry.")(handler)

    with FakeEndpoint(waits) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, model_calls=1), use)


def test_attempts_that_are_given_up(tmp_path: Path) -> None:
    """Who hangs up, or has enough, ends what is under way, and that is no fault of the endpoint."""

    async def use(service: Service) -> None:
        draft = asyncio.create_task(service.client.post("/v1/drafts", json=CASE))
        async with asyncio.timeout(10):
            while not endpoint.calls:  # noqa: ASYNC110 - the endpoint is on another thread
                await asyncio.sleep(0.01)
        draft.cancel()
        await asyncio.gather(draft, return_exceptions=True)
        found = await service.scrape()
        assert found("amends_attempts_total", outcome="given_up") == 1
        assert found("amends_drafts_total", status="given_up") == 1
        assert found("amends_model_failures_total") == 0

    def hangs(handler: Handler) -> None:
        handler.endpoint.closing.wait()

    with FakeEndpoint(hangs) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_idempotency(tmp_path: Path) -> None:
    """One is worked on, one shares its answer, one is told it again, and one is refused."""

    async def use(service: Service) -> None:
        def post(case: object) -> asyncio.Task[httpx2.Response]:
            headers = {"Idempotency-Key": "k-1"}
            return asyncio.create_task(service.client.post("/v1/drafts", json=case, headers=headers))

        await asyncio.gather(post(CASE), post(CASE))
        await post(CASE)
        await post(CASE | {"id": "another"})
        await service.client.post("/v1/drafts", json=CASE)
        found = await service.scrape()
        outcomes = {each: found("amends_idempotency_total", outcome=each) for each in found.values_of("outcome")}
        counted = {outcome: value for outcome, value in outcomes.items() if value}
        assert counted == {"worked": 1, "shared": 1, "replayed": 1, "reused": 1}

    with FakeEndpoint(says("I am sorry.")) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_a_problem_at_the_end_of_a_stream(tmp_path: Path) -> None:
    """It counts as a problem, though the answer's status is 200."""

    async def use(service: Service) -> None:
        answer = await service.client.post("/v1/drafts", json=CASE, headers={"Accept": "text/event-stream"})
        assert "event: problem" in answer.text
        found = await service.scrape()
        assert found("amends_problems_total", type="model-failed") == 1
        assert found("amends_http_requests_total", route="/v1/drafts", status="200") == 1

    with FakeEndpoint(fails(401)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_no_label_holds_what_somebody_wrote(tmp_path: Path) -> None:
    """Whatever callers, customers and endpoints say, the values are known beforehand or come from the settings."""
    case = json.loads(json.dumps(CASE).replace("Maya", SECRET).replace("kettle", SECRET).replace("ticket-7", SECRET))
    body = json.loads(says(f"I am sorry, {SECRET}.").body) | {"model": SECRET}

    async def use(service: Service) -> None:
        client = service.client
        await client.post("/v1/drafts", json=case, headers={"Idempotency-Key": SECRET, "X-Request-ID": SECRET})
        await client.post("/v1/drafts", json=case | {"options": {"policy": SECRET, "situation": SECRET}})
        await client.post("/v1/drafts", json={SECRET: 1}, headers={"Prefer": SECRET, "Accept": SECRET})
        await client.post(f"/v1/checks?{SECRET}", json=DRAFT | {"draft": SECRET})
        await client.request(SECRET.upper(), f"/{SECRET}")
        answer = await client.get("/metrics")
        assert SECRET.lower() not in answer.text.lower()
        assert Samples.read(answer.text)("amends_drafts_total", status="refused") == 1

    with FakeEndpoint(says_json(body), fails(400, code=SECRET, message=SECRET)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_off_by_default(tmp_path: Path) -> None:
    """There is no route, and no part is wrapped."""

    async def use(service: Service) -> None:
        assert (await service.client.get("/metrics")).status_code == 404
        assert isinstance(service.parts.drafter, ReplyDrafter)

    with FakeEndpoint() as endpoint:
        ask(settings_for(tmp_path, endpoint.url, metrics=False), use)


def test_both_formats(tmp_path: Path) -> None:
    """Prometheus' own text, and OpenMetrics for who asks for it; neither says when each series began."""

    async def use(service: Service) -> None:
        plain = await service.client.get("/metrics")
        assert plain.headers["content-type"].startswith("text/plain; version=")
        accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
        open_metrics = await service.client.get("/metrics", headers={"Accept": accept})
        assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
        assert open_metrics.text.endswith("# EOF\n")
        assert "_created" not in plain.text + open_metrics.text

    with FakeEndpoint() as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


def test_accepted_work(tmp_path: Path) -> None:
    """What is made later counts like what somebody waits for, with its urgency, and stands in the depth until then."""

    async def use(service: Service) -> None:
        ticket = await service.client.post("/v1/drafts", json=CASE, headers={"Prefer": "respond-async"})
        where = ticket.headers["location"]
        async with asyncio.timeout(30):
            while "retry-after" in (await service.client.get(where)).headers:  # noqa: ASYNC110 - as callers wait
                await asyncio.sleep(0.05)
        found = await service.scrape()
        assert found("amends_drafts_total", urgency="asynchronous") == 1
        assert found("amends_jobs") == 0

    with FakeEndpoint(says(GOOD)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use, works=True)


def test_a_worker_at_a_port_of_its_own(tmp_path: Path) -> None:
    """It answers /metrics and nothing else, and ends as it does without."""
    with (
        FakeEndpoint() as endpoint,
        working(tmp_path, endpoint.url, AMENDS_METRICS="true", AMENDS_METRICS_PORT="0") as worker,
    ):
        url = str(worker.wait_for("worker.metrics")["url"])
        found = Samples.read(httpx2.get(f"{url}/metrics").text)
        assert found("amends_jobs", status="queued") == 0
        assert [httpx2.get(f"{url}{path}").status_code for path in ("/docs", "/v1/drafts/x", "/")] == [404] * 3
        assert worker.stop(15) == 0


def test_the_figures_of_all_tenants_are_the_operators(tmp_path: Path) -> None:
    """A key of the tenant `default` that may read has them, in a worker too; one of another tenant has not."""
    settings = {"AMENDS_DATABASE_URL": sqlite_url(tmp_path / "a.db")}

    def key(*options: str) -> dict[str, str]:
        made = amends(tmp_path, "keys", "create", "prometheus", *options, settings=settings)
        return {"Authorization": f"Bearer {made.stdout.decode().strip()}"}

    callers: tuple[tuple[dict[str, str], int], ...] = (
        ({}, 401),
        (key("--scope", "check"), 403),
        (key("--tenant", "shop", "--scope", "admin"), 403),
        (key("--scope", "read"), 200),
    )

    async def use(service: Service) -> None:
        for headers, status in callers:
            assert (await service.client.get("/metrics", headers=headers)).status_code == status

    with FakeEndpoint() as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)
        with working(tmp_path, endpoint.url, AMENDS_METRICS="true", AMENDS_METRICS_PORT="0") as worker:
            url = str(worker.wait_for("worker.metrics")["url"])
            for headers, status in callers:
                assert httpx2.get(f"{url}/metrics", headers=headers).status_code == status
            assert httpx2.get(f"{url}/metrics", headers={"Host": "evil.example"}).status_code == 421


def test_faults_of_the_database(tmp_path: Path) -> None:
    """Each is counted where it is met, and the problem that it led to."""
    settings = settings_for(tmp_path, "http://127.0.0.1:1/v1")

    async def use(service: Service) -> None:
        rows(settings.database_url, "DROP TABLE webhooks")
        assert (await service.client.get("/v1/webhooks")).status_code == 503
        found = await service.scrape()
        assert found("amends_store_faults_total", kind="other") == found("amends_store_faults_total") == 1
        assert found("amends_problems_total", type="store-unavailable") == 1

    ask(settings, use)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """The worker does not start without what it was asked for, and says which setting it is about."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = {
            "AMENDS_MODEL_URL": "http://127.0.0.1:1/v1",
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_DATABASE_URL": sqlite_url(tmp_path / "a.db"),
            "AMENDS_METRICS": "true",
            "AMENDS_METRICS_PORT": port,
        }
        ended = amends(tmp_path, "worker", settings=settings)
    assert ended.returncode == 2
    assert f"AMENDS_METRICS_PORT={port}: cannot listen there" in ended.stderr.decode()
