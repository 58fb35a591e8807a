"""The paired difference with its interval, the exact test, and the adjustment for many of them."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.paired import EXACT_LIMIT, Paired, difference_interval, holm, mcnemar, pair_up

T, F = True, False
COUNTS = st.integers(0, 300)
PAIRS = st.builds(Paired, COUNTS, COUNTS, COUNTS, COUNTS)
P_VALUES = st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=20)


def swapped(pairs: Paired) -> Paired:
    """The same cases with the arms changed over."""
    return Paired(pairs.both, pairs.only_second, pairs.only_first, pairs.neither)


def test_pairs_are_counted_into_their_cells() -> None:
    """First the first arm, then the second."""
    pairs = pair_up([(T, T), (T, T), (T, T), (T, T), (T, F), (T, F), (T, F), (F, T), (F, T), (F, F)])
    assert pairs == Paired(both=4, only_first=3, only_second=2, neither=1)
    assert (pairs.n, pairs.difference) == (10, -0.1)


def test_no_pairs_have_no_difference() -> None:
    """Nothing is known of it: the interval holds nearly everything."""
    nothing = pair_up([])
    assert (nothing.n, nothing.difference, mcnemar(nothing)) == (0, 0.0, 1.0)
    assert difference_interval(nothing).low < -0.9
    assert difference_interval(nothing).high > 0.9


@pytest.mark.parametrize(
    ("pairs", "low", "high"),
    [
        # By hand: centre (c - b) / (n + 2), variance (b + c + 1 - (c - b)^2 / (n + 2)) / (n + 2)^2.
        (Paired(36, 12, 2, 0), -0.3286082, -0.0560072),  # -10/52, (15 - 100/52) / 2704
        (Paired(20, 1, 9, 0), 0.0662534, 0.4337466),  # 8/32, (11 - 64/32) / 1024
        (Paired(43, 0, 7, 0), 0.0344826, 0.2347481),  # 7/52, (8 - 49/52) / 2704
        (Paired(30, 10, 10, 30), -0.1095327, 0.1095327),  # 0, 21 / 6724
        (Paired(98, 0, 0, 0), -0.0195996, 0.0195996),  # 0, 1 / 10000
        (Paired(0, 0, 2, 0), -0.1929519, 1.0),  # 2/4, (3 - 4/4) / 16: cut off at 1
    ],
)
def test_the_interval_is_that_of_agresti_and_min(pairs: Paired, low: float, high: float) -> None:
    """Half a case more in each cell, then Wald."""
    found = difference_interval(pairs)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-7)


@given(PAIRS)
def test_the_interval_holds_the_difference(pairs: Paired) -> None:
    """Also where none of the cases, or all of them, differ; and it has a width."""
    found = difference_interval(pairs)
    assert -1 <= found.low <= pairs.difference <= found.high <= 1
    assert found.high - found.low > 0


@given(PAIRS)
def test_arms_may_change_places(pairs: Paired) -> None:
    """What is better by so much is worse by so much the other way around, and as sure."""
    there, back = difference_interval(pairs), difference_interval(swapped(pairs))
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert mcnemar(pairs) == mcnemar(swapped(pairs))


@given(st.integers(1, 300), st.integers(1, 300))
def test_more_cases_without_a_difference_are_surer(few: int, more: int) -> None:
    """Zero differences in ten cases say less than in a hundred, and never everything."""
    narrow, wide = difference_interval(Paired(few + more, 0, 0, 0)), difference_interval(Paired(few, 0, 0, 0))
    assert 0 < narrow.high < wide.high


@pytest.mark.parametrize("n", [20, 50, 100])
def test_the_interval_covers_the_truth(n: int) -> None:
    """In 95 of 100 repetitions, about: over arms that seldom differ, often differ, and differ much, 0.93 at least."""
    chance = random.Random(n)
    shares = []
    for both, first, second in ((0.9, 0.05, 0.05), (0.85, 0.02, 0.1), (0.5, 0.1, 0.3), (0.3, 0.35, 0.25)):
        cells = Paired.__slots__
        weights = (both, first, second, max(0.0, 1 - both - first - second))
        held = 0
        for _ in range(600):
            drawn = chance.choices(cells, weights, k=n)
            found = difference_interval(Paired(*(drawn.count(cell) for cell in cells)))
            held += found.low <= second - first <= found.high
        shares.append(held / 600)
    assert sum(shares) / len(shares) > 0.93
    assert min(shares) > 0.9


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (0, 2, 0.5),
        (5, 0, 2 / 32),
        (0, 6, 2 / 64),
        (5, 5, 1.0),
        (2, 8, 2 * (1 + 10 + 45) / 1024),
        (9, 1, 2 * (1 + 10) / 1024),
        (10, 0, 2 / 1024),
        (500, 500, 1.0),
        (0, 1000, 2.0**-999),
    ],
)
def test_mcnemar_is_exact(first: int, second: int, p: float) -> None:
    """Twice the tail of a fair coin over the cases that differ; those that do not are of no account."""
    assert mcnemar(Paired(0, first, second, 0)) == pytest.approx(p, rel=1e-9)
    assert mcnemar(Paired(700, first, second, 90)) == mcnemar(Paired(0, first, second, 0))


@pytest.mark.parametrize("fewer", [0, 100, 400, 450, 470, 490, 499, 500])
def test_logarithms_agree_with_whole_numbers(fewer: int) -> None:
    """On both sides of the border between the two ways, against whole numbers alone."""
    for n in (EXACT_LIMIT - 1, EXACT_LIMIT, EXACT_LIMIT + 1):
        tail = sum(math.comb(n, k) for k in range(min(fewer, n - fewer) + 1))
        assert mcnemar(Paired(0, fewer, n - fewer, 0)) == pytest.approx(min(1.0, 2 * tail / 2**n), rel=1e-9)


@given(PAIRS)
def test_a_p_value_is_one(pairs: Paired) -> None:
    """Above 0 and at most 1, however many cases there are."""
    assert 0 < mcnemar(pairs) <= 1


def test_a_hundred_thousand_cases_are_counted() -> None:
    """Neither slow nor out of bounds."""
    assert mcnemar(Paired(0, 50_000, 50_000, 0)) == 1.0
    assert mcnemar(Paired(0, 0, 100_000, 0)) == 0.0
    assert mcnemar(Paired(0, 49_000, 51_000, 0)) == pytest.approx(2.6e-10, rel=0.05)


def test_holm_by_a_worked_example() -> None:
    """Four tests: 4 x 0.005, 3 x 0.01, then 2 x 0.03, and 0.04 is lifted to the one before it."""
    given_ = {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}
    assert holm(given_) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert list(holm(given_)) == list(given_)
    assert holm({"only": 0.04}) == {"only": 0.04}
    assert holm({}) == {}


@given(P_VALUES)
def test_holm_keeps_the_order_and_lies_between(p_values: dict[str, float]) -> None:
    """Never below the value itself, never above Bonferroni's, never above 1, and in the order of the values."""
    adjusted = holm(p_values)
    assert adjusted.keys() == p_values.keys()
    for name, p in p_values.items():
        assert p <= adjusted[name] <= min(1.0, p * len(p_values)) or adjusted[name] == p
    ranked = sorted(p_values, key=lambda name: p_values[name])
    assert [adjusted[name] for name in ranked] == sorted(adjusted.values())
