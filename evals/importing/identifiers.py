"""Finds what tells who somebody is, apart from names: contacts, accounts, ids, addresses, references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Literal

from evals.importing.places import UNIT, postcodes, streets
from guardrails.values.accounts import accounts
from guardrails.values.addresses import addresses
from guardrails.values.amounts import amounts
from guardrails.values.calendar import dates
from guardrails.values.clock import durations, times
from guardrails.values.extract import Taken
from guardrails.values.identity_numbers import is_reference
from guardrails.values.normal import normal
from guardrails.values.references import NOT_A_REFERENCE, references
from guardrails.values.telephones import NATIONAL, looks_like_time, telephones

Kind = Literal[
    "e-mail address", "link", "user name", "bank account", "card", "id or secret", "date of birth", "IP address",
    "phone number", "street", "postcode", "reference", "name",
]  # fmt: skip

LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"“”)\]]{2,2000}"
    r"|(?<![\w@./-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}(?::\d{2,5})?[/?][^\s<>\"“”)\]]{1,2000}",
    re.IGNORECASE,
)
BARE_HOST = re.compile(r"(?:https?://)?[\w.-]+/?", re.IGNORECASE)
USER_NAME = re.compile(r"(?<![\w@./])@[A-Za-z0-9_](?:[\w.]{0,28}\w)?")
IP = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)|(?<![\w:])(?:[0-9a-f]{1,4}:){5,7}[0-9a-f]{1,4}(?![\w:])"
)
BORN = re.compile(
    r"\b(?:date of birth|d\.?o\.?b\b\.?|born(?: on)?|birth ?(?:day|date))(?: (?:is|was|on|the))*\s?[:=]?\s?",
    re.IGNORECASE,
)
NUMERIC_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
UNIT_IN_FRONT = re.compile(rf"\A{UNIT}", re.IGNORECASE)
PLATE = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b")
LONG_CARD = re.compile(r"(?<![\w-])(?:\d[ .\u00a0-]?){12,18}\d(?!\d)")
ENDING = re.compile(
    r"\b(?:end(?:ing|s)|last (?:four|4)(?: digits)?)(?: (?:in|with|are|is|on))*:? ?(?P<value>\d{3,6})(?!\d)"
)
# The label small or with one capital: where all is in capitals, any word would look like a code.
CODE = re.compile(
    r"(?:\b[Rr]ef(?:erence)?|\b[Cc]ode|\b[Cc]onf(?:irmation)?|\b[Bb]ooking|\b[Bb]adge|\bPNR|\b[Ll]ocator|#)"
    r"(?: (?:no|number|is|code|ref))?"
    r"[.:#]{0,2} ?#? ?(?P<value>[A-Z0-9]{5,10}|\d{2,}(?:-\d{2,}){1,4})(?![\w-])"
)
LETTERS_AND_DIGITS = re.compile(
    r"(?<![\w/@#-])#?(?=[a-z])(?=[\w/-]{0,40}\d[\w/-]{0,10}\d)[a-z0-9]{1,20}(?:[-/_][a-z0-9]{1,20}){0,5}(?!\w)",
    re.IGNORECASE,
)
LONG_DIGITS = re.compile(r"(?<!\d)\d{6,40}(?!\d)")
COMMON_CODE = re.compile(r"(?:covid|ps|mp|wh|iphone|galaxy|windows|usb|hdmi|type|v|b|a|m|h|q)-?\d{1,3}", re.IGNORECASE)
AS_WRITTEN = frozenset(("e-mail address", "link", "user name", "IP address", "date of birth"))
FEWEST_OF_BIRTH = 3  # digits: a day and a year; what happened "on Sunday" is no birth
RAND = re.compile(r"R\d{1,6}")  # an amount, as South Africans write it
FEWEST_DIGITS = 4  # of a token with letters in it that nobody called a reference
DIGIT_RUN = re.compile(r"\d(?:[ .,/()\u00a0\u2010-\u2013-]{0,2}\d){7,}")
SPELLED_DIGITS = re.compile(
    r"(?:\b(?:zero|oh?|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[ ,.-]{0,3}){7}",
    re.IGNORECASE,
)
AT_SIGN = re.compile(r"\w ?@ ?\w")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that identifies somebody: where it stands, and the key that any spelling of it shares."""

    kind: Kind
    start: int
    end: int
    key: str


@lru_cache(maxsize=512)
def identifiers(text: str, now: datetime | None, known: tuple[str, ...] = ()) -> tuple[Found, ...]:
    """What identifies somebody, in order and without overlap; `known` are references that need no label."""
    plain = normal(text)
    taken = Taken()
    kept = [each for each in chain(_exact(plain), _born(plain)) if taken.take(each.start, each.end)]
    spared = [span for span in _values(plain, now) if taken.characters.isdisjoint(range(*span))]
    labelled = {each.start: each.end for each in references(plain) if each.label}
    for start, end in telephones(plain, [*spared, *((each.start, each.end) for each in kept)]):
        called_otherwise = is_reference(plain, start) or labelled.get(start, 0) >= end
        if taken.characters.isdisjoint(range(start, end)) and not called_otherwise:
            taken.take(start, end)
            kept.append(_found("phone number", plain, start, end))
    others = chain(_places(plain), _numbers(plain, known))
    kept += [each for each in others if not _is_value(each, spared) and taken.take(each.start, each.end)]
    return tuple(sorted(kept, key=lambda each: each.start))


