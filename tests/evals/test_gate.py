"""The gate: read strictly, and what a run is below."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.files import GATE as SHIPPED
from evals.gate import Gate, load_gate, shortfalls
from evals.outcomes import CaseOutcome
from guardrails.policy import CheckRules
from service.errors import InputError
from tests.evals.labelled_drafts import make_verdict
from tests.evals.made import make_case, make_outcome

GOOD = """\
ready: 0.75
as_expected: 0.5
checks:
  apology: 0.9
  tone: 1
"""


def run(*letters: str) -> list[CaseOutcome]:
    """A case for each letter: its apology passes or fails, or there is no draft."""
    outcomes = []
    for index, letter in enumerate(letters):
        case, passed = make_case(f"c-{index}"), letter == "p"
        verdicts = (make_verdict("apology", 2 if passed else 0), make_verdict("tone", 0)) if letter != "e" else ()
        draft = None if letter == "e" else "We are sorry."
        outcomes.append(make_outcome(case, *verdicts, draft=draft, status="ready" if passed else "needs_review"))
    return outcomes


def test_a_gate_is_loaded(tmp_path: Path) -> None:
    """Shares, also whole ones."""
    path = tmp_path / "gate.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_gate(path) == Gate(ready=0.75, as_expected=0.5, checks={"apology": 0.9, "tone": 1})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ready: 0.75", "ready: 75", "line 1: ready: "),
        ("ready: 0.75", "ready: -0.1", "line 1: ready: "),
        ("ready: 0.75", "ready: .nan", "line 1: ready: "),
        ("ready: 0.75", "ready: true", "line 1: ready: "),
        ("ready: 0.75", "ready: 75%", "line 1: ready: "),
        ("ready: 0.75\n", "", "ready: is required"),
        ("as_expected: 0.5", "expected: 0.5", "line 2: expected: "),
        ("apology: 0.9", "apology: 1.1", "line 4: checks.apology: "),
        ("apology: 0.9", "apology: 0.9\n  apology: 0.8", "line 5: checks.apology: stands twice"),
        ("checks:", "checks: [", "line "),
        (GOOD, "", "the file is empty"),
    ],
)
def test_a_wrong_gate_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The error names the file, the line and the field."""
    assert old in GOOD
    path = tmp_path / "gate.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_gate(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_gate_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing file, and bytes that are no text."""
    with pytest.raises(InputError, match=r"gone\.yaml: "):
        load_gate(tmp_path / "gone.yaml")
    (tmp_path / "b.yaml").write_bytes(b"ready: \xff")
    with pytest.raises(InputError, match=r"b\.yaml: .*UTF-8"):
        load_gate(tmp_path / "b.yaml")


GATE = Gate(ready=0.75, as_expected=0.5, checks={"apology": 0.9, "tone": 1})


@pytest.mark.parametrize(
    ("outcomes", "names"),
    [
        (run("p", "p", "p", "p"), []),
        (run("p", "p", "p", "e"), []),
        (run("p", "p", "p", "f"), ["apology"]),
        (run("p", "p", "f", "f"), ["ready", "apology"]),
        (run("f", "f"), ["ready", "as expected", "apology"]),
        (run("e", "e"), ["ready", "as expected", "apology", "tone"]),
        ([], ["ready", "as expected", "apology", "tone"]),
    ],
)
def test_what_a_run_is_below(outcomes: list[CaseOutcome], names: list[str]) -> None:
    """In the gate's order; exactly at the gate is not below, and nothing judged is below everything."""
    assert [each.name for each in shortfalls(GATE, outcomes)] == names


def test_a_shortfall_says_both_figures() -> None:
    """What was reached, and what is asked for."""
    (missed,) = shortfalls(GATE, run("p", "p", "p", "f"))
    assert str(missed) == "apology: 75.0%, and the gate asks for 90.0%"


def test_a_gate_of_nothing_is_always_reached() -> None:
    """Zero asks for nothing, also where there is nothing."""
    assert shortfalls(Gate(ready=0, as_expected=0, checks={"apology": 0}), run("e", "f")) == ()


def test_a_check_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A mistyped name must not be a gate that nothing can fail, nor one that nothing can pass; its line is named."""
    path = tmp_path / "gate.yaml"
    path.write_text("ready: 0\nas_expected: 0\nchecks:\n  apolgy: 0.5\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"gate\.yaml: line 4: checks\.apolgy"):
        load_gate(path)


def test_the_shipped_gate_names_checks_that_exist() -> None:
    """It is what `amends eval run --gate` asks for."""
    assert set(load_gate(SHIPPED).checks) <= set(CheckRules.model_fields)
