"""Nothing phones home: the service, as it is started by default, connects to what it was told and to nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.fake_endpoint import FakeEndpoint, says
from tests.service.api.calling import CASE, DRAFT
from tests.service.serving import serving
from tests.service.telemetry.collector import Collector
from tests.service.telemetry.watched import wait_until_made

# Python runs it before the program, in every process that is started from here.
WATCH = """
import json, os, sys

def note(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        about = given[1] if event in ("socket.connect", "socket.sendto") else given[0]
        with open(os.environ["CONNECTIONS"], "a") as file:
            file.write(json.dumps([event, repr(about)]) + "\\n")

sys.addaudithook(note)
"""
# What would make OpenTelemetry's own set-up send things, and other libraries theirs.
TEMPTING = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    "OTEL_TRACES_EXPORTER": "otlp",
    "OTEL_METRICS_EXPORTER": "otlp",
    "OTEL_LOGS_EXPORTER": "otlp",
    "OPENAI_BASE_URL": "http://127.0.0.1:9",
    "DBOS_CONDUCTOR_KEY": "k",
}


def connections(folder: Path, endpoint: FakeEndpoint, **more: str) -> set[str]:
    """Whatever the service connected to, or looked up, from its start to its end, with work of every kind between."""
    (folder / "sitecustomize.py").write_text(WATCH)
    noted = folder / "connections"
    noted.touch()
    watched = {"PYTHONPATH": str(folder), "CONNECTIONS": str(noted)}
    with serving(folder, endpoint.url, **TEMPTING, **watched, **more) as service:
        url = service.ready()
        listening = f"('127.0.0.1', {urlsplit(url).port})"
        with httpx2.Client(base_url=url, timeout=60) as client:
            assert client.get("/readyz").status_code == 200
            assert client.post("/v1/drafts", json=CASE).status_code == 200
            assert client.post("/v1/checks", json=DRAFT).status_code == 200
            where = client.post("/v1/drafts", json=CASE, headers={"Prefer": "respond-async"}).headers["location"]
            wait_until_made(client, where)
            assert client.get("/docs").status_code == 200
        assert service.stop(15) == 0
    found = {about for _, about in map(json.loads, noted.read_text().splitlines())}
    return found - {listening}


def address_of(url: str) -> str:
    """As an audit event names it."""
    return f"('127.0.0.1', {urlsplit(url).port})"


@pytest.mark.parametrize("metrics", ["", "true"])
def test_nothing_but_the_endpoint(metrics: str, tmp_path: Path) -> None:
    """Whatever variables tempt libraries, and whether or not figures are kept."""
    with FakeEndpoint(says("I am sorry.")) as endpoint:
        found = connections(tmp_path, endpoint, AMENDS_METRICS=metrics)
    assert address_of(endpoint.url) in found, "it is seen"
    assert {about for about in found if "127.0.0.1" not in about and "localhost" not in about} == set()
    assert {about for about in found if about.startswith("(")} == {address_of(endpoint.url)}


def test_the_collector_that_was_named(tmp_path: Path) -> None:
    """It is connected to, and the variable of OpenTelemetry's own that names another one is not minded."""
    with FakeEndpoint(says("I am sorry.")) as endpoint, Collector() as collector:
        found = connections(tmp_path, endpoint, AMENDS_OTLP_ENDPOINT=collector.url)
        names = {each.name.split()[0] for each in collector.spans}
        assert names == {"draft", "attempt", "chat", "check", "checks"}, "what else knows OpenTelemetry is not traced"
    assert {about for about in found if about.startswith("(")} == {address_of(endpoint.url), address_of(collector.url)}
