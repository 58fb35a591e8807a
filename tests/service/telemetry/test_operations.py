"""docs/operations.md lists every metric with its labels, and every value that a label may have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from service.api.request_ids import ACCEPTED
from service.breaker import BreakerState
from service.errors import FaultKind
from service.gate import Urgency
from service.idempotency import KeyOutcome
from service.jobs.stages import UNFINISHED
from service.limiting.limiter import LimitKind
from service.schemas import Status
from service.store.depths import MOST_COUNTED, UNTAKEN
from service.store.faults import StoreFault
from service.telemetry import spans, tracing
from service.telemetry.depths import FRESH_S
from service.telemetry.meters import Meters
from service.telemetry.webhooks import OUTCOMES

TEXT = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \| (.*?) \|", re.MULTILINE)
SUFFIXES = {"counter": "_total", "info": "_info"}


def named(text: str) -> list[str]:
    """The words in code quotes."""
    return re.findall(r"`(\w+)`", text)


def given() -> dict[str, tuple[str, ...]]:
    """Metrics of the registry with their labels."""
    found = {}
    for collector in Meters().registry._collector_to_names:
        labels = tuple(getattr(collector, "_labelnames", ()))
        for metric in collector.collect():
            ours = ("version",) if metric.type == "info" else labels
            found[metric.name + SUFFIXES.get(metric.type, "")] = ours
    return found


def values_of(label: str) -> set[str]:
    """The values in the rows of a label."""
    rows = [line for line in TEXT.splitlines() if line.startswith(f"| `{label}`")]
    return {word for row in rows for word in named(row)[1:]}


def test_every_metric() -> None:
    """Neither is one missing, nor one listed that there is not."""
    listed = {name: tuple(named(labels)) for name, _, labels in ROW.findall(TEXT)}
    assert listed == given()


def test_types() -> None:
    """As Prometheus is told."""
    listed = {name: kind for name, kind, _ in ROW.findall(TEXT)}
    for metric in Meters().registry.collect():
        kind = "gauge" if metric.type == "info" else metric.type
        assert listed[metric.name + SUFFIXES.get(metric.type, "")] == kind


def test_conventions() -> None:
    """Counters end in `_total`, times are in seconds, and every name begins with ours."""
    for name, kind, _ in ROW.findall(TEXT):
        assert name.startswith(("amends_", "process_"))
        assert name.endswith("_total") == (kind == "counter")
        assert kind != "histogram" or name.endswith("_seconds")


def test_every_value() -> None:
    """Of the labels whose values are known beforehand."""
    assert set(get_args(KeyOutcome)) | set(OUTCOMES.values()) <= values_of("outcome")
    assert (set(get_args(Status)) - {"cancelled"}) | set(UNFINISHED) | set(UNTAKEN) <= values_of("status")
    assert {each.name.lower() for each in Urgency} == values_of("urgency")
    assert set(get_args(BreakerState)) == values_of("state")
    assert set(get_args(LimitKind)) == values_of("limit")
    assert set(get_args(StoreFault)) <= values_of("kind")
    kinds = set(re.findall(r"^\| `([a-z_]+)` \| [A-Z]", TEXT, re.MULTILINE))
    assert set(get_args(FaultKind)) - {"no_turn"} <= kinds


def test_every_attribute() -> None:
    """The conventions' names that are used are those that are listed."""
    used = {
        value
        for value in vars(spans).values()
        if isinstance(value, str) and re.match(r"(gen_ai|server|error)\.", value)
    }
    listed, before = set(), ""
    for name in re.findall(r"`([a-z_.]+)`", TEXT[TEXT.index("## Traces") :]):
        if name.startswith("."):
            stem = before
            while stem and f"{stem}{name}" not in used:
                stem = stem.rpartition(".")[0]
            listed.add(f"{stem}{name}")
        else:
            listed.add(name)
            before = name
    assert used <= listed
    assert spans.SCHEMA.endswith("/1.41.0")
    assert "version 1.41" in TEXT


def test_numbers() -> None:
    """Those that the page names are those of the code."""
    assert (FRESH_S, MOST_COUNTED) == (10, 100_000)
    assert (tracing.EVERY_MS, tracing.EXPORT_S, tracing.QUEUED, tracing.END_S) == (2_000, 5, 8_192, 3)
    assert ACCEPTED.pattern == r"[\w.-]{1,64}"
