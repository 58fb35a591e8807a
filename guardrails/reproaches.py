"""Finds what checks.md names word for word: the failure laid at the customer's door or played down, and insults."""

from __future__ import annotations

import re

from guardrails.types import Finding
from guardrails.values.any_case import AnyCase

# "You should have received a call" speaks of our own failure, "there is nothing you should have done" of nobody's.
# Nor is "you should have paid £44", of a price that was too high, a reproach.
OUR_DUTY = (
    r"(?!received|been|had|got|gotten|heard|seen|felt|expected|stood|sat|slept|paid [£$€\d]"
    r"|to |an? |the |it\b|our |your )"
)
BLAME = AnyCase(
    rf"\b(?:(?<!nothing )(?<!of )(?<!['\"])you (?:should|could|ought to) have {OUR_DUTY}\w+"
    r"|you(?: have|'ve)? failed to\b"
    r"|(?<!not )your own (?:fault|mistake|negligence|doing)\b"
    r"|(?:your|the \w+'s) (?:own )?responsibility to (?:read|check|ensure|verify)\b|(?:doing|fault|mistake), not ours\b"
    r"|(?:out of|outside|not in) (?:of )?our hands\b"
    r"|(?:is|was) (?:entirely |clearly |purely |solely )?your (?:own )?fault\b"
    r"|(?:is|was)(?: not|n't) (?:our|my) (?:fault|mistake|problem)\b)",
)
RARE = r"(?:very |extremely |quite |most |highly |exceptionally |really |so |rather |thankfully |fortunately )?"
TROUBLE = (
    r"(?:this|that|it|these|those|such (?:\w+ ){1,3}|issues?|incidents?|cancellations?|delays?|outages?"
    r"|problems?|faults?|mistakes?|errors?|loss(?:es)?|damage|defects?|hitches|mix-ups?|failures?|parts|cases)"
)
SEEN = r"(?:happens?|occurs?|sees?|seen|appears?|goes? wrong)"
PLAYED_DOWN = AnyCase(
    rf"\b(?:(?:hardly|scarcely|barely|almost never)(?: ever)? {SEEN}|{RARE}(?:rarely|seldom) {SEEN}"
    rf"|(?:happens?|occurs?) {RARE}(?:only )?(?:rarely|seldom)"
    rf"|{TROUBLE} (?:is|are|was|were) (?:something )?{RARE}(?:rare|unusual|uncommon)"
    r"|something (?:that )?(?:we|i) (?:hardly ever|rarely|seldom|almost never) see"
    r"|(?<!not )(?<!no )(?<!not an )(?<!n't an )isolated (?:incident|case|occurrence|event))\b"
)
# "None of this was your fault" takes it off the customer.
DENIED = re.compile(
    r"\b(?:none|nothing|no part)(?: of (?:this|that|it)| here| about \w+| that happened)? (?:is|was) your (?:own )?"
    r"fault\b",
    re.IGNORECASE,
)
INSULT = AnyCase(
    r"\b(?:calm down\b"
    r"|your own (?:fault|mistake|negligence|doing)\b"
    r"|(?:stop|quit) (?:whining|complaining|moaning|wasting)\b"
    r"|(?:grow up|get over it|don't be (?:silly|ridiculous)|what did you expect)\b"
    r"|you (?:are|'re|must be) (?:an? )?(?:idiot|liar|fool|lying|stupid)\b)",
)


def blame(text: str, reason: str) -> Finding | None:
    """The first words that put the failure on the customer, deny it, or say how seldom it happens."""
    return _first(BLAME, DENIED.sub(_blank, text), reason) or _first(PLAYED_DOWN, text, reason)


def insult(text: str, reason: str) -> Finding | None:
    """The first words that no customer forgives."""
    return _first(INSULT, text, reason)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _first(pattern: AnyCase, text: str, reason: str) -> Finding | None:
    found = pattern.search(text.replace("\u2019", "'"))
    return Finding(found.start(), found.end(), reason) if found else None
