"""Tests of shared runs of words."""

from __future__ import annotations

from guardrails.values.runs import shared


def test_finds_the_whole_run() -> None:
    """A run is as long as it goes, whatever case and punctuation."""
    text = "He said: One, two three FOUR five. Six"
    assert [text[start:end] for start, end in shared(text, "one two three four five", 3)] == [
        "One, two three FOUR five"
    ]


def test_two_runs() -> None:
    """Runs apart from each other are two."""
    assert len(list(shared("a b c x d e f", "a b c d e f", 3))) == 2


def test_allowed_words() -> None:
    """What an allowed text has is free; shorter runs are free too."""
    assert not list(shared("a b c", "a b c", 3, allowed="so a b c"))
    assert not list(shared("a b", "a b", 3))
