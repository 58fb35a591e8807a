"""What a cluster is given: parts that fit together, locked down, and stopped no sooner than their work may take."""

from __future__ import annotations

from importlib.metadata import version

import pytest
import yaml

from service.cli import main
from service.wiring.jobs import DRAIN_S
from tests.deploy.files import DOCKERFILE, FOLDER, Node, manifests

ALL = manifests()
DEPLOYMENTS: dict[str, Node] = {each["metadata"]["name"]: each for each in ALL if each["kind"] == "Deployment"}
SERVE, WORKER = "amends-serve", "amends-worker"


def of_kind(kind: str) -> list[Node]:
    """The manifests of a kind."""
    return [each for each in ALL if each["kind"] == kind]


def pod(name: str) -> Node:
    """What a deployment runs."""
    found: Node = DEPLOYMENTS[name]["spec"]["template"]["spec"]
    return found


def container(name: str) -> Node:
    """Its one container."""
    (found,) = pod(name)["containers"]
    assert isinstance(found, dict)
    return found


def labels(name: str) -> Node:
    """The labels of a deployment's pods."""
    found: Node = DEPLOYMENTS[name]["spec"]["template"]["metadata"]["labels"]
    return found


def setting(name: str) -> str:
    """The value of a setting, which both have."""
    return str(of_kind("ConfigMap")[0]["data"][name])


@pytest.mark.parametrize("name", [SERVE, WORKER])
def test_what_runs(name: str) -> None:
    """The version that is built here, with a command that there is."""
    program, command = container(name)["args"]
    assert (program, command) == ("amends", name.removeprefix("amends-"))
    assert command in main.commands
    assert container(name)["image"] == f"amends:{version('amends')}"


@pytest.mark.parametrize("name", [SERVE, WORKER])
def test_parts_fit_together(name: str) -> None:
    """Each deployment selects its own pods alone, may lose one of them at a time, and grows with its work."""
    selected = DEPLOYMENTS[name]["spec"]["selector"]["matchLabels"]
    assert selected == labels(name)
    assert selected in [each["spec"]["selector"]["matchLabels"] for each in of_kind("PodDisruptionBudget")]
    grown = {each["spec"]["scaleTargetRef"]["name"]: each["spec"] for each in of_kind("HorizontalPodAutoscaler")}
    assert grown[name]["minReplicas"] > 1
    assert "replicas" not in DEPLOYMENTS[name]["spec"]  # it would undo the autoscaler's number with every change
    assert "cpu" in container(name)["resources"]["requests"]


def test_the_two_differ() -> None:
    """Requests go to what serves."""
    assert labels(SERVE) != labels(WORKER)
    (service,) = of_kind("Service")
    assert service["spec"]["selector"] == labels(SERVE)
    (port,) = container(SERVE)["ports"]
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    assert setting("AMENDS_PORT") == str(port["containerPort"])


@pytest.mark.parametrize("name", [SERVE, WORKER])
def test_locked_down(name: str) -> None:
    """The image's own user, no rights, no writing but to a temporary folder, no token of the cluster."""
    security = pod(name)["securityContext"]
    assert f"--uid {security['runAsUser']} " in DOCKERFILE.read_text(encoding="utf-8")
    assert security["runAsNonRoot"] is True
    assert pod(name)["automountServiceAccountToken"] is False
    locked = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert container(name)["securityContext"] == locked
    assert [mount["mountPath"] for mount in container(name)["volumeMounts"]] == ["/tmp"]
    assert "memory" in container(name)["resources"]["limits"]


@pytest.mark.parametrize("name", [SERVE, WORKER])
def test_time_to_stop(name: str) -> None:
    """A draft that is under way has its whole deadline, and accepted ones theirs after that."""
    waits = float(container(name).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", [0])[-1])
    needed = waits + float(setting("AMENDS_DEADLINE_S")) + DRAIN_S
    assert pod(name)["terminationGracePeriodSeconds"] > needed


@pytest.mark.parametrize("name", [SERVE, WORKER])
def test_no_variable_comes_from_the_cluster(name: str) -> None:
    """It would set AMENDS_SERVICE_HOST and more for a Service of our name, and unknown settings are refused."""
    assert pod(name)["enableServiceLinks"] is False


def test_probes() -> None:
    """They ask for what there is; a model that is away neither ends a process nor cuts it off."""
    paths = yaml.safe_load((FOLDER.parent / "openapi.yaml").read_text(encoding="utf-8"))["paths"]
    probes = {
        name: container(SERVE)[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")
    }
    assert set(probes.values()) <= set(paths)
    assert (probes["liveness"], probes["readiness"]) == ("/healthz", "/healthz")


def test_no_secret_is_committed() -> None:
    """It is named, and made by whoever has it."""
    assert not of_kind("Secret")
    for name in (SERVE, WORKER):
        assert {"secretRef": {"name": "amends"}} in container(name)["envFrom"]
