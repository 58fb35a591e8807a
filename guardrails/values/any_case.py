"""Patterns that take capitals for small letters, several times as fast as with `re.IGNORECASE`.

Without that flag the regular expression engine can dismiss most alternatives, and most places, by one character.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache

# A capital outside of escapes and of the names of groups.
CAPITAL = re.compile(r"\A(?:\\.|\(\?P|[^A-Z\\])*+[A-Z]", re.DOTALL)


class AnyCase:
    """A pattern, written in small letters, that matches whatever the case; its matches quote in small letters.

    Raises:
        ValueError: for a pattern with a capital, which could never match.
    """

    __slots__ = ("_pattern",)

    def __init__(self, pattern: str, flags: int = 0) -> None:
        if CAPITAL.match(pattern):
            raise ValueError("A pattern for any case is written in small letters.")
        self._pattern = re.compile(pattern, flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first match, as `re.Pattern.search` finds it."""
        return self._pattern.search(lowered(text), start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The match at `start`, as `re.Pattern.match` finds it."""
        return self._pattern.match(lowered(text), start, end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches without overlap, in order."""
        return self._pattern.finditer(lowered(text))


@lru_cache(maxsize=512)  # many patterns ask for the same clause
def lowered(text: str) -> str:
    """The text in small letters; as long as the text itself, so that offsets still hold."""
    if text.isascii():
        return text.lower()
    # What `str.lower` makes longer, leaves alone or turns by its neighbours, and `re.IGNORECASE` does not.
    return text.replace("İ", "i").replace("ı", "i").replace("ſ", "s").replace("Σ", "σ").lower()
