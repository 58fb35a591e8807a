"""A run and a comparison in a terminal."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from evals.compare import compare
from evals.report.terminal import WIDTH, comparison_text, run_text
from tests.evals.labelled_drafts import HOSTILE
from tests.evals.report.samples import make_case, make_comparison, make_outcome

LONG = "prompts=/" + "a-folder/" * 30 + "reply.md"


def test_a_run_names_every_check_and_every_case_that_is_not_as_expected() -> None:
    """With counts, share, interval and why; the last line sums up."""
    outcomes = [make_outcome(), make_outcome(make_case("lid", must_mention=["lid"]), {"excuses": False})]
    lines = run_text("mine", outcomes).splitlines()
    assert lines[0] == "mine: prompts: reply/general 01234567; model: small; policy: default"
    assert "excuses          blocks         1 of 2    50.0 %     9.5 to 90.5" in lines
    assert "  lid: status ready: it is needs_review: excuses; mentions lid: the draft does not" in lines
    assert "prompt tokens: 600" in lines
    said = "2 cases, 2 judged: 50.0 % ready (1 of 2, 95 % interval 9.5 to 90.5), 50.0 % as expected"
    assert said in " ".join(lines[-2:])


def test_a_comparison_ends_with_the_answer() -> None:
    """Is it better, for whom, and is that real?"""
    text = comparison_text(make_comparison(*[(False, True)] * 12, (True, False)), 0.05)
    rows = [line for line in text.splitlines() if line.startswith("excuses ")]
    assert re.match(r"excuses +blocks +7.7 % +92.3 % +\+84.6 +\+\S+ to \+\S+ +0.007 +12/1 of 13 +better$", rows[0])
    assert "excuses lost by B: case-12" in rows
    answer = text.split("\n\n")[-1].replace("\n", " ")
    assert answer.startswith("B (mine) is better than A (shipped): ready")
    assert "That is more than chance" in answer


@pytest.mark.parametrize("name", ["mine", LONG, "x" * 20_000, HOSTILE])
def test_no_line_is_too_long(name: str) -> None:
    """Whatever names, ids and texts there are, and with differences of 100 points."""
    cases = [make_case(f"case-{index}-{'x' * 150}", must_mention=["word " * 90, HOSTILE]) for index in range(12)]
    first = [make_outcome(case, {"acknowledgement": False, "a" * 99: False}) for case in cases]
    second = [make_outcome(case, {"acknowledgement": True, "a" * 99: True}) for case in cases]
    for text in (run_text(name, first), comparison_text(compare((name, name), first, second), 0.05)):
        assert max(map(cell_len, text.splitlines())) <= WIDTH
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)


def test_columns_stand_under_each_other() -> None:
    """Every row of the table has its verdict at the same place."""
    lines = comparison_text(make_comparison((True, False), (False, True), (True, True)), 0.05).splitlines()
    places = {line.index("no difference") for line in lines if line.endswith("no difference")}
    heads = [line.index("verdict") for line in lines if line.endswith("verdict")]
    assert places == set(heads)


def test_no_case_is_said() -> None:
    """It is neither good nor bad."""
    assert run_text("mine", []).endswith("There is no case to judge.")
    assert comparison_text(make_comparison(), 0.05).endswith("There is no case to compare.")
