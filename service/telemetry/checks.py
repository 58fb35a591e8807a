"""Watches texts being checked: every verdict, and how long each check took; a span for each."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from functools import cache

from opentelemetry.trace import NoOpTracer, Span, Tracer, get_current_span

from guardrails.runner import Report, Time
from guardrails.types import Verdict
from service.telemetry import spans
from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters


class Checked:
    """Hears of every report."""

    def __init__(self, meters: Meters, tracer: Tracer) -> None:
        # By their labels: to look them up there takes ten times as long, twice for each of fourteen checks.
        self._counter = cache(meters.verdicts.labels)
        self._seconds = cache(meters.check_seconds.labels)
        self._tracer = tracer

    def __call__(self, report: Report) -> None:
        """Count it, and add its spans to the attempt, or to one of their own."""
        with harmless():
            for verdict in report.verdicts:
                self._counter(verdict.check, result_of(verdict)).inc()
                if taken := report.times.get(verdict.check):
                    self._seconds(verdict.check).observe(taken.seconds)
            if not isinstance(self._tracer, NoOpTracer):
                self._trace(report)

    def _trace(self, report: Report) -> None:
        around = get_current_span().get_span_context()
        if around.is_valid and not around.trace_flags.sampled:  # fourteen spans that nobody will see cost time, too
            return
        since = time.time_ns() - time.perf_counter_ns()  # what both clocks differ by
        within: AbstractContextManager[object] = (
            nullcontext() if get_current_span().is_recording() else self._alone(report, since)
        )
        with within:
            for verdict in report.verdicts:
                if taken := report.times.get(verdict.check):
                    self._span(verdict, taken, since)

    def _alone(self, report: Report, since: int) -> AbstractContextManager[object]:
        """Checks that are asked for without a draft are one thing, too."""
        first = min((each.began for each in report.times.values()), default=time.perf_counter())
        return self._tracer.start_as_current_span("checks", start_time=since + _ns(first))

    def _span(self, verdict: Verdict, taken: Time, since: int) -> None:
        began = since + _ns(taken.began)
        span = self._tracer.start_span(f"check {verdict.check}", attributes=_described(verdict), start_time=began)
        _mark(span, verdict)
        span.end(began + _ns(taken.seconds))


def result_of(verdict: Verdict) -> str:
    """What a verdict says, in a word."""
    if verdict.error:
        return "error"
    if verdict.skipped:
        return "skipped"
    return "passed" if verdict.passed else "failed"


def _described(verdict: Verdict) -> spans.Attributes:
    attributes: spans.Attributes = {
        spans.EVALUATION: verdict.check,
        spans.SCORE_LABEL: result_of(verdict),
        "amends.check.blocking": verdict.blocking,
        "amends.check.decided_by": verdict.decided_by,
    }
    if verdict.score is not None:
        attributes[spans.SCORE] = verdict.score
    if verdict.level is not None:
        attributes["amends.check.level"] = verdict.level
    return attributes


def _mark(span: Span, verdict: Verdict) -> None:
    if verdict.error:
        spans.fail(span, "check_broke")


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)
