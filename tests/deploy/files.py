"""The deployment files, read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "deploy"
DOCKERFILE = FOLDER.parent / "Dockerfile"
Node = dict[str, Any]  # what YAML holds is known when a test looks at it


def compose() -> Node:
    """The services on one machine."""
    found: Node = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    return found


def manifests() -> list[Node]:
    """What a cluster is given."""
    return list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")))


def example(name: str) -> dict[str, str]:
    """The variables of an example of an env file."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {variable: value for variable, _, value in pairs}


def variables_named(text: str) -> set[str]:
    """Every setting that a text names."""
    return set(re.findall(r"\bAMENDS_[A-Z_]*[A-Z]\b", text))


def seconds(text: str) -> int:
    """A duration such as `75s`."""
    found = re.fullmatch(r"(\d+)s", text)
    assert found is not None
    return int(found[1])
