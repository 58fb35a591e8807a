"""Traces: a span for each draft, attempt, completion and check; nothing waits for the collector; no text in a span."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from service.errors import ConfigurationError
from service.telemetry.tracing import Telling
from tests.fake_endpoint import FakeEndpoint, fails, refusing_url, says
from tests.service.api.calling import CASE, DRAFT
from tests.service.parts import COMPLAINT
from tests.service.telemetry.collector import Collector, Span
from tests.service.telemetry.watched import Service, ask, settings_for

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
SECRET = "Zephyrine"
TEXT = f"I am sorry, {SECRET}."
CLIENT, ERROR = 3, 2


def of(spans: list[Span], name: str) -> list[Span]:
    """The spans of this name, or whose name begins with it."""
    return [each for each in spans if each.name.split()[0] == name]


def test_the_spans_of_a_draft(tmp_path: Path) -> None:
    """They hang together under the caller's; the endpoint is told of the one of its call, and of nothing else."""

    async def use(service: Service) -> None:
        headers = {"traceparent": TRACEPARENT, "tracestate": "vendor=secret", "baggage": "user=secret"}
        answer = await service.client.post("/v1/drafts", json=CASE, headers=headers)
        assert answer.status_code == 200

    with Collector() as collector, FakeEndpoint(says(TEXT)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url), use)
        (draft,), (attempt,), (chat,) = (of(collector.spans, name) for name in ("draft", "attempt", "chat"))
        checks = of(collector.spans, "check")
        assert {each.trace_id for each in collector.spans} == {TRACE}
        assert (draft.parent_id, attempt.parent_id, chat.parent_id) == (PARENT, draft.span_id, attempt.span_id)
        assert len(checks) == 14
        assert {each.parent_id for each in checks} == {attempt.span_id}
        assert all(attempt.began <= each.began <= each.ended <= attempt.ended for each in checks)
        sent = endpoint.requests[0].headers
        assert sent["traceparent"] == f"00-{TRACE}-{chat.span_id}-01"
        assert not {"tracestate", "baggage"} & sent.keys()
        assert set(collector.paths) == {"/v1/traces"}
        assert collector.resources[0]["service.name"] == "amends"


def test_a_completion_by_the_conventions(tmp_path: Path) -> None:
    """What GenAI semantic conventions 1.41 require and recommend of what is known."""

    async def use(service: Service) -> None:
        await service.client.post("/v1/drafts", json=CASE)

    with Collector() as collector, FakeEndpoint(says(TEXT)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url, model_max_tokens=300), use)
        (chat,) = of(collector.spans, "chat")
        assert (chat.name, chat.kind) == ("chat fake", CLIENT)
        assert chat.attributes == {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "fake",
            "gen_ai.request.max_tokens": 300,
            "gen_ai.request.temperature": 0.4,
            "gen_ai.request.seed": 1,
            "gen_ai.response.model": "fake-model",
            "gen_ai.usage.input_tokens": 7,
            "gen_ai.usage.output_tokens": 5,
            "server.address": "127.0.0.1",
            "server.port": int(endpoint.url.rpartition(":")[2].partition("/")[0]),
            "amends.purpose": "draft",
        }
        by_check = {each.attributes["gen_ai.evaluation.name"]: each for each in of(collector.spans, "check")}
        assert by_check["solution"].attributes["gen_ai.evaluation.score.label"] == "failed"
        score = by_check["solution"].attributes["gen_ai.evaluation.score.value"]
        assert isinstance(score, float)
        assert 0 <= score <= 1


def test_no_text_in_a_span(tmp_path: Path) -> None:
    """Neither the complaint nor the draft, a name, a reference, a check's words or an endpoint's message."""
    case = CASE | {"id": "ticket-Zq9", "context": CASE["context"] | {"facts": ["A Tern kettle."]}}  # type: ignore[operator]  # a dict
    words = [SECRET, COMPLAINT, "ticket-Zq9", "Maya", "Harbourline", "Tern", "quoted words", "sorry"]

    async def use(service: Service) -> None:
        await service.client.post("/v1/drafts", json=case)
        await service.client.post("/v1/drafts", json=case)
        await service.client.post("/v1/checks", json=DRAFT)
        await service.client.post("/v1/drafts", json={"nonsense": SECRET})

    with Collector() as collector, FakeEndpoint(says(TEXT), fails(400, message="quoted words")) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url), use)
        sent = b"".join(collector.bodies)
        assert sent
        assert [word for word in words if word.encode() in sent] == []


