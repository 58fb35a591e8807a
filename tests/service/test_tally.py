"""Shares with intervals, quantiles, and what feedback comes to."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from evals.statistics import proportion
from service.tally import FeedbackCount, FeedbackTally, quantile, share


def count(outcome: str, drafts: int = 1, hundredths: float | None = None, *, shown: bool = True) -> FeedbackCount:
    """Feedback of one kind."""
    return FeedbackCount("general", "reply/general", "abc", "", None, outcome, shown, hundredths, drafts)


@pytest.mark.parametrize(("part", "of"), [(0, 1), (1, 1), (1, 2), (0, 40), (39, 40), (40, 40), (123, 456_789)])
def test_shares_have_wilsons_interval(part: int, of: int) -> None:
    """The same that the evals compute."""
    found, expected = share(part, of), proportion(part, of)
    assert found is not None
    assert expected is not None
    assert (found.count, found.of) == (part, of)
    assert found.low <= found.share <= found.high
    known = (expected.value, expected.interval.low, expected.interval.high)
    assert (found.share, found.low, found.high) == pytest.approx(known, abs=0.00005)


def test_nothing_has_no_share() -> None:
    """None is not zero."""
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.5, 7),
        ([7], 0.9, 7),
        ([1, 2], 0.5, 1),
        ([1, 2, 3], 0.5, 2),
        ([3, 1, 2, 2], 0.5, 2),
        (list(range(1, 11)), 0.9, 9),
        (list(range(1, 12)), 0.9, 10),
    ],
)
def test_a_quantile_is_one_of_the_values(values: list[float], part: float, expected: float | None) -> None:
    """The least that so many do not exceed."""
    assert quantile(Counter(values), part) == expected


def test_feedback_is_added_up() -> None:
    """Distances are of what was sent or edited; a rejected text has none that counts."""
    tally = FeedbackTally()
    for each in (
        count("sent", 6, 0),
        count("edited", 2, 10),
        count("edited", 1, 80),
        count("edited", 1),
        count("rejected", 2, 99),
        count("edited", 3, shown=False),
    ):
        tally.add(each)
    figures = tally.figures()
    assert (figures.drafts, figures.sent, figures.edited, figures.rejected, figures.withheld) == (15, 6, 4, 2, 3)
    assert figures.acceptance == share(6, 12)
    assert figures.edit_distance is not None
    assert (figures.edit_distance.drafts, figures.edit_distance.median, figures.edit_distance.p90) == (9, 0.0, 0.8)


def test_no_feedback_has_no_figures() -> None:
    """Counts are zero, and what would be a share of nothing is null."""
    figures = FeedbackTally().figures()
    assert (figures.drafts, figures.acceptance, figures.edit_distance) == (0, None, None)


def test_a_part_can_be_taken_out() -> None:
    """What is left is what would be there without it."""
    chance = random.Random(5)
    whole, part, rest = FeedbackTally(), FeedbackTally(), FeedbackTally()
    for _ in range(200):
        shown = chance.random() < 0.8
        outcome = chance.choice(["sent", "edited", "rejected"])
        each = count(outcome, chance.randint(1, 3), chance.choice([None, 0, 5, 50]), shown=shown)
        whole.add(each)
        (part if chance.random() < 0.5 else rest).add(each)
    assert whole.without(part).figures() == rest.figures()
