"""Finds the words that only one of two texts has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from evals.report.highlight import Span

WORD = re.compile(r"\w+|[^\w\s]")
CHANGED = "changed"
# Above these, texts are compared by their beginnings and ends alone: the matcher takes time by the pairs of words, and
# more by the pairs of equal ones. Two drafts of 1,500 words in plain English stay below.
MOST_PAIRS, MOST_EQUAL = 4_000_000, 50_000
Words = Sequence[re.Match[str]]


def changed_words(first: str, second: str) -> tuple[list[Span], list[Span]]:
    """What of the first text is not in the second, and what of the second is not in the first; white space is equal."""
    left, right = list(WORD.finditer(first)), list(WORD.finditer(second))
    a, b = [word[0] for word in left], [word[0] for word in right]
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    changes = _changes(a[start : len(a) - end], b[start : len(b) - end])
    return (
        [_span(left, start + low, start + high) for low, high, _, _ in changes if low < high],
        [_span(right, start + low, start + high) for _, _, low, high in changes if low < high],
    )


def _changes(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int, int]]:
    counts = Counter(b)
    if len(a) * len(b) > MOST_PAIRS or sum(counts[word] for word in a) > MOST_EQUAL:
        return [(0, len(a), 0, len(b))]
    steps = SequenceMatcher(None, a, b).get_opcodes()
    return [(i1, i2, j1, j2) for what, i1, i2, j1, j2 in steps if what != "equal"]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words both begin with."""
    return next((index for index, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _span(words: Words, low: int, high: int) -> Span:
    return Span(words[low].start(), words[high - 1].end(), CHANGED)