def test_a_failed_call(tmp_path: Path) -> None:
    """The chat, its attempt and the draft say what was wrong, in a word."""

    async def use(service: Service) -> None:
        assert (await service.client.post("/v1/drafts", json=CASE)).status_code == 502

    with Collector() as collector, FakeEndpoint(fails(401)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url), use)
        (chat,), (attempt,), (draft,) = (of(collector.spans, name) for name in ("chat", "attempt", "draft"))
        assert (chat.status, chat.attributes["error.type"]) == (ERROR, "key_refused")
        assert (attempt.status, attempt.attributes["amends.attempt.outcome"]) == (ERROR, "no_text")
        assert attempt.attributes["error.type"] == "key_refused"
        assert (draft.status, draft.attributes["error.type"]) == (ERROR, "key_refused")


def test_checks_alone_are_one_trace(tmp_path: Path) -> None:
    """Fourteen checks that belong to no draft stand under one span."""

    async def use(service: Service) -> None:
        assert (await service.client.post("/v1/checks", json=DRAFT)).status_code == 200

    with Collector() as collector, FakeEndpoint() as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url), use)
        (checks,) = of(collector.spans, "checks")
        assert not checks.parent_id
        assert {each.parent_id for each in of(collector.spans, "check")} == {checks.span_id}


@pytest.mark.parametrize(
    "given", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-01" * 99]
)
def test_a_strange_traceparent(given: str, tmp_path: Path) -> None:
    """It begins a trace of its own."""

    async def use(service: Service) -> None:
        await service.client.post("/v1/drafts", json=CASE, headers={"traceparent": given})

    with Collector() as collector, FakeEndpoint(says(TEXT)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url), use)
        (draft,) = of(collector.spans, "draft")
        assert not draft.parent_id
        assert re.fullmatch(r"(?!4bf92)[0-9a-f]{32}", draft.trace_id)


def test_a_caller_whose_trace_is_not_kept(tmp_path: Path) -> None:
    """Then ours is not either, and the endpoint is told so."""

    async def use(service: Service) -> None:
        await service.client.post("/v1/drafts", json=CASE, headers={"traceparent": TRACEPARENT[:-1] + "0"})
        await service.client.post("/v1/checks", json=DRAFT, headers={"traceparent": TRACEPARENT[:-1] + "0"})

    with Collector() as collector, FakeEndpoint(says(TEXT)) as endpoint:
        ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=collector.url), use)
        assert collector.spans == []
        assert endpoint.requests[0].headers["traceparent"].endswith("-00")


def test_without_the_setting_nothing_is_sent_along(tmp_path: Path) -> None:
    """Not even what the caller sent."""

    async def use(service: Service) -> None:
        await service.client.post("/v1/drafts", json=CASE, headers={"traceparent": TRACEPARENT})

    for metrics in (False, True):
        with FakeEndpoint(says(TEXT)) as endpoint:
            ask(settings_for(tmp_path, endpoint.url, metrics=metrics), use)
            assert "traceparent" not in endpoint.requests[0].headers


@pytest.mark.parametrize("hangs", [True, False])
def test_a_collector_that_is_away_or_hangs(*, hangs: bool, tmp_path: Path) -> None:
    """No draft is slower or fails for it, and the service ends within seconds."""
    took: list[float] = []

    async def use(service: Service) -> None:
        for _ in range(5):
            began = time.monotonic()
            assert (await service.client.post("/v1/drafts", json=CASE)).status_code == 200
            took.append(time.monotonic() - began)

    with Collector(hangs=hangs) as collector, FakeEndpoint(says(TEXT)) as endpoint:
        url = collector.url if hangs else refusing_url()
        began = time.monotonic()
        with structlog.testing.capture_logs() as logged:
            ask(settings_for(tmp_path, endpoint.url, otlp_endpoint=url), use)
        assert hangs or "traces.lost" in {line["event"] for line in logged}
        assert min(took) < 1
        assert time.monotonic() - began < 30
        assert not collector.spans


class Failing(SpanExporter):
    """Fails as it is told."""

    def __init__(self, *results: SpanExportResult) -> None:
        self._results = list(results)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """The next of the results."""
        del spans
        return self._results.pop(0)


def test_lost_spans_are_told_once() -> None:
    """When the first is lost, and when they are taken again; not for each batch of a long outage."""
    taken, lost = SpanExportResult.SUCCESS, SpanExportResult.FAILURE
    results = [taken, lost, lost, taken, taken, lost]
    exporter = Telling(Failing(*results))
    span = ReadableSpan("draft")
    with structlog.testing.capture_logs() as logged:
        assert [exporter.export([span, span]) for _ in range(6)] == results
    told = [(line["event"], line.get("lost")) for line in logged]
    assert told == [("traces.lost", None), ("traces.sent_again", 4), ("traces.lost", None)]


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for traces is told what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.delitem(sys.modules, "service.telemetry.tracing", raising=False)

    async def use(service: Service) -> None:
        raise AssertionError(service)

    with pytest.raises(ConfigurationError, match=r"AMENDS_OTLP_ENDPOINT.*--extra otlp"):
        ask(settings_for(tmp_path, "http://127.0.0.1:1/v1", otlp_endpoint="http://127.0.0.1:4318"), use)
