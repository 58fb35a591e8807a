"""`amends eval label`: labelling as a process of its own, and what is made of the labels."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result

from evals.labelled import read_labelled
from evals.labelling.command import default_file, label
from evals.labelling.store import read_labels
from tests.evals.labelling.rows_made import FULL, make_draft, make_label, write_drafts, write_labels
from tests.service.commands import SECONDS, environment

PROGRAM = "from evals.labelling.command import label; label()"
URL = re.compile(r"http://127\.0\.0\.1:\d+/[\w-]{43}/")
DRAFTS = (make_draft(), make_draft("other", "Hello."))


class Labelling:
    """A running page: where it is, and what was said before it was there."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        assert process.stderr is not None
        for line in process.stderr:
            self.said.append(line)
            if found := URL.search(line):
                self.url = found[0]
                return
        raise AssertionError(self.said)

    def answer(self, number: int, change: Mapping[str, object]) -> httpx2.Response:
        """Do something on the page."""
        origin = self.url.rsplit("/", 2)[0]
        return httpx2.post(f"{self.url}drafts/{number}", json=change, headers={"origin": origin})

    def stop(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit code, and what was said last."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, said


@contextmanager
def labelling(folder: Path, *arguments: str) -> Iterator[Labelling]:
    """The page for anna over the drafts of the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "drafts.jsonl", "--reader", "anna", "--no-browser", *arguments],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Labelling(process)
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two drafts, where the commands run."""
    write_drafts(tmp_path / "drafts.jsonl", *DRAFTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def labels(folder: Path) -> tuple[str, str]:
    """The files of two readers, who differ about the tone of one draft; one label is of a draft that is gone."""
    gone = make_draft("gone", "Old.")
    write_labels(folder / "anna.jsonl", *(make_label(each, "anna", FULL) for each in (*DRAFTS, gone)))
    ben = [make_label(DRAFTS[0], "ben", FULL), make_label(DRAFTS[1], "ben", FULL | {"tone": 2})]
    write_labels(folder / "ben.jsonl", *ben)
    return "anna.jsonl", "ben.jsonl"


def run(*arguments: str) -> Result:
    """`amends eval label` with these arguments."""
    return CliRunner().invoke(label, arguments)


def test_a_reader_labels_until_ctrl_c(folder: Path) -> None:
    """The address is told, answers are kept beside the drafts, and the end says where; nothing on standard output."""
    with labelling(folder) as page:
        assert httpx2.get(page.url).status_code == 200
        for check, level in FULL.items():
            assert page.answer(0, {"check": check, "label": level}).status_code == 200
        for check in ("grounding", "remedies", "constraints"):
            page.answer(0, {"check": check, "label": True})
        code, said = page.stop(signal.SIGINT)
        assert page.process.stdout is not None
    assert code == 0
    assert said == "amends: 1 of 2 drafts labelled by anna; the labels are in drafts.labels.anna.jsonl\n"
    (row,) = read_labels(folder / "drafts.labels.anna.jsonl")
    assert row.labels.model_dump(exclude_none=True) == FULL | dict.fromkeys(
        ("grounding", "remedies", "constraints"), True
    )


def test_a_killed_page_loses_nothing(folder: Path) -> None:
    """What was confirmed is there at the next start; half a line is told and removed; no token comes twice."""
    with labelling(folder) as page:
        page.answer(1, {"check": "apology", "label": 3})
        page.stop(signal.SIGKILL)
    path = folder / "drafts.labels.anna.jsonl"
    with path.open("ab") as file:
        file.write(b'{"labels":{"apol')
    with labelling(folder) as again:
        assert "its last line was cut off" in again.said[0]
        assert httpx2.get(f"{again.url}drafts/1").json()["answer"]["labels"] == {"apology": 3}
        assert again.url.split("/")[3] != page.url.split("/")[3]


def test_the_start_is_told_before_anything_is_served(folder: Path) -> None:
    """A port that is taken, with what to do; and labels of other drafts, which stay in the file."""
    write_labels(folder / "l.jsonl", make_label(make_draft("gone"), "anna", FULL))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("drafts.jsonl", "--reader", "anna", "--no-browser", "--port", str(port), "--out", "l.jsonl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "l.jsonl: 1 label of drafts that are not among these stay there: gone-" in done.stderr
    assert f"--port {port}: cannot listen there" in done.stderr


def test_labels_lie_beside_the_drafts() -> None:
    """Unless there is no such file."""
    assert default_file(Path("x/drafts.jsonl"), "anna") == Path("x/drafts.labels.anna.jsonl")
    assert default_file(None, "anna") == Path("labels.anna.jsonl")


def test_agreement_is_shown_without_stale_labels(labels: tuple[str, str]) -> None:
    """They are counted and listed on standard error."""
    done = run("--agreement", "--drafts", "drafts.jsonl", *labels)
    assert done.exit_code == 0
    assert "anna and ben: 2 drafts labelled by both" in done.stdout
    assert f"  {DRAFTS[1].key.short}: tone 0 / 2" in done.stdout
    assert done.stderr == f"amends: anna: 1 stale label left out: {make_draft('gone', 'Old.').key.short}\n"


def test_agreement_without_drafts_says_that_nobody_looked(labels: tuple[str, str]) -> None:
    """Stale labels are never used in silence."""
    done = run("--agreement", *labels)
    assert (done.exit_code, "anna and ben" in done.stdout) == (0, True)
    assert "nobody has looked whether these labels are stale" in done.stderr


def test_labels_are_merged_for_guardrails(folder: Path, labels: tuple[str, str]) -> None:
    """What readers share goes into the file, what they differ in to standard output, and the rest is counted."""
    done = run("--export", "out.jsonl", "--drafts", "drafts.jsonl", *labels)
    assert done.exit_code == 0
    rows = list(read_labelled(folder / "out.jsonl"))
    assert [(row.case, row.labels.tone) for row in rows] == [("kettle", 0), ("other", None)]
    (left,) = map(json.loads, done.stdout.splitlines())
    assert (left["check"], left["labels"]) == ("tone", {"anna": 0, "ben": 2})
    assert "1 stale label left out" in done.stderr
    assert "1 disagreement to settle" in done.stderr
    assert "out.jsonl: 11 labels of 2 drafts" in done.stderr


def test_an_adjudicator_settles_the_rest(folder: Path, labels: tuple[str, str]) -> None:
    """Then nothing is left on standard output."""
    write_labels(folder / "cy.jsonl", make_label(DRAFTS[1], "cy", {"tone": 2}))
    done = run("--export", "out.jsonl", "--drafts", "drafts.jsonl", *labels, "cy.jsonl", "--adjudicator", "cy")
    assert (done.exit_code, done.stdout) == (0, "")
    assert [row.labels.tone for row in read_labelled(folder / "out.jsonl")] == [0, 2]


def test_labels_of_one_reader_say_so(folder: Path, labels: tuple[str, str]) -> None:
    """They are exported, and nobody is told that two agree."""
    done = run("--export", "out.jsonl", "--drafts", "drafts.jsonl", labels[1])
    assert done.exit_code == 0
    assert "of one reader alone: nobody has checked them" in done.stderr
    assert [row.readers for row in read_labelled(folder / "out.jsonl")] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give --reader to label, or --agreement or --export"),
        (["--reader", "anna", "--agreement"], "one of them"),
        (["--agreement", "--port", "1"], "--port does not go with --agreement"),
        (["--reader", "anna", "--drafts", "drafts.jsonl"], "--drafts does not go with --reader"),
        (["--agreement", "--adjudicator", "x"], "--adjudicator does not go with --agreement"),
        (["--reader", "anna", "drafts.jsonl", "anna.jsonl"], "give one file of drafts to label"),
        (["--reader", "../anna", "drafts.jsonl"], "--reader: must be letters"),
        (["--reader", "anna", "drafts.jsonl", "--out", "drafts.jsonl"], "would be overwritten"),
        (["--reader", "anna", "drafts.jsonl", "--out", "none/l.jsonl"], "no such folder"),
        (
            ["--reader", "ben", "drafts.jsonl", "--out", "anna.jsonl"],
            "anna.jsonl, line 1: reader: it is a label of anna",
        ),
        (["--reader", "anna", "anna.jsonl"], "anna.jsonl, line 1: "),
        (["--reader", "anna", "missing.jsonl"], "does not exist"),
        (["--agreement"], "give the files of labels"),
        (["--agreement", "anna.jsonl"], "agreement takes the labels of two readers; there are those of anna"),
        (["--agreement", "drafts.jsonl", "anna.jsonl"], "drafts.jsonl, line 1: "),
        (["--agreement", "anna.jsonl", "anna.jsonl", "--drafts", "gone.jsonl"], "there are those of none"),
        (["--export", "out.jsonl", "anna.jsonl"], "give them with --drafts"),
        (["--export", "anna.jsonl", "anna.jsonl", "--drafts", "drafts.jsonl"], "would be overwritten"),
        (
            ["--export", "gone.jsonl", "anna.jsonl", "--drafts", "drafts.jsonl", "--cases", "gone.jsonl"],
            "would be overwritten",
        ),
        (["--export", "out.jsonl", "anna.jsonl", "--drafts", "gone.jsonl"], "nothing is written to out.jsonl"),
    ],
)
@pytest.mark.usefixtures("labels")
def test_wrong_use_is_told(folder: Path, arguments: list[str], says: str) -> None:
    """Exit code 2 and one clear line; nothing is written, and nothing is served."""
    write_drafts(folder / "gone.jsonl", make_draft("another"))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
