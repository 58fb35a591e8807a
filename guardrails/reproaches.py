"""Finds reproaches that checks.md names word for word: they lay the failure at the customer's door, or insult."""

from __future__ import annotations

from guardrails.types import Finding
from guardrails.values.any_case import AnyCase

# "You should have received a call" speaks of our own failure, "there is nothing you should have done" of nobody's.
OUR_DUTY = r"(?!received|been|had|got|gotten|heard|seen|expected|to |an? |the )"
BLAME = AnyCase(
    rf"\b(?:(?<!nothing )you (?:should|could|ought to) have {OUR_DUTY}\w+"
    r"|you(?: have|'ve)? failed to\b"
    r"|(?<!not )your own (?:fault|mistake|negligence|doing)\b"
    r"|(?:is|was) (?:entirely |clearly |purely |solely )?your (?:own )?fault\b"
    r"|(?:is|was)(?: not|n't) (?:our|my) (?:fault|mistake|problem)\b)",
)
INSULT = AnyCase(
    r"\b(?:calm down\b"
    r"|your own (?:fault|mistake|negligence|doing)\b"
    r"|(?:stop|quit) (?:whining|complaining|moaning|wasting)\b"
    r"|(?:grow up|get over it|don't be (?:silly|ridiculous)|what did you expect)\b"
    r"|you (?:are|'re|must be) (?:an? )?(?:idiot|liar|fool|lying|stupid)\b)",
)


def blame(text: str, reason: str) -> Finding | None:
    """The first words that put the failure on the customer, or deny it."""
    return _first(BLAME, text, reason)


def insult(text: str, reason: str) -> Finding | None:
    """The first words that no customer forgives."""
    return _first(INSULT, text, reason)


def _first(pattern: AnyCase, text: str, reason: str) -> Finding | None:
    found = pattern.search(text.replace("\u2019", "'"))
    return Finding(found.start(), found.end(), reason) if found else None
