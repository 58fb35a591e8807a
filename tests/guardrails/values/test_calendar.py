"""Tests of dates."""

from __future__ import annotations

import pytest

from guardrails.values.calendar import dates
from tests.guardrails.exact import NOW


def keys(text: str) -> set[str]:
    """The keys of all dates in a text."""
    return {each for value in dates(text, NOW) for each in value.keys}


@pytest.mark.parametrize(
    "text",
    [
        "3 May 2025",
        "May 3rd, 2025",
        "the 3rd of May 2025",
        "2025-05-03",
        "03/05/2025",
        "3.5.2025",
        "3/5/25",
        "third of May",
    ],
)
def test_one_day(text: str) -> None:
    """A day is the same in every spelling."""
    assert "2025-05-03" in keys(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("tomorrow", "2025-11-22"),
        ("yesterday", "2025-11-20"),
        ("Friday", "w4"),
        ("on Monday", "2025-11-24"),
        ("next week", "2025-11-26~"),
        ("in November", "m11"),
        ("the end of November 2025", "2025-11"),
        ("March 2026", "2026-03"),
        ("January and February 2026", "2026-01"),
        ("this May", "m5"),
        ("on the 12th", "d12"),
    ],
)
def test_relative(text: str, key: str) -> None:
    """Words are resolved from now."""
    assert key in keys(text)


@pytest.mark.parametrize("text", ["31/31/2025", "24/7", "£3.50", "you may go", "the sun", "1.250,00", "the 2nd time"])
def test_no_date(text: str) -> None:
    """What is no day has no key."""
    assert not keys(text)
