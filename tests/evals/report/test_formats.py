"""How figures are written."""

from __future__ import annotations

import pytest

from evals.report.formats import counted, p_value, points, setup_line, setup_of
from tests.evals.report.samples import make_outcome


@pytest.mark.parametrize(
    ("difference", "shown"),
    [(0.0, "0.0"), (-0.0, "0.0"), (-0.0004, "0.0"), (0.125, "+12.5"), (-1.0, "-100.0"), (0.0006, "+0.1")],
)
def test_differences_carry_their_sign(difference: float, shown: str) -> None:
    """And nothing is minus nought."""
    assert points(difference) == shown


@pytest.mark.parametrize(("p", "shown"), [(1.0, "1.000"), (0.0312, "0.031"), (0.001, "0.001"), (1e-9, "< 0.001")])
def test_p_values_are_never_nought(p: float, shown: str) -> None:
    """Three decimals are enough."""
    assert p_value(p) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 cases"), (1, "1 case"), (1200, "1,200 cases")])
def test_things_are_counted(count: int, shown: str) -> None:
    """One is not many."""
    assert counted(count, "case") == shown


def test_what_was_tested_stands_there_once() -> None:
    """However many cases there are."""
    assert setup_of([make_outcome()] * 3) == {
        "prompts": ["reply/general 01234567"],
        "model": ["small"],
        "policy": ["default"],
    }
    assert setup_line([], str) == "prompts: -; model: -; policy: -"
