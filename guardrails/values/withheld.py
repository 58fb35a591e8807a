"""Finds the words that tell who somebody is, where a constraint says that the reply must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.sentences import sentences
from guardrails.types import Context
from guardrails.values.contacts import contacts

# "Do not name other guests or their rooms", "Say nothing about the owner", "Do not say who sent it".
WITHHOLDS = re.compile(
    r"\b(?:do not|don['’]t|never|must not|may not|cannot|without|no|nothing)\b[^.]{0,60}?"
    r"(?:\b(?:nam(?:e|es|ed|ing)|identif\w+|discuss\w*|mention\w*|about|details?|data|give|share|reveal|disclose)\b"
    r"[^.]{0,60}?(?<!against )\b(?:other|another|neighbou?r|owner|landlord|buyer|seller|bidder|winner|driver|courier"
    r"|member|guest|sender|donor|giver|player|customer|client|person|people|anybody|anyone|somebody|someone|staff"
    r"|colleague|employee|resident|passenger|patient|pupil|student|child|children|parent|tenant|family|couple|party|reviewer)"
    r"|\b(?:say|tell|reveal|give away|disclose)\w*\b[^.]{0,40}?\bwho\b)",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_][\w'’-]*")
# Neither an amount nor a part of a longer number.
WORD_OR_NUMBER = re.compile(r"(?<![\w£$€.,])\w+(?:['’-]\w+)*(?![.,]\d)")
# A number that is somebody's: of a door, a place or a card, not a date and not an amount.
PLACE = re.compile(
    r"\b(?:room|flat|apartment|apt|unit|suite|house|door|paddle|seat|row|table|berth|cabin|locker|plot|pitch"
    r"|member|staff|number|no\.|account)\s+(?:number\s+|no\.\s+)?(\d{1,6})\b",
    re.IGNORECASE,
)
TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Lady|Herr|Frau)")
# What begins with a capital and names nobody.
NO_NAME = re.compile(
    r"(?:I|I['’]\w+|The|This|That|Our|His|Her|Their|Note|Order|Lot|Ticket"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September"
    r"|October|November|December)"
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What tells who somebody is: names with numbers of doors and places, and keys of contacts."""

    words: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()


NOTHING = Withheld()


def withheld(complaint: str, customer_name: str | None, context: Context | None) -> Withheld:
    """What the business knows of people whom it must not name.

    What the customer wrote, and what the business wants said (remedies, follow-up, agent, brand), is never withheld.
    """
    if context is None or not any(WITHHOLDS.search(constraint) for constraint in context.constraints or ()):
        return NOTHING
    notes = (*(context.facts or ()), *(item.text for item in context.history or () if item.sender == "agent"))
    told = [each.text for text in notes for each in sentences(text)]
    personal = [text for text in told if _names_somebody(text)]
    known = "\n".join((*_said(complaint, customer_name, context), *(text for text in told if text not in personal)))
    return Withheld(
        words=frozenset(word for text in personal for word in _telling(text)) - _words(known),
        contacts=frozenset(each.key for text in personal for each in contacts(text))
        - {each.key for each in contacts(known)},
    )


def telling_spans(text: str, kept_out: Withheld) -> Iterator[tuple[int, int]]:
    """Where a text tells it: a word as it is written, two of them side by side in any case, or a contact."""
    if kept_out == NOTHING:
        return
    small = {word.casefold() for word in kept_out.words if not word.isdigit()}
    found = list(WORD_OR_NUMBER.finditer(text))
    for number, match in enumerate(found):
        plain = _bare(match.group())
        beside = {_bare(found[at].group()).casefold() for at in (number - 1, number + 1) if 0 <= at < len(found)}
        if plain in kept_out.words or (plain.casefold() in small and beside & small):
            yield match.span()
    yield from ((each.start, each.end) for each in contacts(text) if each.key in kept_out.contacts)


def _said(complaint: str, customer_name: str | None, context: Context) -> Iterator[str]:
    yield from (complaint, customer_name or "", context.brand, context.agent.name)
    yield from (remedy.text for remedy in context.remedies or ())
    yield from (item.text for item in context.history or () if item.sender == "customer")
    follow_up = context.follow_up
    if follow_up:
        yield from (part for part in (follow_up.person, follow_up.team, follow_up.channel, follow_up.by) if part)


def _words(text: str) -> frozenset[str]:
    return frozenset(_bare(match.group()) for match in WORD_OR_NUMBER.finditer(text))


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def _capitals(text: str) -> list[re.Match[str]]:
    """Words with a capital that may be a name; the first of a sentence is one only before another."""
    found = [match for match in WORD.finditer(text) if match.group()[0].isupper()]
    kept = [match for match in found if not NO_NAME.fullmatch(match.group()) and not TITLE.fullmatch(match.group())]
    first = next(iter(WORD.finditer(text)), None)
    followed = {match.start() for match in kept}
    return [
        match
        for match in kept
        if first is None or match.start() != first.start() or _next_start(text, match) in followed
    ]


def _next_start(text: str, match: re.Match[str]) -> int:
    return match.end() + 1 if text[match.end() : match.end() + 1] == " " else -1


def _names_somebody(text: str) -> bool:
    """Whether there is a whole name in it: two words with capitals side by side, or a title before one."""
    capitals = _capitals(text)
    starts = {match.start() for match in capitals}
    titled = re.search(rf"\b{TITLE.pattern}\.? [A-Z]", text)
    return bool(titled) or any(_next_start(text, match) in starts for match in capitals)


def _telling(text: str) -> Iterator[str]:
    yield from (_bare(match.group()) for match in _capitals(text))
    yield from (match.group(1) for match in PLACE.finditer(text))
