"""Tests of reference numbers."""

from __future__ import annotations

import pytest

from guardrails.values.references import references


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("order R-1234", "R1234"),
        ("your booking number is 8812345", "8812345"),
        ("flight BA117", "BA117"),
        ("room 412", "412"),
        ("#99812", "99812"),
        ("ZX-998812 is yours", "ZX998812"),
        ("claim no. OM/7731", "OM7731"),
    ],
)
def test_finds(text: str, key: str) -> None:
    """Labelled numbers, mixed codes and long numbers are references."""
    assert [each.key for each in references(text)] == [key]


@pytest.mark.parametrize(
    "text",
    [
        *("order 2 more", "24/7", "COVID-19", "£12345", "at 10:00", "room for 30", "5G", "in 2024"),
        *(
            "delivery is 3-5 working days",
            "your order of 3/11/2025",
            "your room was 2 hours late",
            "order was 200 grams",
        ),
    ],
)
def test_finds_nothing(text: str) -> None:
    """Counts, times and amounts are no references."""
    assert references(text) == ()
