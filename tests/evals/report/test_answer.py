"""The answer to: is it better, for whom, and is that real?"""

from __future__ import annotations

import pytest

from evals.compare import compare
from evals.report.answer import answer, groups, headline
from tests.evals.report.samples import make_case, make_comparison, make_outcome

SAME, WON, LOST = (True, True), (False, True), (True, False)


@pytest.mark.parametrize(
    ("marks", "parts"),
    [
        ([SAME] * 20, ["No difference was shown", "They agree on all of 20 cases."]),
        ([SAME] * 18 + [LOST] * 2, ["No difference was shown", "0 won and 2 lost", "chance alone may do that"]),
        (
            [WON] * 15 + [SAME] * 5,
            ["B (mine) is better than A (shipped): ready", "ready rose by 75.0 points", "p < 0.001"],
        ),
        (
            [LOST] * 15 + [SAME] * 5,
            ["B (mine) is worse than A (shipped)", "ready fell by 75.0 points", "0 won and 15 lost"],
        ),
    ],
)
def test_it_says_whether_and_by_how_much(marks: list[tuple[bool, bool]], parts: list[str]) -> None:
    """Better, worse, or nothing shown; with the interval and with p after Holm."""
    said = answer(make_comparison(*marks), 0.05)
    assert [part for part in parts if part not in said] == []


def test_it_says_for_whom() -> None:
    """Groups are named by what they won and lost."""
    cases = [make_case(f"c-{n}", situation="late" if n < 8 else "broken") for n in range(16)]
    first = [make_outcome(case, {"excuses": case.situation != "late"}) for case in cases]
    second = [make_outcome(case, {"excuses": case.situation == "late" or case.id == "c-9"}) for case in cases]
    comparison = compare(("a", "b"), first, second)
    said = answer(comparison, 0.05)
    assert "B gains most in late (8 won, 0 lost) and loses most in broken (0 won, 7 lost)" in said
    found = {group.name: (group.won, group.lost) for group in groups(comparison, headline(comparison.rows))}
    assert found == {"late": (8, 0), "broken": (0, 7)}


def test_a_gain_here_and_a_loss_there_is_neither_better_nor_worse() -> None:
    """Both are said."""
    cases = [make_case(f"c-{n}") for n in range(30)]
    first = [make_outcome(case, {"tone": True, "excuses": False}) for case in cases]
    second = [make_outcome(case, {"tone": False, "excuses": True}) for case in cases]
    said = answer(compare(("a", "b"), first, second), 0.05)
    assert said.startswith("B (b) is better than A (a) in excuses and worse in tone.")


@pytest.mark.parametrize(
    ("margin", "said"),
    [
        (0.2, "B is nowhere worse by more than 20 points"),
        (0.05, "That B is not worse by more than 5 points is not shown"),
    ],
)
def test_it_holds_the_intervals_against_the_margin(margin: float, said: str) -> None:
    """Twenty cases cannot show that the loss is below five points."""
    assert said in answer(make_comparison(*[SAME] * 20), margin)


def test_names_are_quoted_and_cut() -> None:
    """They come from a command line, and may be paths."""
    said = answer(make_comparison(SAME, names=("<a>", "/" * 90 + "reply.md")), 0.05, quote=lambda text: f"[{text}]")
    assert "[<a>]" in said
    assert "reply.md]" in said
    assert "/" * 50 not in said


def test_no_case_is_said() -> None:
    """It is no equality."""
    assert answer(make_comparison(), 0.05) == "There is no case to compare."
