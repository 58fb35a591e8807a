"""Collects the people of a case, from its fields and from where its texts name somebody, and invents them anew."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence

from evals.importing.invented_names import COMMON_GIVEN, GIVEN, SURNAMES
from evals.importing.persons import LETTERS, SHORTEST_MISSPELT, UNSPACED, Part, Persons, fold
from guardrails.values.name_words import ALSO_WORDS, NOBODY, PARTICLES, TITLES
from guardrails.values.names import ACTOR, GENERIC, GREETING, INTRODUCED, TITLED, candidates
from guardrails.values.normal import normal

CALLED = re.compile(
    r"\b(?:name(?:d| is| was|'s)?|called|a certain|colleague|driver|courier|engineer|tech(?:nician)?|manager|waiter"
    r"|waitress|agent|clerk|nurse|rep|girl|guy|lady|man|woman|boss|son|daughter|wife|husband|mother|father|mum|mom|dad"
    r"|brother|sister|friend|neighbour|neighbor|partner|aunt|uncle),? [\"'(]?"
    r"(?P<name>[A-ZÀ-Þ][a-zà-ÿ]{2,}(?: [A-ZÀ-Þ][a-zà-ÿ]{2,})?)\b"
)
APOSTROPHE = re.compile(r"(?<![^\W_])([ODL])['’]([^\W\d_]+)", re.IGNORECASE)
ENDINGS = ("wyn", "son", "ley", "dale")  # for when the names are used up
PERSON = re.compile(r"\s+(?:and|und|et|y|or)\s+|[&/;]|\s[-–]\s")
SURE = (GREETING, TITLED, INTRODUCED, ACTOR)
TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def known_persons(names: Iterable[str], texts: Sequence[str], spared: str, roles: str, key: bytes) -> Persons:
    """The people that a case names, and those that its texts greet, introduce or let sign.

    `spared` is the brand, whose words stay; `roles` are teams and titles, which are nobody's names. The invented
    names are chosen by `key`, and none stands in the texts already.
    """
    words = {fold(match.group()) for text in texts for match in LETTERS.finditer(text)}
    invented = _Invented(key, words)
    persons = Persons(spared=frozenset(fold(match.group()) for match in LETTERS.finditer(spared)))
    for name in names:
        _add_known(persons, name, invented)
    small = {match.group() for text in texts for match in LETTERS.finditer(text) if match.group().islower()}
    nobody = (
        NOBODY
        | {fold(match.group()) for match in LETTERS.finditer(f"{spared} {roles}")}
        | {fold(each) for each in small}
    )
    for found in _discovered(texts):
        parts = [each for each in found if each not in nobody and each not in persons.parts and each not in ALSO_WORDS]
        for at, each in enumerate(parts):
            surname = at > 0 and at == len(parts) - 1
            persons.parts[each] = Part(invented.next(surname=surname), surname, known=False)
    return persons


class _Invented:
    """Gives names in an order that only the key knows."""

    def __init__(self, key: bytes, taken: set[str]) -> None:
        def order(name: str) -> bytes:
            return hmac.digest(key, name.encode(), hashlib.sha256)

        self._given = [name for name in sorted(GIVEN, key=order) if fold(name) not in taken]
        self._surnames = [name for name in sorted(SURNAMES, key=order) if fold(name) not in taken]
        self._given_out = [0, 0]

    def next(self, *, surname: bool) -> str:
        """The next name; when there are no more, one with an ending."""
        names = self._surnames if surname else self._given
        at = self._given_out[surname]
        self._given_out[surname] += 1
        if at < len(names):
            return names[at]
        every = SURNAMES if surname else GIVEN
        return every[at % len(every)] + ENDINGS[at // len(every) % len(ENDINGS)]


def _add_known(persons: Persons, name: str, invented: _Invented) -> None:
    for person in PERSON.split(_in_order(normal(name))):
        if re.search(r"[\d_]", person):
            persons.whole[person.strip()] = f"customer_{len(persons.whole) + 1}"
        if UNSPACED.search(person):
            persons.whole[person.strip()] = f"{invented.next(surname=False)} {invented.next(surname=True)}"
            continue
        keys = [fold(match.group()) for match in LETTERS.finditer(person)]
        titled = bool(keys) and keys[0] in TITLES
        kept = [each for each in keys if each not in TITLES | PARTICLES | NOBODY and len(each) > 1]
        for at, each in enumerate(kept):
            surname = (at > 0 and at == len(kept) - 1) or (titled and len(kept) == 1)
            if each not in persons.parts:
                persons.parts[each] = Part(invented.next(surname=surname), surname, known=True)
        for match in LETTERS.finditer(person):
            _add_spellings(persons, match.group())
        for match in APOSTROPHE.finditer(person):
            if part := persons.parts.get(fold(match.group(2))):
                persons.parts.setdefault(fold(match.group(1) + match.group(2)), part)
        if len(kept) > 1:
            _add_joined(persons, kept)


def _add_joined(persons: Persons, kept: Sequence[str]) -> None:
    """The spellings that run together, other spellings of letters, and the initials."""
    new = [persons.parts[each].new for each in kept]
    persons.parts.setdefault("".join(kept), Part("".join(new), surname=False, known=True))
    persons.parts.setdefault(kept[0] + kept[-1], Part(new[0] + new[-1], surname=False, known=True))
    persons.initials["".join(each[0] for each in kept)] = "".join(each[0] for each in new)
    persons.initials[kept[0][0] + kept[-1][0]] = new[0][0] + new[-1][0]


def _add_spellings(persons: Persons, word: str) -> None:
    """Add "Mueller" for "Müller", and the other way round."""
    part = persons.parts.get(fold(word))
    if part is None:
        return
    persons.parts.setdefault(fold(word.casefold().translate(TWO_LETTERS)), part)
    if len(word) > SHORTEST_MISSPELT:
        persons.parts.setdefault(re.sub(r"(?<=[aou])e", "", fold(word)), part)


def _in_order(name: str) -> str:
    """Turn "Okafor, Dana" into "Dana Okafor", and "Priya Nair, Customer Care" into "Priya Nair"."""
    first, comma, rest = name.partition(",")
    if not comma:
        return name
    words = [fold(match.group()) for match in LETTERS.finditer(rest)]
    if any(each in GENERIC for each in words):
        return first
    return f"{rest} {first}" if len(first.split()) == 1 else name.replace(",", " and ")


def _discovered(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The words of names that are no part of the case's own fields, from where texts name people."""
    for text in texts:
        plain = normal(text)
        sure = {match.start("name") for pattern in SURE for match in pattern.finditer(plain)}
        for each in candidates(plain):
            if each.parts and (each.start in sure or each.parts[0] in COMMON_GIVEN or not _is_pair(plain, each.start)):
                yield tuple(fold(part) for part in each.parts)
        for match in CALLED.finditer(plain):
            parts = [fold(each) for each in match.group("name").split()]
            if parts[0] not in GENERIC and all(each not in GENERIC for each in parts):
                yield tuple(parts)
        for match in LETTERS.finditer(plain):
            if match.group()[0].isupper() and fold(match.group()) in COMMON_GIVEN:
                yield (fold(match.group()),)


def _is_pair(plain: str, start: int) -> bool:
    """Whether only two capitals make a name of it, as they do of a product."""
    return bool(re.search(r"[a-z,;)] \Z", plain[max(0, start - 2) : start]))
