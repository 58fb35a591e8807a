"""Compares what a reply promises with what the business authorised: how much, how soon, for how many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from guardrails.values.extract import values
from guardrails.values.value import Value

FULL = re.compile(
    r"\b(?:full|fully|in full|entire|whole|complete(?:ly)?|all (?:of )?your money|total(?:ly)?"
    r"|every penny)\b|\b100 ?(?:%|per ?cent\b)",
    re.IGNORECASE,
)
MULTIPLE = re.compile(
    r"\b(?:double|twice|triple|three times|ten times)\b(?! (?:about|as|before))|\b(?:ever paid"
    r"|everything you)\b",
    re.IGNORECASE,
)
PARTIAL = re.compile(
    r"\b(?:partial(?:ly)?|part of|half|up to|a portion|some of)\b|(?<!\b100)(?<!\b100 )(?:%|\bper ?cent\b)",
    re.IGNORECASE,
)
AT_ONCE = re.compile(
    (
        r"\b(?:immediately|instant(?:ly)?|right away|straight ?away|at once|within (?:the|an) hour|today"
        r"|same[- ]day|this (?:morning|afternoon|evening)|tonight)\b"
    ),
    re.IGNORECASE,
)
PEOPLE = re.compile(
    r"\bevery(?:one|body) (?:in|at|on|of|who|gets)\b|\byou and (?:your|the|all)\b|\b(?:for"
    r"|to) (?:you and|both(?: of you)?|all (?:of you|guests|customers"
    r"|passengers|members)|everyone|everybody|each (?:of you|person|guest|passenger)|(?:you|yourself) and|"
    r"your (?:whole |entire )?(?:family|party|group|partner|wife|husband|spouse|friends?|guests?|children"
    r"|kids"
    r"|team|colleagues?|companions?)|(?:two|three|four|five|six|2|3|4|5|6) (?:people|guests"
    r"|persons|of you)\b)",
    re.IGNORECASE,
)
PART_OF = re.compile(
    r"\b(?:(?P<half>half (?:of )?(?:(?:your|the|that|its) )?(?:[a-z]+ ){0,2}?)|(?:of|off|from) "
    r"(?:(?:your|the|that|its) )?(?:[a-z]+'s )?)\Z",
    re.IGNORECASE,
)
BEFORE_AMOUNT = 40  # characters
AMOUNT = re.compile(r"(\D*?)([\d.]+)")
LEAD = re.compile(
    r"\b(?:within|in|inside|under|less than|takes?|next|no later than|no more than)(?: the)?(?: next)? ?\Z",
    re.IGNORECASE,
)
MINUTES = {"min": Decimal(1), "work": Decimal(2016), "month": Decimal(43_800), "night": Decimal(1440)}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promise or an authorised remedy says about how much and how soon."""

    text: str
    amounts: dict[str, Decimal]  # the largest by currency, percentages under "%"
    waits: tuple[Decimal, ...]  # minutes until it is done
    lengths: dict[str, Decimal]  # the largest of other lengths, by unit


def terms(text: str, now: datetime | None) -> Terms:
    """The terms in a clause or in a remedy."""
    amounts: dict[str, Decimal] = {}
    lengths: dict[str, Decimal] = {}
    waits: list[Decimal] = []
    for value in values(text, now):
        unit, number = measure(value)
        if number is None:
            continue
        before = text[max(0, value.start - BEFORE_AMOUNT) : value.start]
        if value.kind == "money" and (part := PART_OF.search(before)):
            if not part.group("half"):
                continue
            number /= 2
        if value.kind in ("money", "percent"):
            amounts[unit] = max(number, amounts.get(unit, number))
        elif LEAD.search(text[: value.start][-24:]) or re.match(
            r"within|in\b", text[value.start : value.end], re.IGNORECASE
        ):
            waits.append(number * MINUTES[unit])
        else:
            lengths[unit] = max(number, lengths.get(unit, number))
    return Terms(text, amounts, tuple(waits), lengths)


def measure(value: Value) -> tuple[str, Decimal | None]:
    """Unit and number of an amount or a length of time."""
    if value.kind not in ("money", "percent", "duration") or "24/7" in value.keys:
        return "", None
    match = AMOUNT.fullmatch(next(iter(value.keys)))
    return (match.group(1), Decimal(match.group(2))) if match else ("", None)


class Objection(NamedTuple):
    """Why an offer goes beyond a remedy, in words that follow "This is"; whether the amounts of both say so."""

    why: str
    by_amount: bool


def objection(
    offered: Terms, authorised: Terms, known_amounts: frozenset[str], largest_known: dict[str, Decimal], piece: str
) -> Objection | None:
    """What there is against an offer in view of a remedy of its kind; None where there is nothing.

    `piece` is the part of the clause that gives this one thing; empty where its amount says how much it is.
    """
    amount = more(offered, authorised, known_amounts)
    if amount is None and not offered.amounts:
        amount = fuller(piece, authorised, largest_known)
    other = multiplied(offered, authorised) or sooner(offered, authorised) or for_more(offered, authorised)
    why = amount or other
    return Objection(why, by_amount=bool(amount and authorised.amounts)) if why else None


def more(offered: Terms, authorised: Terms, known_amounts: frozenset[str]) -> str | None:
    """Whether the amounts are larger, or of a kind that was not authorised."""
    for unit, number in offered.amounts.items():
        limit = authorised.amounts.get(unit)
        if limit is None and (authorised.amounts or f"{unit}{number:f}" not in known_amounts):
            return "an amount that is not authorised"
        if limit is not None and number > limit:
            return "more than is authorised"
    return None


def multiplied(offered: Terms, authorised: Terms) -> str | None:
    """Whether it is promised several times over, or for longer."""
    if MULTIPLE.search(offered.text) and not MULTIPLE.search(authorised.text):
        return "more than is authorised"
    for unit, number in offered.lengths.items():
        if unit in authorised.lengths and number > authorised.lengths[unit]:
            return "more than is authorised"
    return None


def fuller(piece: str, authorised: Terms, largest_known: dict[str, Decimal]) -> str | None:
    """Whether all is promised where a part is authorised."""
    if not FULL.search(piece) or FULL.search(authorised.text):
        return None
    below = any(number < largest_known.get(unit, number) for unit, number in authorised.amounts.items())
    return "more than the part that is authorised" if below or PARTIAL.search(authorised.text) else None


def sooner(offered: Terms, authorised: Terms) -> str | None:
    """Whether it is promised earlier than authorised."""
    if not authorised.waits:
        return None
    quick = AT_ONCE.search(offered.text) and not re.search(
        r"\b(?:i|we)(?:'ve| have|'m| am|'re| are)\b", offered.text, re.IGNORECASE
    )
    if quick or any(wait < min(authorised.waits) for wait in offered.waits):
        return "sooner than is authorised"
    return None


def for_more(offered: Terms, authorised: Terms) -> str | None:
    """Whether it is promised to more people."""
    people = PEOPLE.search(offered.text)
    if people and people.group().lower() not in authorised.text.lower() and not PEOPLE.search(authorised.text):
        return "for more people than is authorised"
    return None
