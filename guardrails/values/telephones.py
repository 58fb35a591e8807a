"""Finds phone numbers of any country."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import phonenumbers

from guardrails.values.contacts import DATE_LIKE, REGIONS

CANDIDATE = re.compile(
    r"(?:(?<![^\W_])|(?<=tel)|(?<=mob)|(?<=fax)|(?<=call))(?<![£$€][\d,])"
    r"(?:\(?\+ ?)?\(?\d(?:[ ().\u00a0\u2010-\u2013/-]{0,3}\d){6,16}(?!\d)",
    re.IGNORECASE,
)
CUE = re.compile(
    r"\b(?:call|ring|phone|mobile|mob|cell|whatsapp|text|sms|fax|landline|reach (?:me|us)|number|line|ph|handy|gsm"
    r"|t[eé]l(?:[eé]fono?|[eé]phone|e)?|cellulare|m[oó]vil|fone|ligue|bel|ruf\w*|anrufen|appel\w{1,4}|llam\w{1,4})"
    r"\b[^\d\n]{0,25}\Z",
    re.IGNORECASE,
)
CLOCK_RANGE = re.compile(r"[0-2]\d[.:]?[0-5]\d ?[-–] ?[0-2]\d[.:]?[0-5]\d")
FULL_DATE = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d\b|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2}\b")
FEWEST, NATIONAL, MOST = 7, 9, 15
LONGEST_VALUE = 100  # characters: only the values near a number are looked at


def telephones(plain: str, values: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where phone numbers stand in a normal text; `values` are what ends one: amounts, dates, other numbers."""
    ordered = sorted(values)
    for match in CANDIDATE.finditer(plain):
        start, end = match.span()
        near = ordered[bisect_left(ordered, (start - LONGEST_VALUE,)) : bisect_left(ordered, (end,))]
        for stop in (end, *sorted((at for at, _ in near if start < at < end), reverse=True)):
            shown = plain[start:stop].rstrip(" ().-–/")
            if (
                shown
                and _is_phone(shown, plain[max(0, start - 40) : start])
                and not _cuts(start, start + len(shown), near)
            ):
                yield start, start + len(shown)
                break


def looks_like_time(shown: str) -> bool:
    """Whether digits are years, a date, or hours from and to."""
    bare = shown.strip(" ()")
    return bool(CLOCK_RANGE.fullmatch(bare) or DATE_LIKE.fullmatch(bare) or FULL_DATE.match(bare))


def _cuts(start: int, end: int, values: Sequence[tuple[int, int]]) -> bool:
    return any((at < start < stop) or (at < end < stop) for at, stop in values)


def _is_phone(shown: str, before: str) -> bool:
    digits = sum(map(str.isdigit, shown))
    if not FEWEST <= digits <= MOST or looks_like_time(shown):
        return False
    if re.match(r"\(?\+|00[1-9]", shown):
        return True
    if CUE.search(before):
        return True
    if re.match(r"\(?0", shown) and digits >= NATIONAL:
        return True
    return digits != len(shown) and any(valid(shown, region) for region in REGIONS)


def read_number(shown: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """The number as that region reads it, or as any does (None); None where it is none."""
    try:
        return phonenumbers.parse(re.sub(r"\A\(?00", "+", shown) if region is None else shown, region)
    except phonenumbers.NumberParseException:
        return None


def valid(shown: str, region: str) -> bool:
    """Whether it is a number that the region gives."""
    number = read_number(shown, region)
    return number is not None and phonenumbers.is_valid_number(number)
