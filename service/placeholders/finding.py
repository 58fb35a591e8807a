"""Finds in a text what identifies a person: addresses, numbers, and the names that the case gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from guardrails.values.addresses import addresses
from guardrails.values.amounts import amounts
from guardrails.values.calendar import dates
from guardrails.values.clock import durations, times
from guardrails.values.contacts import DOMAINS
from guardrails.values.normal import normal
from service.placeholders.identities import called_ids, checked_ids
from service.placeholders.kinds import Found, Kind
from service.placeholders.money import called_numbers, checked_numbers
from service.placeholders.names import HIDDEN, Names
from service.placeholders.phones import number_key, phones
from service.placeholders.spans import Spans
from service.placeholders.spoken import spoken_numbers

# A mail program broke the line behind the @.
BROKEN_EMAIL = re.compile(
    r"(?<![\w.+%@-])[\w.+%'-]{1,64}(?:@[ \t]*\n[ \t]*|[ \t]*\n[ \t]*@)[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w-])"
)
SPACED_EMAIL = re.compile(
    # Of a word alone, as in "two kettles @ shop.example", only where the text calls it an address.
    r"(?:(?<![\w.+%@-])(?=[\w.+%'-]*[\d._+-][\w.+%'-]*\s{0,3}@)|(?<=e-mail )|(?<=email )|(?<=mail )|(?<=address )"
    r"|(?<=e-mail: )|(?<=email: )|(?<=mail: )|(?<=address: )|(?<=e-mail is )|(?<=email is )|(?<=address is ))"
    rf"[\w.+%'-]{{1,64}}(?:[ \t]{{1,3}}@[ \t]{{0,3}}|@[ \t]{{1,3}})(?!www\.)"
    rf"(?:[\w-]{{1,63}}\.){{1,5}}(?-i:{DOMAINS}|{DOMAINS.upper()})(?![\w-])",
    re.IGNORECASE,
)
AT = re.compile(r"\s*[\[({<]?\s*(?:@|\bat\b)\s*[\])}>]?\s*", re.IGNORECASE)
DOT = re.compile(r"\s*[\[({<]?\s*(?:\bdot\b)\s*[\])}>]?\s*", re.IGNORECASE)


def find(text: str, names: Names) -> tuple[Found, ...]:
    """What identifies a person, in order and without overlap, also where characters that nobody sees are in it."""
    hidden = [match.start() for match in HIDDEN.finditer(text)]
    if not hidden:
        return _find(text, names)
    shift = Shift(hidden)
    return tuple(
        replace(each, start=shift(each.start), end=shift(each.end - 1) + 1)
        for each in _find(HIDDEN.sub("", text), names)
    )


@dataclass(frozen=True)
class Shift:
    """Where a character stands in a text, of which these places were left out."""

    hidden: Sequence[int]

    def __call__(self, at: int) -> int:
        """Its place in the whole text."""
        low, high = 0, len(self.hidden)
        while low < high:  # how many were left out before it
            middle = (low + high) // 2
            if self.hidden[middle] - middle <= at:
                low = middle + 1
            else:
                high = middle
        return at + low


def _find(text: str, names: Names) -> tuple[Found, ...]:
    plain = normal(text)
    numbers = identifiers(plain)
    taken = Spans()
    kept = [each for each in numbers if taken.take(each.start, each.end)]
    kept += [each for each in names.find(plain) if taken.take(each.start, each.end)]
    return tuple(sorted(kept, key=lambda each: each.start))


@lru_cache(maxsize=64)
def identifiers(plain: str) -> tuple[Found, ...]:
    """Addresses and numbers in a normal text, in order and without overlap."""
    taken = Spans()
    kept = [each for each in _each(plain) if taken.take(each.start, each.end)]
    return tuple(sorted(kept, key=lambda each: each.start))


def _each(plain: str) -> Iterator[Found]:
    """Whatever may be one, the surest first. Where a number goes on in the next line, it is one of the last."""
    for pattern in (BROKEN_EMAIL, SPACED_EMAIL):
        for match in pattern.finditer(plain):
            yield _found("EMAIL", plain, match.start(), match.end())
    for start, end in addresses(plain):
        if is_address(plain[start:end]):
            yield _found("EMAIL", plain, start, end)
    if any(map(str.isdigit, plain)):
        flat = plain.replace("\n", " ")
        spared = _values(plain)
        for search in (_checked, _called, _phones):
            yield from search(plain, spared)
            if flat != plain:
                yield from (each for each in search(flat, spared) if "\n" in plain[each.start : each.end])
    for start, end, digits in spoken_numbers(plain):
        yield Found("PHONE", start, end, number_key(digits))


def is_address(shown: str) -> bool:
    """Whether it may be one: where "at" and "dot" are words, the end must be that of addresses."""
    if "@" in shown or re.search(r"[\[({<]", shown):
        return True
    end = shown.rsplit(maxsplit=1)[-1].rpartition(".")[2]
    return len(end) == len("uk") or re.fullmatch(DOMAINS, end, re.IGNORECASE) is not None


def _values(plain: str) -> list[tuple[int, int]]:
    """Amounts, dates, times and durations, which identify nobody."""
    found = chain(amounts(plain), dates(plain, None), times(plain), durations(plain))
    return [(each.start, each.end) for each in found]


def _checked(plain: str, spared: Sequence[tuple[int, int]]) -> Iterator[Found]:
    for kind, start, end in checked_numbers(plain):
        yield _found(kind, plain, start, end)
    for start, end in checked_ids(plain):
        if not _is_value(start, end, spared):
            yield _found("IDENTITY", plain, start, end)


def _called(plain: str, spared: Sequence[tuple[int, int]]) -> Iterator[Found]:
    for kind, start, end, sure in called_numbers(plain):
        if sure or not _is_value(start, end, spared):
            yield _found(kind, plain, start, end)
    for start, end, sure in called_ids(plain):
        if sure or not _is_value(start, end, spared):
            yield _found("IDENTITY", plain, start, end)


def _phones(plain: str, spared: Sequence[tuple[int, int]]) -> Iterator[Found]:
    for start, end in phones(plain, spared):
        yield _found("PHONE", plain, start, end)


def _is_value(start: int, end: int, spared: Sequence[tuple[int, int]]) -> bool:
    return any(at <= start and end <= stop for at, stop in spared)


def _found(kind: Kind, plain: str, start: int, end: int) -> Found:
    return Found(kind, start, end, key_of(kind, plain[start:end]))


def key_of(kind: Kind, shown: str) -> str:
    """What every spelling of the same thing has in common."""
    if kind == "EMAIL":
        return "".join(DOT.sub(".", AT.sub("@", shown)).split()).casefold()
    if kind == "PHONE":
        return number_key(shown)
    return "".join(filter(str.isalnum, shown)).upper()
