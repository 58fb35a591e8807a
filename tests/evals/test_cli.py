"""`amends eval lines` and `amends eval guardrails`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.cli import evaluate
from evals.labelled import PASSES
from service.lines import Done, work_on
from service.schemas import CheckInput

SORRY = "We are sorry that your kettle arrived broken. We have sent you a new one today."
ROWS = [
    {
        "id": "r-1",
        "complaint": "My kettle arrived broken. Größe 😀",
        "reply": SORRY,
        "labels": {"apology": 2, "solution": 2},
    },
    {
        "id": "r-2",
        "complaint": "My kettle arrived broken.",
        "draft": "Thanks for reaching out.",
        "labels": {"apology": 0, "tone": 1},
    },
]


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of labelled drafts, in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    """`amends eval` with these arguments."""
    return CliRunner().invoke(evaluate, arguments)


def test_lines_are_what_check_takes(labelled: Path) -> None:
    """Every line is a check's input, in order, and in characters rather than escapes."""
    done = run("lines", str(labelled))
    assert done.exit_code == 0
    lines = done.stdout_bytes.splitlines()
    assert "😀".encode() in lines[0]
    assert [json.loads(line)["id"] for line in lines] == ["r-1", "r-2"]

    async def agree(given: CheckInput) -> Done:
        return Done(given.draft, passed=True)

    answers = [asyncio.run(work_on(line, CheckInput, agree)) for line in lines]
    assert answers == [Done(SORRY, passed=True), Done("Thanks for reaching out.", passed=True)]


@pytest.mark.usefixtures("restored_logging")
def test_guardrails_are_compared_with_labels(labelled: Path) -> None:
    """One line for each property, counting the drafts that have a label for it."""
    done = run("guardrails", str(labelled))
    assert done.exit_code == 0
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["check", "n", "fail", "precision", "recall", "macro-F1"]
    table = {line.split()[0]: line.split()[1:] for line in lines}
    assert list(table) == list(PASSES)
    assert table["apology"] == ["2", "1", "1.00", "1.00", "1.000"]
    assert table["tone"][:2] == ["1", "0"]
    assert table["follow_up"] == ["0", "0", "0.00", "0.00", "0.000"]


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize("command", ["lines", "guardrails"])
def test_a_fault_is_told_with_its_line(labelled: Path, command: str) -> None:
    """Exit code 2 and one line, also for a draft that no check would take."""
    with labelled.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(ROWS[0] | {"complaint": ""}))
    done = run(command, str(labelled))
    assert done.exit_code == 2
    assert [line for line in done.stderr.splitlines() if "line 3: complaint: " in line]


@pytest.mark.parametrize("command", ["lines", "guardrails", "draft"])
def test_a_missing_file_is_wrong_use(command: str) -> None:
    """As with every command."""
    done = run(command, "missing.jsonl")
    assert done.exit_code == 2
    assert "does not exist" in done.stderr


@pytest.mark.usefixtures("labelled")
def test_an_unknown_setting_stops_the_start(labelled: Path) -> None:
    """The settings are those of the service."""
    done = CliRunner().invoke(evaluate, ["guardrails", str(labelled)], env={"AMENDS_PROT": "1"})
    assert (done.exit_code, "AMENDS_PROT" in done.stderr) == (2, True)


def test_an_unknown_case_is_wrong_use() -> None:
    """A mistyped id records nothing."""
    done = run("record", "no-such-case")
    assert done.exit_code == 2
    assert "no such case: no-such-case" in done.stderr
