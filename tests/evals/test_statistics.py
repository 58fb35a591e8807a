"""Intervals, calibration and recall at few false alarms."""

from __future__ import annotations

import random

import pytest

from evals.statistics import (
    Point,
    Table,
    best_within,
    calibration_bins,
    calibration_error,
    f1,
    kappa,
    macro_f1,
    macro_f1_interval,
    proportion,
    tabulate,
    trade_off,
)

T, F = True, False


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Wilson's intervals as textbooks give them.
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
    ],
)
def test_a_proportion_has_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    """Also where the share is 0 or 1, and never outside of them."""
    found = proportion(part, whole)
    assert found is not None
    assert found.value == part / whole
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-5)
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1


def test_nothing_has_no_share() -> None:
    """A share of nothing is no zero."""
    assert proportion(0, 0) is None
    assert f1(0, 0) is None


def test_pairs_are_counted_into_their_cells() -> None:
    """First the readers, then the check."""
    pairs = [(T, T), (T, T), (T, T), (T, F), (T, F), (F, T), (F, F)]
    assert tabulate(pairs) == Table(passed=3, alarms=2, missed=1, caught=1)
    assert tabulate(pairs).n == 7


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (Table(5, 0, 0, 5), 1.0),
        (Table(0, 5, 5, 0), 0.0),
        (Table(1, 1, 1, 1), 0.5),
        (Table(3, 0, 1, 0), 3 / 7),  # nothing is ever failed: 6/7 for passes, 0 for failures
        (Table(0, 3, 0, 1), 0.2),
        (Table(3, 1, 0, 0), None),
        (Table(0, 0, 3, 1), None),
        (Table(), None),
    ],
)
def test_macro_f1_weighs_both_sides_alike(table: Table, expected: float | None) -> None:
    """Where the readers saw only one side, there is no such figure, nor an interval."""
    assert macro_f1(table) == (None if expected is None else pytest.approx(expected))
    assert (macro_f1_interval([table, Table(0, 0, 0, 0)]) is None) is (expected is None)


def alone(table: Table) -> list[Table]:
    """Every draft in a group of its own."""
    return (
        [Table(passed=1)] * table.passed
        + [Table(alarms=1)] * table.alarms
        + [Table(missed=1)] * table.missed
        + [Table(caught=1)] * table.caught
    )


def width(groups: list[Table]) -> float:
    """How wide the interval of macro-F1 is."""
    found = macro_f1_interval(groups)
    assert found is not None
    return found.high - found.low


def test_an_interval_holds_its_figure_and_narrows_with_drafts() -> None:
    """Four times the drafts, about half the width; also a perfect result is not certain."""
    assert width(alone(Table(40, 8, 8, 24))) == pytest.approx(2 * width(alone(Table(160, 32, 32, 96))), rel=0.1)
    perfect = macro_f1_interval(alone(Table(10, 0, 0, 10)))
    assert perfect is not None
    assert perfect.low < 0.95
    assert perfect.high == 1
    worst = macro_f1_interval(alone(Table(0, 10, 10, 0)))
    assert worst is not None
    assert worst.low == 0
    assert worst.high > 0.05


def test_mistakes_that_stand_together_widen_the_interval() -> None:
    """Twenty mistakes of two brands say less than twenty mistakes of twenty brands."""
    together = [Table(passed=5, caught=5)] * 18 + [Table(alarms=5, missed=5)] * 2
    assert width(together) > 1.5 * width(alone(Table(90, 10, 10, 90)))


def test_the_order_of_groups_does_not_matter() -> None:
    """The interval is worked out and not drawn by chance."""
    groups = alone(Table(20, 3, 4, 9))
    assert macro_f1_interval(groups) == macro_f1_interval(groups[::-1])


def test_one_group_has_no_interval() -> None:
    """What a single brand would vary like cannot be seen."""
    assert macro_f1_interval([Table(5, 1, 1, 5)]) is None


