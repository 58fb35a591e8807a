"""Tests of patterns for any case."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.values.any_case import AnyCase, lowered

PATTERN = r"\b(?:kind|skirt|straße|[à-ÿ]+s|no \w{2,9}) ?(?P<rest>[a-z0-9]*)"
TEXTS = st.text(alphabet="kKindsSſIİıßẞÉéÀÿŸ noNO 09\nΣς", max_size=40)


@given(TEXTS)
def test_it_matches_what_the_flag_would_match(text: str) -> None:
    """The same places as with `re.IGNORECASE`, also for letters whose capital is longer or of another alphabet."""
    expected = [match.span("rest") for match in re.finditer(PATTERN, text, re.IGNORECASE)]
    pattern = AnyCase(PATTERN)
    assert [match.span("rest") for match in pattern.finditer(text)] == expected
    assert (pattern.search(text) is not None) == bool(expected)


@given(st.text())
def test_offsets_hold(text: str) -> None:
    """A text in small letters is as long as the text itself, character by character."""
    assert lowered(text) == "".join(map(lowered, text))
    assert len(lowered(text)) == len(text)


def test_a_search_stays_between_its_bounds() -> None:
    """What stands outside of them is not found, but is looked back at."""
    pattern = AnyCase(r"\bday")
    assert pattern.search("Day by DAY", 1) is not None
    assert pattern.search("Day by DAY", 1, 7) is None
    assert pattern.match("SunDAY", 3) is None


@pytest.mark.parametrize("pattern", ["Day", "[A-Z]", r"\w+ (?P<name>I)"])
def test_a_pattern_with_capitals_is_refused(pattern: str) -> None:
    """It could never match."""
    with pytest.raises(ValueError, match="small letters"):
        AnyCase(pattern)


def test_capitals_of_the_notation_are_none() -> None:
    """Escapes and names of groups may have them."""
    found = AnyCase(r"\A(?P<name>\w+) \S+ (?P=name)\Z").search("Day by DAY")
    assert found is not None
    assert found["name"] == "day"