def doubts(text: str, now: datetime | None, found: Iterable[Found]) -> Iterator[str]:
    """What may identify somebody and is nothing that is known; without its words."""
    plain = list(normal(text))
    for start, end in chain(((each.start, each.end) for each in found), _values(normal(text), now)):
        plain[start:end] = "\n" * (end - start)
    rest = "".join(plain)
    for match in DIGIT_RUN.finditer(rest):
        if not looks_like_time(match.group()):
            yield "a long number of no known kind"
    if SPELLED_DIGITS.search(rest):
        yield "a number spelt in words"
    if AT_SIGN.search(rest):
        yield "something like an e-mail address"


def _exact(plain: str) -> Iterator[Found]:
    """What has a form of its own."""
    for start, end in addresses(plain):
        yield _found("e-mail address", plain, start, end)
    for match in LINK.finditer(plain):
        shown = match.group().rstrip(".,;:!?…*'")
        if not BARE_HOST.fullmatch(shown):
            yield _found("link", plain, match.start(), match.start() + len(shown))
    for match in USER_NAME.finditer(plain):
        yield _found("user name", plain, match.start(), match.end())
    for match in IP.finditer(plain):
        yield _found("IP address", plain, match.start(), match.end())
    for kind, start, end in accounts(plain):
        yield _found(kind, plain, start, end)


def _born(plain: str) -> Iterator[Found]:
    for match in BORN.finditer(plain):
        after = [value.end for value in dates(plain[match.end() : match.end() + 30], None) if value.start == 0]
        if numeric := NUMERIC_DATE.match(plain, match.end()):
            after.append(numeric.end() - match.end())
        end = match.end() + max(after, default=0)
        if sum(map(str.isdigit, plain[match.end() : end])) >= FEWEST_OF_BIRTH:
            yield _found("date of birth", plain, match.end(), end)


def _values(plain: str, now: datetime | None) -> list[tuple[int, int]]:
    """Amounts, dates, times and durations: they identify nobody, and the checks compare them."""
    found = chain(amounts(plain), dates(plain, now), times(plain), durations(plain))
    return [(value.start, value.end) for value in found]


def _is_value(found: Found, spared: Iterable[tuple[int, int]]) -> bool:
    """Whether it is, or cuts into, a value; one that a value is only a part of is none."""
    for start, end in spared:
        inside = found.start <= start and end <= found.end and end - start < found.end - found.start
        if start < found.end and found.start < end and not inside:
            return True
    return False


def _places(plain: str) -> Iterator[Found]:
    for start, end in streets(plain):
        yield _found("street", plain, start, end)
    for start, end in postcodes(plain):
        yield _found("postcode", plain, start, end)


def _numbers(plain: str, known: tuple[str, ...]) -> Iterator[Found]:
    for each in known:
        for match in re.finditer(rf"(?<!\w){re.escape(each)}(?!\w)", plain, re.IGNORECASE):
            yield _reference(plain, match.start(), match.end())
    for match in PLATE.finditer(plain):
        yield _reference(plain, match.start(), match.end())
    for match in LONG_CARD.finditer(plain):
        labelled = is_reference(plain, match.start())
        yield _found("reference" if labelled else "card", plain, match.start(), match.end())
    for reference in references(plain):
        if reference.label is None and RAND.fullmatch(plain, reference.start, reference.end):
            continue
        yield _reference(plain, reference.start, reference.end)
    for match in chain(ENDING.finditer(plain), CODE.finditer(plain)):
        yield _reference(plain, match.start("value"), match.end("value"))
    yield from _unlabelled(plain)


def _unlabelled(plain: str) -> Iterator[Found]:
    """What nobody called a reference and nothing else can be: letters with many digits, and long runs of digits."""
    for match in LETTERS_AND_DIGITS.finditer(plain):
        shown = match.group().lstrip("#")
        usual = NOT_A_REFERENCE.fullmatch(shown.upper()) or COMMON_CODE.fullmatch(shown)
        if not usual and sum(map(str.isdigit, shown)) >= FEWEST_DIGITS:
            yield _reference(plain, match.start(), match.end())
    for match in LONG_DIGITS.finditer(plain):
        yield _reference(plain, match.start(), match.end())


def _reference(plain: str, start: int, end: int) -> Found:
    return _found("reference", plain, start, end)


def _found(kind: Kind, plain: str, start: int, end: int) -> Found:
    return Found(kind, start, end, key_of(kind, plain[start:end]))


def key_of(kind: Kind, shown: str) -> str:
    """What every spelling of the same thing has in common."""
    if kind in AS_WRITTEN:
        return shown.casefold()
    if kind == "street":
        return UNIT_IN_FRONT.sub("", shown.casefold()).rstrip(".")
    if kind == "phone number":
        return "".join(filter(str.isdigit, shown))[-NATIONAL:]
    return "".join(filter(str.isalnum, shown)).upper()
