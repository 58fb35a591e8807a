"""The dashboard: every query is PromQL, and asks for metrics, labels and values that /metrics really gives."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from tests.deploy.files import FOLDER
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.api.calling import CASE
from tests.service.telemetry.watched import Samples, serving, settings_for

DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = [each for each in DASHBOARD["panels"] if each["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
SET_BY_PROMETHEUS = {"job", "instance", "le"}


@dataclass
class Asked:
    """What a query asks for: metrics, labels that it compares, and labels that it groups by."""

    metrics: set[str] = field(default_factory=set)
    compared: set[tuple[str, str]] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)


def asked(query: str) -> Asked:
    """What a query asks for, with Grafana's variables filled in.

    Raises:
        ValueError: it is no PromQL.
    """
    found = Asked()
    expression = promql_parser.parse(query.replace("$__rate_interval", "5m").replace("$job", ".*"))

    def note(node: object) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            assert node.name
            found.metrics.add(node.name)
            found.compared |= {(each.name, each.value) for each in node.matchers.matchers}
        elif isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            found.grouped |= set(node.modifier.labels)
        return True

    promql_parser.walk(expression, note)
    return found


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """What a service with a chain of endpoints says after a draft."""

    async def scrape(url: str, folder: Path) -> Samples:
        path = folder / "endpoints.yaml"
        path.write_text(json.dumps({"endpoints": [{"url": url, "name": "m"}]}))
        async with serving(settings_for(folder, url, model_url=None, model_name="", endpoints=path)) as service:
            await service.client.post("/v1/drafts", json=CASE)
            return await service.scrape()

    with FakeEndpoint(says("I am sorry.")) as endpoint:
        return asyncio.run(scrape(endpoint.url, tmp_path_factory.mktemp("dashboard")))


def labels_of(samples: Samples, metric: str) -> set[str]:
    """The labels of a metric."""
    return {label for name, has in samples.values if name == metric for label, _ in has}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query(query: str, samples: Samples) -> None:
    """Its metrics are there, with the labels that it names."""
    wants = asked(query)
    assert wants.metrics
    given = {name for name, _ in samples.values}
    assert wants.metrics <= given
    for metric in wants.metrics:
        named = {label for label, _ in wants.compared} | wants.grouped
        assert named <= labels_of(samples, metric) | SET_BY_PROMETHEUS


@pytest.mark.parametrize(("label", "value"), sorted(set().union(*(asked(each).compared for each in QUERIES))))
def test_a_value(label: str, value: str) -> None:
    """It is one that the table in docs/operations.md names."""
    if label in SET_BY_PROMETHEUS or value == "5..":
        return
    text = (FOLDER.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(f"| `{label}`")]
    assert set(value.split("|")) <= set(re.findall(r"`(\w+)`", " ".join(rows)))


def test_every_metric_is_shown(samples: Samples) -> None:
    """Of ours; a histogram by its buckets or its count."""
    shown = {re.sub(r"_(bucket|count|sum)$", "", metric) for query in QUERIES for metric in asked(query).metrics}
    given = {re.sub(r"_(bucket|count|sum)$", "", name) for name, _ in samples.values if name.startswith("amends_")}
    assert given <= shown


def boxes() -> Iterator[tuple[int, int, int, int]]:
    """Where panels lie: left, top, right, bottom."""
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        yield at["x"], at["y"], at["x"] + at["w"], at["y"] + at["h"]


def test_panels_do_not_overlap() -> None:
    """Each has a number of its own, a title, and room within 24 columns."""
    placed = list(boxes())
    assert all(right <= 24 for _, _, right, _ in placed)
    for number, one in enumerate(placed):
        for other in placed[:number]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["title"] for panel in DASHBOARD["panels"])


def test_any_prometheus() -> None:
    """The data source is chosen at the top, and none stands in the file."""
    sources = {json.dumps(panel["datasource"]) for panel in PANELS}
    assert sources == {json.dumps({"type": "prometheus", "uid": "${datasource}"})}
    assert DASHBOARD["templating"]["list"][0]["name"] == "datasource"
