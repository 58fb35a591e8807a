"""Tests of contacts."""

from __future__ import annotations

import pytest

from guardrails.values.contacts import contacts


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Write to care@example.com.", "email", "care@example.com"),
        ("See https://x.example.com/z?q=1).", "url", "https://x.example.com/z?q=1"),
        ("See www.example.de!", "url", "www.example.de"),
        ("See help.example.com/a.", "url", "help.example.com/a"),
        ("Call 0800 555 0142.", "phone", "0800 555 0142"),
        ("Call +44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("Call (212) 555-0147", "phone", "(212) 555-0147"),
    ],
)
def test_finds(text: str, kind: str, words: str) -> None:
    """Addresses, links and numbers are found without the punctuation around them."""
    found = contacts(text)
    assert [(each.kind, text[each.start : each.end]) for each in found] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "mistake.\n\nHere",
        "sorry.It was",
        "e.g. this",
        "on 2024-05-06",
        "on 12.05.2024",
        "order 12345678",
        "10:00 - 12:00",
        "£1,250.00",
        "10 000 000",
        "a@b",
        "from 2010-2024",
    ],
)
def test_finds_nothing(text: str) -> None:
    """Paragraph breaks, dates, amounts and references are no contacts."""
    assert contacts(text) == ()


def test_national_and_international_spelling() -> None:
    """The same line has the same key."""
    assert contacts("020 7946 0958")[0].key == contacts("+44 (0)20 7946 0958")[0].key
