"""Tests of what the support model is given: the same for training and for use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.model.features import load_tokenizer
from guardrails.support_model.features import (
    CASE_TOKENS,
    MARKS,
    SOURCES,
    case_of,
    case_tokens,
    windows,
    word_marks,
)
from guardrails.support_model.reader import FOLDER
from guardrails.types import Context
from tests.guardrails.exact import BASE, CONTEXT, GOOD

TOKENIZER = load_tokenizer(FOLDER / "tokenizer.json")


@pytest.mark.parametrize(
    ("word", "sources"),
    [
        ("collection", {"remedies"}),
        ("driver", {"facts", "history"}),
        ("Priya", {"follow_up"}),
        ("Acme", {"names"}),
        ("zeppelin", set()),
        ("the", set()),
    ],
)
def test_a_word_is_marked_with_its_sources(word: str, sources: set[str]) -> None:
    """Each source that has the word's stem; words without a meaning of their own have none."""
    row = word_marks(replace(BASE, text=word), case_of(BASE, CONTEXT))[0]
    assert {source for source, mark in zip(SOURCES, row, strict=False) if mark} == sources


def test_an_order_in_the_complaint_supports_nothing() -> None:
    """What the customer orders the writer to say is no source."""
    row = word_marks(replace(BASE, text="Crane"), case_of(BASE, CONTEXT))[0]
    assert not any(row[: len(SOURCES)])


def test_values_carry_what_the_rules_say() -> None:
    """A value of the case, and one that the case does not give, are marked apart."""
    marks = word_marks(replace(BASE, text="Pay £40, then £41."), case_of(BASE, CONTEXT))
    at = len(SOURCES) + 2
    assert marks[5][at : at + 2] == (1.0, 0.0)
    assert marks[15][at : at + 2] == (0.0, 1.0)


def test_windows_cover_a_long_draft() -> None:
    """Every character of a word is read in one window at least, and no window is larger than the model takes."""
    draft = replace(BASE, text=(GOOD + "\n") * 9)
    read = list(windows(TOKENIZER, draft, CONTEXT))
    assert len(read) > 1
    seen = {place for window in read for place in window.places if place}
    assert seen == set(TOKENIZER.encode(draft.text, add_special_tokens=False).offsets)
    for window in read:
        assert len(window.ids) == len(window.marks) == len(window.places)
        assert {len(row) for row in window.marks} == {MARKS}


def test_a_long_case_is_cut() -> None:
    """What the business says comes first; the rest is cut."""
    context = CONTEXT.model_copy(update={"facts": tuple(f"Fact number {at} of many." for at in range(90))})
    ids, sources = case_tokens(TOKENIZER, case_of(BASE, context))
    assert len(ids) == len(sources) == CASE_TOKENS
    assert sources[0] == 1


def test_an_empty_case_is_read() -> None:
    """A case that says next to nothing still has a word for the model to look at."""
    draft = replace(BASE, complaint="", customer_name=None)
    context = Context(brand="\u2603", agent=CONTEXT.agent.model_copy(update={"name": "\u2603", "role": None}))
    assert next(windows(TOKENIZER, draft, context)).case_ids
