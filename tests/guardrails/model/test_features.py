"""Tests of what the check model is shown."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model.features import CLS, COMPLAINT_TOKENS, LONG_TOKENS, SEP, load_tokenizer, windows
from guardrails.model.reader import FOLDER

TOKENIZER = load_tokenizer(FOLDER / "tokenizer.json")


def test_a_short_draft_is_one_window() -> None:
    """Draft and complaint stand side by side, each marked as what it is."""
    (window,) = windows(TOKENIZER, "The lid is cracked.", "Sorry about the cracked lid.")
    assert (window.ids[0], window.ids.count(SEP)) == (CLS, 2)
    assert len(window.ids) == len(window.types) == len(window.echoes) == len(window.places)
    assert window.types[-1] == 1


def test_shared_words_are_marked() -> None:
    """A word that the complaint has too is an echo, in another form as well; a common word never is."""
    draft = "We cracked your lids and the order is late."
    (window,) = windows(TOKENIZER, "The lid cracks and the tea is cold.", draft)
    echoed = {
        draft[place[0] : place[1]] for place, echo in zip(window.places, window.echoes, strict=True) if place and echo
    }
    assert "cracked" in echoed
    assert "the" not in echoed
    assert "late" not in echoed


def test_a_long_draft_is_read_whole() -> None:
    """Windows overlap, none is over the limit, and together they hold every word."""
    draft = " ".join(f"word{number}" for number in range(2000))
    found = windows(TOKENIZER, "x", draft)
    assert all(len(window.ids) <= LONG_TOKENS + COMPLAINT_TOKENS + 3 for window in found)
    covered = {index for window in found for place in window.places if place for index in range(*place)}
    assert {index for index, letter in enumerate(draft) if letter != " "} <= covered


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_places_lie_inside_the_draft(complaint: str, draft: str) -> None:
    """Whatever the texts, every token of the draft stands in it."""
    for window in windows(TOKENIZER, complaint, draft):
        for place in window.places:
            assert place is None or 0 <= place[0] <= place[1] <= len(draft)
