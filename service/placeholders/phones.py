"""Finds phone numbers in digits, and leaves the numbers of things alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers

from guardrails.values.references import references
from guardrails.values.telephones import CUE, MOST, read_number, telephones, valid
from service.placeholders.labels import names_thing

IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
ABROAD = re.compile(r"\(?\+|\(?00[1-9]")
WINDOW = 40
FEWEST = 9  # digits where no word says that it is a phone number
MOST_UNBROKEN = 11
# More digits than any number has, and numbers that begin as phone numbers do among them.
LIST = re.compile(r"(?<![\w.,-])(?:\+|\(?0)\d*(?:[ ().\n/-]{0,3}\+?\d){15,400}(?![\w])")
GROUP = re.compile(r"\+?\d+")
BETWEEN = re.compile(r"\n| [/-] |.\+")  # two numbers
MOST_GROUPS = 7  # that a number is written in
TRUNK = re.compile(r"0(?=\d{6})|[18](?=\d{10}\Z)")  # what stands before a number within its country, in some of them
COUNTRIES = ("GB", "DE", "FR", "IT", "NL", "AU", "CH", "AT", "IE")


def phones(plain: str, spared: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where phone numbers stand in a normal text; `spared` are amounts, dates and times."""
    yield from _listed(plain)
    labelled = {each.start for each in references(plain) if each.label}
    for start, end in telephones(plain, spared):
        if start in labelled or names_thing(plain, start):
            continue
        if CUE.search(plain, max(0, start - WINDOW), start) or looks_like_one(plain[start:end]):
            yield start, end


def _listed(plain: str) -> Iterator[tuple[int, int]]:
    """Phone numbers that stand so close to each other that they read like one that is too long."""
    for run in LIST.finditer(plain):
        groups = [match.span() for match in GROUP.finditer(plain, run.start(), run.end())]
        at = 0
        while at < len(groups):
            ends = range(min(len(groups), at + MOST_GROUPS), at, -1)
            spans = ((end, groups[at][0], groups[end - 1][1]) for end in ends)
            end, start, stop = next((each for each in spans if _fits(plain[each[1] : each[2]])), (at + 1, 0, 0))
            if stop:
                yield start, stop
            at = end


@lru_cache(maxsize=512)
def _fits(shown: str) -> bool:
    digits = sum(map(str.isdigit, shown))
    if not FEWEST <= digits <= MOST or BETWEEN.search(shown):
        return False
    return read_number(shown, None) is not None if shown[0] == "+" else any(valid(shown, each) for each in COUNTRIES)


def looks_like_one(shown: str) -> bool:
    """Whether digits that nothing is said of are written as phone numbers are."""
    digits = sum(map(str.isdigit, shown))
    if IP.fullmatch(shown):
        return False
    if ABROAD.match(shown):
        return digits >= FEWEST
    return digits >= FEWEST and not (digits == len(shown) > MOST_UNBROKEN)


def number_key(shown: str) -> str:
    """The digits, behind a plus where the country's are among them, and then without the trunk prefix."""
    digits = "".join(filter(str.isdigit, shown))
    if not ABROAD.match(shown):
        return digits
    number = read_number(shown, None)
    if number is None:
        return f"+{digits.removeprefix('00')}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def same_number(one: str, other: str) -> bool:
    """Whether two keys are of one number: equal but for the prefix of a country or a trunk that one may lack."""
    if one == other:
        return True
    if one.startswith("+") and other.startswith("+"):
        return False
    inland = [each for each in (one, other) if not each.startswith("+")]
    bare = [each[1:] if TRUNK.match(each) else each for each in inland]
    if len(inland) > 1:
        return bare[0] == bare[1]
    abroad = other if inland[0] is one else one
    prefixes = [abroad[1:].removesuffix(each) for each in (inland[0], bare[0]) if abroad.endswith(each)]
    return any(not prefix or int(prefix) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE for prefix in prefixes)
