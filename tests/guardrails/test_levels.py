"""Tests of what the checks with levels share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.levels import evidence, whole_words

TEXT = "We refund £99.99. Priya will call (today)."


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("We refund £99", "We refund £99.99"),
        (".99. Priya will", "Priya will"),
        ("£99.99.", "£99.99."),
        ("riya", "Priya"),
        ("riya will call (tod", "Priya will call (today"),
        ("99.99. Priya", "£99.99. Priya"),
        (".99", "£99.99"),
        (" Priya ", "Priya"),
        (" ", " "),
    ],
)
def test_no_word_is_quoted_in_part(words: str, whole: str) -> None:
    """They are whole, but for a tail that belongs to what stands before."""
    at = TEXT.index(words)
    start, end = whole_words(TEXT, at, at + len(words))
    assert TEXT[start:end].strip() == whole.strip()


@given(st.text(alphabet="a .\n£9", min_size=1, max_size=30), st.data())
def test_the_words_lie_in_the_text(text: str, data: st.DataObject) -> None:
    """Wherever they are, something of what was given is still there."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for begins, ends in (whole_words(text, start, end), evidence(text, start, end)):
        assert 0 <= begins < ends <= len(text)
        assert begins < end
        assert start < ends


REPLY = "Dear Ana,\n\nThe fan had failed in the heat, and we will replace it. We apologise."


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("had", "The fan had failed in the heat"),
        ("We apologise", "We apologise"),
        ("failed in the heat", "failed in the heat"),
        ("heat, and we", "The fan had failed in the heat, and we will replace it"),
    ],
)
def test_few_words_are_quoted_with_their_clause(words: str, quoted: str) -> None:
    """A reader who sees "had" does not know what it is evidence for."""
    at = REPLY.index(words)
    start, end = evidence(REPLY, at, at + len(words))
    assert REPLY[start:end] == quoted
