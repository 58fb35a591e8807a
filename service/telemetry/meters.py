"""Every metric that Amends gives, in a registry of its own; docs/operations.md says what each means."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from service.api.problems import CRASHED, KINDS
from service.logs import LOST

# Seconds: a request or a draft, one call of a model, one check.
REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
CALL_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
CHECK_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)


class Meters:
    """The metrics of one process.

    The values of labels are known beforehand, or come from the settings: none is a text of a caller, a customer or a
    model, and none names a tenant.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_LostLines())
        Info("amends_build", "The version that runs", registry=self.registry).info({"version": version("amends")})

        self.http_requests = self._counter("http_requests", "Requests that were answered", "route", "method", "status")
        self.http_request_seconds = self._histogram(
            "http_request_seconds", "Time until a request was answered whole", REQUEST_S, "route", "method"
        )
        self.problems = self._counter("problems", "Problems that were answered", "type")
        for kind in (*KINDS.values(), CRASHED):
            self.problems.labels(kind.name)  # from 0 on, so that the first one shows as one
        self.limited = self._counter("limited", "Requests that were refused by a limit", "limit")
        self.limits_unknown = self._counter(
            "limits_unknown", "Requests that a limit could not be looked up for", "limit"
        )
        self.idempotency = self._counter("idempotency", "Requests with an Idempotency-Key", "outcome")

        self.drafts = self._counter("drafts", "Drafts that ended", "status", "urgency")
        self.draft_seconds = self._histogram("draft_seconds", "Time of a whole draft", REQUEST_S, "urgency")
        self.drafts_under_way = self._gauge("drafts_under_way", "Drafts that are made now", "urgency")
        self.attempts = self._counter("attempts", "Attempts at drafts that ended", "endpoint", "outcome")
        self.verdicts = self._counter("verdicts", "Verdicts on texts", "check", "result")
        self.check_seconds = self._histogram("check_seconds", "Time of one check of one text", CHECK_S, "check")

        self.model_call_seconds = self._histogram("model_call_seconds", "Time of one call", CALL_S, "endpoint")
        self.model_failures = self._counter("model_failures", "Calls that failed", "endpoint", "kind")
        self.model_tokens = self._counter("model_tokens", "Tokens that were counted", "endpoint", "direction")
        self.gate_waiting = self._gauge("gate_waiting", "Calls that wait for their turn", "endpoint", "urgency")
        self.gate_under_way = self._gauge("gate_under_way", "Calls that were let through", "endpoint")
        self.breaker_state = self._gauge("breaker_state", "1 for the state it is in", "endpoint", "state")

        self.jobs = self._gauge("jobs", "Accepted drafts that are not made yet", "status")
        self.webhook_tries = self._counter("webhook_tries", "Tries to deliver an event", "outcome")
        self.webhook_deliveries = self._gauge("webhook_deliveries", "Events that nobody took yet", "status")
        self.store_faults = self._counter("store_faults", "Faults of the database", "kind")

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"amends_{name}", help_text, labels, registry=self.registry)

    def _gauge(self, name: str, help_text: str, *labels: str) -> Gauge:
        return Gauge(f"amends_{name}", help_text, labels, registry=self.registry)

    def _histogram(self, name: str, help_text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"amends_{name}", help_text, labels, buckets=buckets, registry=self.registry)


class _LostLines(Collector):
    """What the log counts by itself: there is one for the whole process, and lines are lost before there are meters."""

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily("amends_log_lines_lost", "Log lines that could not be written", value=LOST.lines)
