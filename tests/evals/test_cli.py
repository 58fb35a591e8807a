"""`amends eval lines` and `amends eval guardrails`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.cli import evaluate
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


def test_lines_keep_channel_and_context(labelled: Path) -> None:
    """A complaint with a channel becomes an object; nothing of the labels goes along."""
    context = {"brand": "Kettles", "agent": {"name": "Bo"}}
    labelled.write_text(json.dumps(ROWS[0] | {"channel": "twitter", "context": context}), encoding="utf-8")
    (line,) = run("lines", str(labelled)).stdout_bytes.splitlines()
    given = json.loads(line)
    assert given["complaint"] == {"text": ROWS[0]["complaint"], "channel": "social"}
    assert given["context"] == context
    assert "labels" not in given


@pytest.mark.usefixtures("restored_logging")
def test_guardrails_are_compared_with_labels(labelled: Path) -> None:
    """One line for each check that has labels, counting its drafts; both files say the same."""
    folder = labelled.parent
    done = run("guardrails", str(labelled), "--json", str(folder / "o.json"), "--html", str(folder / "o.html"))
    assert done.exit_code == 0
    table = [line.split()[:3] for line in done.stdout.splitlines()[4:7]]
    assert table == [["apology", "2", "1"], ["solution", "1", "0"], ["tone", "1", "0"]]
    data = json.loads((folder / "o.json").read_text(encoding="utf-8"))
    assert (data["file"], data["drafts"]) == ("labelled.jsonl", 2)
    assert [[each["check"], str(each["n"]), str(each["failures"])] for each in data["checks"]] == table
    assert (folder / "o.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.usefixtures("restored_logging")
def test_labels_of_no_check_are_told(labelled: Path) -> None:
    """On standard error, so that a mistyped label does not drop out in silence."""
    labelled.write_text(json.dumps(ROWS[0] | {"labels": {"apology": 2, "apolgy": 2}}), encoding="utf-8")
    done = run("guardrails", str(labelled))
    assert done.exit_code == 0
    assert "labels of no check, not compared: apolgy" in done.stderr
    assert "apolgy" not in done.stdout


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no labelled draft in it"),
        ("\n \n", "there is no labelled draft in it"),
        (json.dumps(ROWS[0] | {"labels": {}}), "labels: no draft has a label of a check"),
        (json.dumps(ROWS[0] | {"labels": {"kindness": 2}}), "labels: no draft has a label of a check"),
    ],
)
def test_a_file_with_nothing_to_compare_is_told(labelled: Path, text: str, says: str) -> None:
    """An empty table would look like a result."""
    labelled.write_text(text, encoding="utf-8")
    done = run("guardrails", str(labelled))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{labelled}: {says}" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--json", "missing/o.json"], "no such folder"),
        (["--html", "missing/o.html"], "no such folder"),
        (["--html", "labelled.jsonl"], "would be overwritten"),
        (["--json", "o", "--html", "./o"], "would be overwritten"),
        (["--misses", "-1"], "--misses"),
        (["--json", "."], "is a directory"),
    ],
)
def test_outputs_are_refused_before_the_work(labelled: Path, options: list[str], says: str) -> None:
    """The labels are never overwritten, and nobody waits for a report that cannot be written."""
    before = labelled.read_bytes()
    done = run("guardrails", str(labelled), *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert labelled.read_bytes() == before


@pytest.mark.usefixtures("labelled", "restored_logging")
def test_a_full_disk_is_told_with_the_file() -> None:
    """Exit code 3: it is nothing that the user wrote."""
    done = run("guardrails", "labelled.jsonl", "--json", "/dev/full")
    assert done.exit_code == 3
    assert "amends: /dev/full: it cannot be written: " in done.stderr


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
    done = run("record", "--only", "no-such-case")
    assert done.exit_code == 2
    assert "there is no such case: no-such-case" in done.stderr
