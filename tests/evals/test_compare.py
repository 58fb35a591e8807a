"""Two arms on the same cases: what is better, what is worse, and which cases say so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.compare import Comparison, Row, compare
from evals.outcomes import EXPECTED, READY, CaseOutcome
from evals.paired import Paired, difference_interval
from tests.evals.labelled_drafts import make_verdict
from tests.evals.made import make_case, make_outcome

NAMES = ("shipped", "mine")


def run(apologies: str) -> list[CaseOutcome]:
    """One case for each letter: passed, failed, or escalated before there was a draft."""
    return [_outcome(f"case-{index:02}", letter) for index, letter in enumerate(apologies)]


def _outcome(case_id: str, letter: str) -> CaseOutcome:
    case = make_case(case_id)
    if letter == "e":
        return make_outcome(case, draft=None, status="needs_review", escalate="legal: court")
    passed = letter == "p"
    verdicts = (make_verdict("apology", 2 if passed else 0), make_verdict("tone", 0))
    return make_outcome(case, *verdicts, status="ready" if passed else "needs_review")


def compared(first: str, second: str) -> dict[str, Row]:
    """The rows by their names."""
    return {row.name: row for row in compare(NAMES, run(first), run(second)).rows}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("p" * 30, "f" * 15 + "p" * 15, "worse"),
        ("f" * 15 + "p" * 15, "p" * 30, "better"),
        ("p" * 30, "p" * 30, "no difference"),
        ("f" * 30, "f" * 30, "no difference"),
        ("p" * 30, "f" * 3 + "p" * 27, "no difference"),
        ("pf" * 15, "fp" * 15, "no difference"),
    ],
)
def test_what_can_be_said_of_a_check(first: str, second: str, verdict: str) -> None:
    """Better and worse only where chance, over all checks together, would seldom do it."""
    rows = compared(first, second)
    assert rows["apology"].verdict == verdict
    assert rows[READY].verdict == verdict
    assert rows["tone"].verdict == "no difference"


def test_wins_and_losses_are_cases() -> None:
    """Those that only the second passes, and those that only the first does, in their order."""
    row = compared("pfpfe", "fpppe")["apology"]
    assert (row.wins, row.losses) == (("case-01", "case-03"), ("case-00",))
    assert row.pairs == Paired(both=1, only_first=1, only_second=2, neither=0)
    assert row.interval == difference_interval(row.pairs)


def test_a_case_without_a_draft_counts_for_ready_alone() -> None:
    """Where one arm drafts nothing there is no check to compare; that it is not ready shows."""
    rows = compared("ppee", "pepe")
    assert rows["apology"].pairs == Paired(1, 0, 0, 0)
    assert rows[READY].pairs == Paired(both=1, only_first=1, only_second=1, neither=1)
    assert rows[EXPECTED].pairs.n == 4
    assert (rows[READY].wins, rows[READY].losses) == (("case-02",), ("case-01",))


def test_p_values_of_checks_are_adjusted_together() -> None:
    """Holm over the checks alone: `ready` and `as expected` are asked once each, and keep their own."""
    rows = compared("p" * 30, "f" * 6 + "p" * 24)
    assert {rows[name].p for name in (READY, EXPECTED, "apology")} == {2 / 2**6}
    assert (rows[READY].adjusted, rows[READY].verdict) == (2 / 2**6, "worse")
    assert (rows["apology"].adjusted, rows["apology"].verdict) == (2 * 2 / 2**6, "no difference")
    assert rows["tone"].adjusted == 1.0


@pytest.mark.parametrize(
    ("first", "second", "margin", "inferior"),
    [
        ("p" * 60, "p" * 60, 0.1, False),
        ("p" * 60, "f" * 12 + "p" * 48, 0.1, True),
        ("p" * 60, "f" + "p" * 59, 0.1, False),
        ("p" * 60, "f" * 12 + "p" * 48, 0.5, False),
        ("p" * 5, "p" * 5, 0.1, True),  # too few cases to rule it out
        ("f" * 30 + "p" * 30, "p" * 60, 0.0, False),
    ],
)
def test_non_inferiority_goes_by_the_interval(first: str, second: str, margin: float, *, inferior: bool) -> None:
    """Not by the difference alone: few cases cannot show that nothing is lost."""
    assert compared(first, second)["apology"].is_inferior(margin) is inferior


def test_blocking_is_told() -> None:
    """Of checks; ready and as expected are none."""
    rows = compared("pp", "pp")
    assert (rows[READY].blocking, rows[EXPECTED].blocking, rows["apology"].blocking) == (None, None, True)


def test_what_one_arm_merely_advises_may_not_get_worse() -> None:
    """In whichever order the arms stand, and where cases of one arm have policies of their own."""
    advised = [make_outcome(each.case, make_verdict("apology", 2, blocking=False)) for each in run("ppp")]
    for first, second in ((run("ppp"), advised), (advised, run("ppp")), (run("ppp")[:1] + advised[1:], advised)):
        rows = {row.name: row for row in compare(NAMES, first, second).rows}
        assert rows["apology"].blocking is True


def test_shares_are_over_the_cases_of_both() -> None:
    """So that their difference is the difference that is shown."""
    row = compared("ppfee", "pfppp")["apology"]
    assert row.pairs.shares == (2 / 3, 2 / 3)
    assert row.pairs.difference == 0


def test_a_check_that_one_arm_lacks_is_not_compared() -> None:
    """Over no case there is nothing to say, and a gate must not fall over it."""
    first, second = run("pp"), [make_outcome(each.case, make_verdict("tone", 0)) for each in run("pp")]
    assert "apology" not in {row.name for row in compare(NAMES, first, second).rows}


@pytest.mark.parametrize("order", [[0], [1, 0, 2], [0, 1, 3], []])
def test_different_cases_are_refused(order: Sequence[int]) -> None:
    """Fewer, others, or in another order: a pair must be one case."""
    pool = run("pppp")
    with pytest.raises(ValueError, match="same cases"):
        compare(NAMES, pool[:3], [pool[index] for index in order])


def test_both_arms_are_kept_and_summed_up() -> None:
    """The comparison holds what a report shows of both."""
    found = compare(NAMES, run("ppp"), run("ppf"))
    assert isinstance(found, Comparison)
    assert [each.share(READY).passed.part for each in found.summaries] == [3, 2]
    assert found.names == NAMES


def test_no_cases_have_no_rows() -> None:
    """And no error either."""
    assert compare(NAMES, [], []).rows == ()
