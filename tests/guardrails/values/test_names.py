"""Tests of names."""

from __future__ import annotations

import pytest

from guardrails.values.names import names


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dear Ana,", ("ana",)),
        ("Hi Mr Smith!", ("smith",)),
        ("Priya Nair will call you.", ("priya", "nair")),
        ("Tom from our team will call.", ("tom",)),
        ("Please ask for Jürgen O’Neil at the desk.", ("jürgen", "o'neil")),
        ("Kind regards,\nBob Stone", ("bob", "stone")),
        ("We are sorry. - Bob", ("bob",)),
        ("our manager Richard Coles knows", ("richard", "coles")),
    ],
)
def test_finds(text: str, parts: tuple[str, ...]) -> None:
    """Who is greeted, who signs, and who will act."""
    assert [name.parts for name in names(text)] == [parts]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Customer,",
        "Dear Sir or Madam,",
        "Kind regards,\nCustomer Care Team",
        "We will call you.",
        "Your Order Resolutions team",
        "Please use Google Play.",
        "On Friday Morning we call.",
        "Hi there,",
    ],
)
def test_finds_nothing(text: str) -> None:
    """Roles, courtesies and common words are no names."""
    assert names(text) == ()
