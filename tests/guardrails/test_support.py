"""Tests of how marked tokens become the words that a person reads."""

from __future__ import annotations

import pytest

from guardrails.support import Marked, Place, clauses_of

TEXT = "Dear Ana, the belt at our depot snapped, and we will call. It is late."


def places(*words: str) -> list[Place]:
    """The first places of these words."""
    return [Place(TEXT.index(word), TEXT.index(word) + len(word), 1.0) for word in words]


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ((), []),
        (("belt",), ["the belt at our depot snapped"]),
        (("belt", "snapped"), ["the belt at our depot snapped"]),
        (("call", "late"), ["and we will call", "It is late"]),
        (("Dear", "Ana", "snapped"), ["Dear Ana", "the belt at our depot snapped"]),
    ],
)
def test_clauses(words: tuple[str, ...], clauses: list[str]) -> None:
    """Marked words become whole clauses without the marks around them, and none twice."""
    assert [TEXT[start:end] for start, end in clauses_of(TEXT, places(*words))] == clauses


def test_marks_inside_words() -> None:
    """A number, a time or an address ends no clause."""
    text = "Hello, we pay £1,299.50 at 10:30 to a.b@c.example today. Bye."
    at = text.index("299")
    expected = "we pay £1,299.50 at 10:30 to a.b@c.example today"
    assert [text[start:end] for start, end in clauses_of(text, [Place(at, at + 3, 1.0)])] == [expected]
    values = [Place(text.index(word), text.index(word) + 2, 1.0) for word in ("1,", "50", "10")]
    assert [text[start:end] for start, end in clauses_of(text, values)] == [expected]


@pytest.mark.parametrize("marks", ["–", "\n\n- ", "\n---\n", " (!)"])
def test_nothing_but_marks(marks: str) -> None:
    """They are found as they stand: a finding behind the end of the draft would break the check."""
    text = f"We will call.\n{marks}"
    bare = marks.strip()
    at = text.rindex(bare)
    assert clauses_of(text, [Place(at, at + len(bare), 1.0)]) == [(at, at + len(bare))]


def test_doubt() -> None:
    """A value is doubted from the given logit on, and wherever the model has not read."""
    marked = Marked(faulty=False, spans=(), chance=0.1, places=tuple(places("belt")), doubt=0.5)
    start, end = marked.places[0].start, marked.places[0].end
    assert marked.doubts(start, end)
    assert marked.doubts(60, 62)
    assert not Marked(faulty=False, spans=(), chance=0.1, places=marked.places, doubt=2.0).doubts(start, end)
