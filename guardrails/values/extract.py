"""Every value that a text states, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from guardrails.values.amounts import amounts, figures
from guardrails.values.any_case import AnyCase
from guardrails.values.calendar import dates
from guardrails.values.clock import durations, times
from guardrails.values.contacts import contacts
from guardrails.values.normal import normal
from guardrails.values.numbers import parse, shown
from guardrails.values.references import references
from guardrails.values.value import Value

HAS_VALUE = AnyCase(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thir|four|fif|six|seven|eigh|nine"
    r"|twen"
    r"|for|hundred|"
    r"thousand|million|dozen|couple|one|an?|half|noon|midday|midnight|to|yester|to|this|next|last|day|mon"
    r"|tue|wed"
    r"|thu|fri|sat|sun|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|the|within)",
)
LIST_NUMBER = re.compile(r"(?:\A|\n)\s*\(?\Z")
NUMBERED = re.compile(r"\b(?:step|option|point|part|item|question|phase|choice)s? \(?\Z", re.IGNORECASE)
IDIOM = re.compile(
    r"(?:apologies|thanks|pardons|fold|cents' worth|-way|-star|-step|-time|-factor)\b",
    re.IGNORECASE,
)
FEW = 2  # so few, in words, are seldom a count that matters
STRUCTURE = re.compile(
    r"(?:two|three|four|both) (?:(?:different|separate|possible|simple|quick|clear|more|other) )?"
    r"(?:things|options|ways|choices|possibilities|answers|questions|points|reasons|requests|steps|parts"
    r"|sides"
    r"|alternatives)\b",
    re.IGNORECASE,
)
PART_OF_NUMBER = re.compile(r"\d[_.,']\Z")
ROUND = re.compile(r"(?:an? |\w+ )?(?:hundred|thousand|million)")
VERSION = re.compile(r"(?<![\w.])v?\d+(?:\.\d+){2,4}(?![\w.]*\w@)")


@lru_cache(maxsize=512)
def values(text: str, now: datetime | None) -> tuple[Value, ...]:
    """The amounts, dates, times, durations and plain numbers of a text, in order; contacts and references are none."""
    if not HAS_VALUE.search(text):
        return ()
    plain = normal(text)
    taken = Taken()
    for contact in contacts(plain):
        taken.take(contact.start, contact.end)
    found = list(taken.free(chain(amounts(plain))))
    found += taken.free(dates(plain, now))
    found += taken.free(chain(durations(plain), times(plain)))
    for reference in references(plain):
        taken.take(reference.start, reference.end)
    found += taken.free(numbers(plain))
    return tuple(sorted(found, key=lambda value: (value.start, value.end)))


class Taken:
    """Which characters of a text already belong to a value."""

    def __init__(self) -> None:
        self.characters: set[int] = set()

    def take(self, start: int, end: int) -> bool:
        """Claim these characters; False where one of them is claimed already."""
        span = range(start, end)
        if not self.characters.isdisjoint(span):
            return False
        self.characters.update(span)
        return True

    def free(self, found: Iterable[Value]) -> list[Value]:
        """The values whose characters are free, the earlier and longer ones first; values on the same span stay."""
        kept: list[Value] = []
        for value in sorted(found, key=lambda each: (each.start, -each.end)):
            again = bool(kept) and (kept[-1].start, kept[-1].end) == (value.start, value.end)
            if again or self.take(value.start, value.end):
                kept.append(value)
        return kept


def numbers(text: str) -> Iterator[Value]:
    """Counts and other plain numbers; numbers of list items, idioms and "one" are none."""
    for match in VERSION.finditer(text):
        yield Value("number", match.start(), match.end(), frozenset((f"v{match.group().lstrip('v')}",)))
    for match in figures(text):
        word = match.group().lower()
        value = parse(word)
        if value is None or PART_OF_NUMBER.search(text, max(0, match.start() - 2), match.start()):
            continue
        if vague(word, value) or STRUCTURE.match(text, match.start()) or listed(text, match):
            continue
        if not IDIOM.match(text[match.end() : match.end() + 14].lstrip()):
            yield Value("number", match.start(), match.end(), frozenset((f"n{shown(value)}",)))


def vague(word: str, value: Decimal) -> bool:
    """Whether number words count nothing: "one", "a thousand", "a couple"."""
    if not word[0].isalpha():
        return False
    return value <= FEW or word.startswith("a couple") or bool(ROUND.fullmatch(word))


def listed(text: str, match: re.Match[str]) -> bool:
    """Whether a number only counts an item of a list or a step."""
    before = text[max(0, match.start() - 12) : match.start()]
    if text[match.end() : match.end() + 1] in (".", ")") and LIST_NUMBER.search(before):
        return True
    return bool(NUMBERED.search(before))
