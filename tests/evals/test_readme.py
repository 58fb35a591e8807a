"""Every command of evals/README.md runs, in the order of the page, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_endpoint import FakeEndpoint, says, says_json

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "evals" / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line]
# What these tests run in is the environment that these two make.
SETUP = ["make setup", ". .venv/bin/activate"]
FOLDERS = ("service", "guardrails", "prompts", "evals")
ENDPOINT = "http://127.0.0.1:8001/v1"  # as the page has it


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project in a folder of its own, with a history of its own."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "prompts"), ("commit", "-qm", "Prompts")):
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    """The endpoint that the page records from."""
    models = says_json({"object": "list", "data": [{"id": "some/model"}]})
    with FakeEndpoint(says("I am sorry that it broke. We refund it today."), models=models) as running:
        yield running


def test_every_command_runs(copy: Path, endpoint: FakeEndpoint) -> None:
    """From a clone to the answer whether a prompt is better; none fails, and the reports are there."""
    assert COMMANDS[:2] == SETUP
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(copy),
        "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{copy / 'amends.db'}",
    }
    said = ""
    for command in COMMANDS[2:]:
        typed = command.replace(ENDPOINT, endpoint.url)
        done = subprocess.run(
            ["bash", "-c", typed], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        said += done.stdout
    for name in ("my-reply.html", "policies.html", "comment.md", "report.html", "report.xml", "report.md"):
        assert (copy / name).stat().st_size > 1000
    assert endpoint.calls >= 2
    assert "worse" in said
