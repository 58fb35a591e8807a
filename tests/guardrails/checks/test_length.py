"""Tests of the length check."""

from __future__ import annotations

import pytest
from hypothesis import given

from guardrails.checks.length import Length, LengthLimit
from guardrails.types import Channel
from tests.guardrails.exact import HOSTILE, TEXTS, quoted, read

CHECK = Length({"chat": LengthLimit(words=3), "email": LengthLimit(words=5), "social": LengthLimit(characters=10)})


@pytest.mark.parametrize(
    ("text", "channel", "max_words", "too_much"),
    [
        ("one two three", "chat", None, None),
        ("one two three four", "chat", None, "four"),
        ("one – two – three", "chat", None, None),
        ("one two three", "email", 2, "three"),
        ("one two three four", "chat", 9, "four"),
        ("0123456789", "social", None, None),
        ("0123456789a", "social", None, "a"),
        ("😊" * 10, "social", None, None),
        ("one two three four", "review", None, None),
    ],
)
def test_limits(text: str, channel: Channel, max_words: int | None, too_much: str | None) -> None:
    """The smaller of the channel's limit and the case's holds, and what is too much is pointed at."""
    reading = read(CHECK, text, channel=channel, max_words=max_words)
    assert quoted(reading, text) == ([too_much] if too_much else [])


def test_unknown_channel_has_the_largest_limit() -> None:
    """Where the channel is unknown, none of the smaller limits is assumed."""
    check = Length({"chat": LengthLimit(words=3), "email": LengthLimit(words=5)})
    assert not read(check, "1 2 3 4 5", channel=None).faulty
    assert read(check, "1 2 3 4 5 6", channel=None).faulty


def test_no_limits() -> None:
    """Without limits everything is short enough."""
    assert not read(Length(), "word " * 4_000).faulty


def test_advice_names_the_numbers() -> None:
    """A reviser reads how long the reply may be."""
    assert "at most 3 words" in (read(CHECK, "a b c d", channel="chat").advice or "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading."""
    read(CHECK, text)


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Findings lie inside the text."""
    read(CHECK, text, channel="chat")
