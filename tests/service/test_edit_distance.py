"""How far one text is from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.edit_distance import edit_distance, levenshtein

SMALL_TEXTS = st.text(alphabet="ab é", max_size=12)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("same", "same", 0),
        (" same \n text", "same text ", 0),
        ("", "abcd", 1),
        ("abcd", "efgh", 1),
        ("kitten", "sitting", 3 / 7),
        ("We are sorry.", "We are so sorry.", 3 / 16),
        ("😀", "😁", 1),
    ],
)
def test_the_share_of_changed_characters(one: str, other: str, distance: float) -> None:
    """Over the longer text, without regard to white space, and the same both ways."""
    assert edit_distance(one, other) == pytest.approx(distance)
    assert edit_distance(other, one) == pytest.approx(distance)


@given(SMALL_TEXTS, SMALL_TEXTS)
def test_it_is_what_the_whole_table_gives(one: str, other: str) -> None:
    """The bits give the number that the textbook's table gives."""
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, start=1):
        before, row = row, [at]
        for column, right in enumerate(other, start=1):
            row.append(min(before[column] + 1, row[-1] + 1, before[column - 1] + (left != right)))
    assert levenshtein(one, other) == row[-1]


def test_the_largest_texts_are_compared() -> None:
    """Two texts at the limit with nothing in common do not hold anybody up for long."""
    assert edit_distance("ab " * 6_666, "cd" * 10_000) > 0.5
