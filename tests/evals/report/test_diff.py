"""The words that only one of two texts has."""

from __future__ import annotations

from time import perf_counter

import pytest

from evals.report.diff import changed_words


def words(text: str, other: str) -> tuple[list[str], list[str]]:
    """What is marked in both."""
    before, after = changed_words(text, other)
    return [text[span.start : span.end] for span in before], [other[span.start : span.end] for span in after]


@pytest.mark.parametrize(
    ("first", "second", "gone", "come"),
    [
        ("", "", [], []),
        ("We are sorry.", "We are sorry.", [], []),
        ("We are sorry.", "We  are\n\nsorry.", [], []),
        ("We are sorry.", "We are very sorry.", [], ["very"]),
        ("We are sorry.", "We regret it.", ["are sorry"], ["regret it"]),
        ("one two three", "one three", ["two"], []),
        ("sorry.", "sorry!", ["."], ["!"]),
        ("", "all of it", [], ["all of it"]),
        ("all of it", "", ["all of it"], []),
        ("😀 café 9:00", "😀 café 10:00", ["9"], ["10"]),
        ("a b c", "x b y", ["a", "c"], ["x", "y"]),
    ],
)
def test_changed_words_are_found(first: str, second: str, gone: list[str], come: list[str]) -> None:
    """Words and signs count, white space does not."""
    assert words(first, second) == (gone, come)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a b " * 5_000, "b a " * 5_000),
        ("a " * 10_000, "b " * 10_000),
        (" ".join(map(str, range(4_000))), " ".join(map(str, range(4_000, 0, -1)))),
        ("x" * 20_000, "y" * 20_000),
        ("a " * 199, "a b " * 5_000),
        ("a b " * 5_000, "a " * 199),
    ],
)
def test_long_texts_are_compared_in_time(first: str, second: str) -> None:
    """Drafts of the greatest length, made to be slow."""
    began = perf_counter()
    changed_words(first, second)
    assert perf_counter() - began < 3
