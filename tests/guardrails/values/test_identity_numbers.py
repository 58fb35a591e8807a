"""Tests of numbers that identify a person."""

from __future__ import annotations

import pytest

from guardrails.values.identity_numbers import secrets


@pytest.mark.parametrize(
    "text",
    [
        "5500 0000 0000 0004",
        "3782 822463 10005",
        "GB82 WEST 1234 5698 7654 32",
        "AB 12 34 56 C",
        "12345678Z",
        "2345 6789 0124",
        "my passport number is X1234567",
        "cvv: 123",
    ],
)
def test_finds(text: str) -> None:
    """Check digits that are right, and numbers that the text names."""
    assert list(secrets(text))


@pytest.mark.parametrize(
    "text",
    [
        "5500 0000 0000 0005",
        "GB82 WEST 1234 5698 7654 33",
        "12345678A",
        "2345 6789 0125",
        "parcel 4471 9920",
        "pin it",
        "000-12-3456",
    ],
)
def test_finds_nothing(text: str) -> None:
    """Wrong check digits and plain words are none."""
    assert not list(secrets(text))
