"""Splits a text into sentences with exact offsets, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guardrails.values.normal import word_set

# Never the end of a sentence: something always follows.
OPENING = word_set(
    """
    mr mrs ms mx dr prof rev hon st mt ft gen sgt capt lt col messrs vs e.g i.e eg ie cf approx ca fig tel ext
    dept dpt acct ref incl excl jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur
    thurs fri
    """
)
# The end of a sentence only where a capital follows that is no weekday, month or name of a zone.
CLOSING = word_set(
    """
    a.m p.m am pm etc inc ltd co corp jr sr u.s u.k e.u p.s hr hrs min mins sec approx
    """
)
# An abbreviation in front of a number, a word of its own elsewhere ("No.", "art.").
BEFORE_NUMBER = word_set(
    """
    no nos nr art sec par p pp vol
    """
)

# A search never begins inside a run of marks, nor goes back into one, which keeps it linear.
TERMINATOR = re.compile(
    r"(?=[.!?…。！？｡؟۔।\n])(?:"  # most characters end nothing
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?=\s|$)|[。！？｡؟۔।]+[」』”’\"]*|(?<=[a-z]{2})[.!?](?=[A-Z])|\n)",
    re.ASCII,
)
LAST_WORD = re.compile(r"[^\s(\[\"'“‘]{1,24}\Z")
NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")
BULLET = re.compile(r"[ \t]*(?:[-*•‣▪–—·]|\(?\d{1,3}[.)]|[a-zA-Z][.)])[ \t]")
STARTERS = word_set(
    """
    We I Our The Your This Please It Thank Thanks If You My That As To Once For
    """
)
DATED = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december gmt utc bst est pst cet cest ist
    """
)
WRAPPED = 55  # characters: a line at least this long that ends without a full stop was probably wrapped
FEWER_ITEMS = 100  # a list has fewer, a year at the start of a line is no item
MARKS = "!?。！？｡؟۔।"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: offsets in Unicode code points, end exclusive, and the words themselves."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=256)  # every check asks for those of the same draft
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text in order, without the white space around them.

    A list item, a heading, a greeting line and each line of a signature are sentences of their own; a line that
    was merely wrapped goes on.
    """
    spans: list[Span] = []
    start = 0
    for end in boundaries(text):
        if end > start:
            spans.extend(trimmed(text, start, end))
            start = end
    spans.extend(trimmed(text, start, len(text)))
    return tuple(spans)


def trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without its outer white space, if anything is left of it."""
    piece = text[start:end]
    bare = piece.strip()
    if bare:
        offset = start + len(piece) - len(piece.lstrip())
        yield Span(offset, offset + len(bare), bare)


def boundaries(text: str) -> Iterator[int]:
    """Where sentences end, in order."""
    line_start = 0
    for match in TERMINATOR.finditer(text):
        mark = match.group()
        if mark == "\n":
            if line_ends(text, line_start, match.start()):
                yield match.end()
            line_start = match.end()
        elif mark[0] in MARKS or "!" in mark or "?" in mark or stop_ends(text, match):
            yield match.end()


def line_ends(text: str, line_start: int, at: int) -> bool:
    """Whether the line break at `at` also ends a sentence."""
    following = text[at + 1 : at + 80]
    first = following[:1]
    if not following.strip(" \t") or first in "\r\n" or BULLET.match(following):
        return True
    if following.lstrip(" \t")[:1].islower():
        return False
    return at - line_start < WRAPPED


def stop_ends(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop (or a row of them) ends a sentence, rather than an abbreviation, a number or a pause."""
    before = LAST_WORD.search(text, max(0, match.start() - 25), match.start())
    after = NEXT_WORD.match(text[match.end() : match.end() + 40])
    following = after.group(1) if after else ""
    if match.group().startswith(("..", "…")):
        return not following[:1].islower()
    if not before:
        return True
    if match.end() < len(text) and not text[match.end()].isspace():
        return following in STARTERS
    return word_ends(before.group(), text, match, following)


def word_ends(word: str, text: str, match: re.Match[str], following: str) -> bool:
    """Whether a full stop behind this word ends a sentence."""
    lowered = word.lower()
    if lowered in OPENING:
        return False
    if lowered in BEFORE_NUMBER and text[match.end() : match.end() + 4].lstrip()[:1].isdigit():
        return False
    if lowered in CLOSING:
        return following[:1].isupper() and following.lower() not in DATED
    is_initial = len(word) == 1 and word.isupper() and word != "I"
    list_number = word.isdigit() and text[: match.start() - len(word)].rstrip(" \t")[-1:] in ("\n", "")
    return not is_initial and not (list_number and int(word) < FEWER_ITEMS)
