"""The services on one machine: pinned, locked down, and stopped no sooner than their work may take."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import httpx2
import pytest

from service.cli import main
from service.settings import Settings
from tests.deploy.files import DOCKERFILE, FOLDER, Node, compose, seconds
from tests.fake_endpoint import FakeEndpoint, Reply, refusing_url

SERVICES: dict[str, Node] = compose()["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("amends:")}


def test_what_runs() -> None:
    """Processes that serve and processes that work, with commands that there are."""
    commands = {name: service["command"] for name, service in OURS.items()}
    assert commands == {name: ["amends", name] for name in ("serve", "worker")}
    assert set(commands) <= set(main.commands)


@pytest.mark.parametrize("name", SERVICES)
def test_locked_down(name: str) -> None:
    """No service may write to its root, gain rights, or take the whole machine."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory", "pids"} == set(service["deploy"]["resources"]["limits"])


@pytest.mark.parametrize("name", SERVICES)
def test_pinned(name: str) -> None:
    """A version stands in each image's name; ours is the one that is built here."""
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert tag == version("amends") if image == "amends" else tag[0].isdigit() and "." in tag


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_stand_in_files_of_their_own(name: str) -> None:
    """Each has an example, and none stands in what is committed."""
    service = SERVICES[name]
    assert (FOLDER / f"{service['env_file']}.example").is_file()
    assert "environment" not in service


@pytest.mark.parametrize("name", OURS)
def test_time_to_stop(name: str) -> None:
    """A draft that is under way has its whole deadline."""
    assert seconds(OURS[name]["stop_grace_period"]) > Settings().deadline_s
    assert OURS[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_health_is_asked_of_the_service_and_of_no_proxy(status: int, code: int) -> None:
    """What is ready counts, whatever ways to the outside the environment names."""
    command = OURS["serve"]["healthcheck"]["test"]
    assert command[:2] == ["CMD", "python"]
    with FakeEndpoint(models=Reply(status, {}, b"")) as service:
        port = str(httpx2.URL(service.url).port)
        proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), refusing_url())
        asked = subprocess.run([sys.executable, *command[2:]], env={"AMENDS_PORT": port} | proxies, check=False)
    assert asked.returncode == code


def test_a_port_for_each_replica() -> None:
    """On this machine alone: whoever needs them outside puts a proxy in front."""
    (ports,) = OURS["serve"]["ports"]
    address, outside, inside = ports.split(":")
    first, last = map(int, outside.split("-"))
    assert (address, inside) == ("127.0.0.1", str(Settings().port))
    assert last - first + 1 == OURS["serve"]["deploy"]["replicas"]


def test_the_builder_gets_what_is_copied_and_no_more() -> None:
    """Neither keys nor environments travel to it."""
    copied = [
        name
        for line in DOCKERFILE.read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]
    ignored = (FOLDER.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert sorted(line.removeprefix("!") for line in ignored if line.startswith("!")) == sorted(copied)
