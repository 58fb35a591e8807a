"""Finds cues: words that give away the level of a check, and the words that draft and complaint share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from guardrails.sentences import Span, sentences
from guardrails.types import Finding

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
SUFFIXES = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "ly", "s", "e", "y")
# Words that stand in every complaint and every reply: they show nothing about this one.
COMMON = frozenset(
    "about account after again agent all also always and any anyone app are back bad been before being both but call "
    "came can case come company concern contact could customer day dear did didn does doing don done down even ever "
    "every experience feedback feel for from get getting give given going good got had happen happy has have having "
    "hear hello help hi her here his how inconvenience into issue its just kind know like look made make many may "
    "mean message more most much must name need never new nice not nothing now number off one only other our out "
    "over people phone place please problem provide reach really reply review said same see seem send sent service "
    "shall she should since some something soon sorry still such support sure take team tell than thank thanks that "
    "the their them then there these they thing think this those time told too took trouble try trying two upon use "
    "user using very want was way well went were what when where which while who why will with would year you your "
    "best again understand today share assist concerns issues problems customers".split()
)


def cue(*patterns: str) -> re.Pattern[str]:
    """One expression out of several, each starting at a word; an apostrophe in them matches the curly one too."""
    joined = "|".join(patterns).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{joined})", re.IGNORECASE)


def hits(pattern: re.Pattern[str], spans: Iterable[Span]) -> Iterator[tuple[Span, re.Match[str]]]:
    """The sentences in which a cue stands, each with its first match."""
    for span in spans:
        match = pattern.search(span.text)
        if match:
            yield span, match


def first(pattern: re.Pattern[str], text: str) -> Span | None:
    """The first sentence with the cue."""
    return next((span for span, _ in hits(pattern, sentences(text))), None)


def point(span: Span, reason: str) -> tuple[Finding, ...]:
    """A finding on a whole sentence."""
    return (Finding(span.start, span.end, reason),)


def has_name(text: str) -> bool:
    """Whether a capitalised pair of words stands there: a person or a team."""
    return re.search(r"(?<!\w)[A-Z][a-z’']+ [A-Z][a-z’']+", text) is not None


@lru_cache(maxsize=64)
def stems(text: str) -> frozenset[str]:
    """The stems of the words that say what a text is about."""
    words = (word.lower() for word in WORD.findall(text))
    return frozenset(stem(word) for word in words if len(word) > 2 and word not in COMMON)


def stem(word: str) -> str:
    """A word without its ending, crudely: enough to see that 'arrived' and 'arrive' are one."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def shared(span: Span, complaint: str) -> int:
    """How many stems a sentence has in common with the complaint."""
    return len(stems(span.text) & stems(complaint))
