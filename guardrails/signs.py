"""Finds signs in a text: words and phrases that stand there as they are, whatever their case and punctuation."""

from __future__ import annotations

import re
from functools import cache

APOSTROPHES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "`": "'"})
# An apostrophe inside a word belongs to it; around words it is a quotation mark, as `_` is one of emphasis.
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def spaced_words(text: str) -> str:
    """The words in lower case, one space around each, so that a phrase is found by plain search."""
    return f" {' '.join(WORD.findall(text.translate(APOSTROPHES).casefold()))} "


def stands_in(words: str, sign: str) -> bool:
    """Whether a sign stands in what `spaced_words` gave; one that ends in `*` may go on (`leak*`)."""
    return _phrase(sign) in words


def count_in(words: str, signs: tuple[str, ...]) -> int:
    """How many of these signs stand in what `spaced_words` gave."""
    return sum(phrase in words for phrase in _phrases(signs))


@cache  # signs come from policies and prompts, which are read once, and each is looked for in every complaint
def _phrase(sign: str) -> str:
    phrase = spaced_words(sign)
    return phrase.rstrip() if sign.endswith("*") else phrase


@cache  # likewise: one look for all signs of a situation takes half as long as one for each
def _phrases(signs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_phrase, signs))