def test_intervals_cover_the_truth() -> None:
    """Of 400 samples of 40 drafts, about 95 % have the true macro-F1 in their interval."""
    chance = random.Random(7)
    cells = [Table(passed=1), Table(alarms=1), Table(missed=1), Table(caught=1)]
    truth = macro_f1(Table(45, 10, 10, 35))
    assert truth is not None
    covered = 0
    for _ in range(400):
        found = macro_f1_interval(chance.choices(cells, weights=(45, 10, 10, 35), k=40))
        covered += found is not None and found.low <= truth <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_bins_hold_as_many_drafts_each() -> None:
    """Ten bins by rising score, whatever the order of the drafts."""
    scored = [(number / 100, number % 2 == 0) for number in range(100)]
    random.Random(3).shuffle(scored)
    bins = calibration_bins(scored)
    assert [each.n for each in bins] == [10] * 10
    assert [each.score for each in bins] == pytest.approx([number / 10 + 0.045 for number in range(10)])
    assert {each.passing.value for each in bins} == {0.5}


def test_drafts_of_one_score_stay_in_one_bin() -> None:
    """Else the order of the file would decide the calibration error."""
    scored = [(0.2, F)] * 30 + [(0.9, T)] * 65 + [(0.95, T)] * 5
    bins = calibration_bins(scored)
    assert [(each.n, each.score) for each in bins] == [(30, pytest.approx(0.2)), (65, 0.9), (5, 0.95)]


@pytest.mark.parametrize(
    ("scored", "error"),
    [
        ([(1.0, T)] * 5 + [(0.0, F)] * 5, 0.0),
        ([(1.0, F)] * 5 + [(0.0, T)] * 5, 1.0),
        ([(0.8, T)] * 8 + [(0.8, F)] * 2, 0.0),
        ([(0.8, T)] * 5 + [(0.8, F)] * 5, 0.3),
        ([(0.3, T)], 0.7),
    ],
)
def test_calibration_error_is_the_mean_distance(scored: list[tuple[float, bool]], error: float) -> None:
    """Between the score and the share that passes."""
    assert calibration_error(calibration_bins(scored)) == pytest.approx(error)


def test_thresholds_trade_failures_for_false_alarms() -> None:
    """From failing nothing to failing everything; drafts of one score fall together."""
    scored = [(0.1, F), (0.2, F), (0.3, T), (0.4, F), (0.4, T), (0.9, T)]
    points = trade_off(scored)
    assert points == (Point(0.0, 0, 0), Point(0.2, 0, 2), Point(0.3, 1, 2), Point(0.4, 2, 3), Point(0.9, 3, 3))
    assert best_within(points, 0) == Point(0.2, 0, 2)
    assert best_within(points, 1.9) == Point(0.2, 0, 2)
    assert best_within(points, 2) == Point(0.4, 2, 3)


def test_ties_on_a_straight_line_are_thresholds_too() -> None:
    """Each finds more than the one before it, though it costs as much for each."""
    points = trade_off([(0.1, F), (0.1, T), (0.2, F), (0.2, T), (0.3, F), (0.3, T)])
    assert best_within(points, 1) == Point(0.1, 1, 1)
    assert best_within(points, 2) == Point(0.2, 2, 2)


def test_scores_that_say_nothing_find_nothing() -> None:
    """With one score for all, there is no threshold between none and all."""
    assert best_within(trade_off([(0.5, T)] * 9 + [(0.5, F)]), 0.9).caught == 0


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 0), (1, 1), (2, 2)], 1.0),
        ([(0, 1), (1, 0)], -1.0),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], 0.0),
        ([(0, 0)] * 20 + [(0, 1)] * 5 + [(1, 0)] * 10 + [(1, 1)] * 15, 0.4),  # the textbook's example
        ([(1, 1), (1, 1)], None),
        ([], None),
    ],
)
def test_kappa_is_agreement_beyond_chance(pairs: list[tuple[int, int]], expected: float | None) -> None:
    """And undefined where chance explains everything."""
    assert kappa(pairs) == (None if expected is None else pytest.approx(expected))
