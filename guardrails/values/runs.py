"""Finds runs of words that one text shares with another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

WORD = re.compile(r"\w+(?:['’]\w+)*")
Run = tuple[str, ...]


def words_of(text: str) -> list[re.Match[str]]:
    """The words of a text, in order."""
    return list(WORD.finditer(text))


def plain(word: str) -> str:
    """A word as it is compared: without case, and with one kind of apostrophe."""
    return word.casefold().replace("’", "'")


@lru_cache(maxsize=64)
def runs(text: str, length: int) -> frozenset[Run]:
    """Every run of `length` words of a text."""
    words = [plain(match.group()) for match in WORD.finditer(text)]
    return frozenset(tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def shared(text: str, source: str, length: int, allowed: str = "") -> Iterator[tuple[int, int]]:
    """Where `text` has `length` or more words in a row that stand in `source` and not in `allowed`."""
    taken = runs(source, length)
    if not taken:
        return
    found = words_of(text)
    words = [plain(match.group()) for match in found]
    start, end = -1, -1
    free: frozenset[Run] | None = None
    for at in range(len(words) - length + 1):
        run = tuple(words[at : at + length])
        if run not in taken:
            continue
        free = runs(allowed, length) if free is None else free
        if run in free:
            continue
        if at > end >= 0:
            yield found[start].start(), found[end].end()
            start = at
        start = at if start < 0 else start
        end = at + length - 1
    if end >= 0:
        yield found[start].start(), found[end].end()
