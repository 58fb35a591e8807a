"""Tests of numbers in digits and words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.values.numbers import parse, shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,250.00", "1250"),
        ("1.250,00", "1250"),
        ("1 250", "1250"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("12k", "12000"),
        ("forty-two", "42"),
        ("a hundred and five", "105"),
        ("two thousand three hundred", "2300"),
        ("two dozen", "24"),
    ],
)
def test_parses(text: str, value: str) -> None:
    """Digits of several conventions and English words have their value."""
    assert parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3.4", "k"])
def test_not_a_number(text: str) -> None:
    """What is no number has no value."""
    assert parse(text) is None


@given(st.integers(min_value=0, max_value=10**9))
def test_round_trip(value: int) -> None:
    """A whole number is shown as it was written."""
    assert shown(parse(str(value)) or Decimal(0)) == str(value)
