"""Takes out of a case what tells who its people are, and puts invented things of the same form in place of it.

What stays: the brand (a business is no person), amounts, dates and times (the checks compare them), and what people
say of themselves in words of their own. Names that no field of the case gives, nicknames and numbers spelt in words
are found as well as a list of rules can find them: read a case before you share it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import JsonValue

from evals.importing.disguises import Disguises
from evals.importing.identifiers import Found, Kind, doubts, identifiers
from evals.importing.known_persons import known_persons
from evals.importing.persons import LETTERS, Persons, fold
from guardrails.types import Complaint, Context, Contract
from guardrails.values.name_words import ALSO_WORDS
from guardrails.values.normal import INVISIBLE, normal
from service.schemas import Options

KEPT = frozenset(
    """
    complaint.channel context.brand context.now context.history.from options.policy options.delivery options.situation
    """.split()
)
NAMES = frozenset(("complaint.customer_name", "context.agent.name", "context.follow_up.person"))
REFERENCES = frozenset(("ref", "context.customer_ref"))
ROLES = frozenset(("context.agent.role", "context.follow_up.team"))
HIDDEN = re.compile(rf"(?<=\w)[{INVISIBLE}]+(?=\w)")
SHORTEST_RESIDUE = 4  # letters or digits that must not be found again


class Correspondence(Contract):
    """A case with its draft and what was sent in its place; `ref` is the caller's own name for it."""

    complaint: Complaint
    context: Context
    options: Options | None
    draft: str | None
    sent: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class Redacted:
    """The same with nobody in it.

    `bare` are its texts, the complaint first, with marks where something stood: they do not depend on the key.
    `replaced` counts what was replaced, by kind; `doubts` say what could not be decided, and then it must not be kept.
    """

    data: dict[str, JsonValue]
    bare: tuple[str, ...]
    replaced: dict[Kind, int]
    doubts: tuple[str, ...]


def redact(given: Correspondence, key: bytes) -> Redacted:
    """Redact a case with all its texts together, so that each thing has one disguise in all of them.

    `key` should be random: it decides which disguises are taken.
    """
    data = _cleaned(given.model_dump(mode="json", by_alias=True, exclude_none=True))
    assert isinstance(data, dict)
    return _Redaction(data, key).done()


@dataclass(frozen=True, slots=True)
class _Replacement:
    start: int
    end: int
    kind: Kind
    new: str


class _Redaction:
    """One case under redaction."""

    def __init__(self, data: dict[str, JsonValue], key: bytes) -> None:
        self._data = data
        self._key = key
        self._replaced: Counter[Kind] = Counter()
        self._bare: list[str] = []

    def done(self) -> Redacted:
        """The whole of it."""
        data = self._walk(self._data)
        assert isinstance(data, dict)
        unsure = {each for text in self._texts for each in doubts(text, self._now, self._found(text))}
        unsure.update(self._residue("\n".join(text for name, text in strings(data) if name not in KEPT)))
        return Redacted(data, tuple(self._bare), dict(self._replaced), tuple(sorted(unsure)))

    @cached_property
    def _texts(self) -> list[str]:
        return [text for name, text in strings(self._data) if name not in KEPT]

    @cached_property
    def _now(self) -> datetime | None:
        found = [text for name, text in strings(self._data) if name == "context.now"]
        return datetime.fromisoformat(found[0]) if found else None

    @cached_property
    def _references(self) -> tuple[str, ...]:
        """What needs no label to be a reference: the caller's own."""
        own = (text for name, text in strings(self._data) if name in REFERENCES)
        return tuple(text for text in own if len(text) >= SHORTEST_RESIDUE)

    @cached_property
    def _disguises(self) -> Disguises:
        own = [text for name, text in strings(self._data) if name.startswith("context.") and "history" not in name]
        ours = {(each.kind, each.key) for text in own for each in self._found(text)}
        return Disguises(self._key, [each for text in self._texts for each in self._found(text)], frozenset(ours))

    @cached_property
    def _persons(self) -> Persons:
        named = [text for name, text in strings(self._data) if name in NAMES]
        roles = " ".join(text for name, text in strings(self._data) if name in ROLES)
        brand = " ".join(text for name, text in strings(self._data) if name == "context.brand")
        return known_persons(named, self._texts, brand, roles, self._key)

    def _found(self, text: str) -> tuple[Found, ...]:
        found = identifiers(text, self._now, self._references)
        return tuple(each for each in found if each.kind != "user name" or not self._is_brand(each.key))

    def _is_brand(self, user_name: str) -> bool:
        name, brand = _squeezed(user_name), self._brand
        return bool(name) and bool(brand) and (name in brand or brand in name)

    @cached_property
    def _brand(self) -> str:
        return _squeezed("".join(text for name, text in strings(self._data) if name == "context.brand"))

    def _walk(self, value: JsonValue, name: str = "") -> JsonValue:
        if isinstance(value, dict):
            return {key: self._walk(inner, f"{name}.{key}".lstrip(".")) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._walk(inner, name) for inner in value]
        if not isinstance(value, str) or name in KEPT:
            return value
        return self._text(value, names_alone=name in NAMES)

    def _text(self, text: str, *, names_alone: bool) -> str:
        pieces: list[str] = []
        bare: list[str] = []
        at = 0
        for each in self._replacements(text):
            pieces += text[at : each.start], each.new
            bare += text[at : each.start], f"<{each.kind}>"
            at = each.end
            self._replaced[each.kind] += 1
        whole = "".join((*pieces, text[at:]))
        if names_alone and (named := self._persons.whole_name(text)) != text:
            self._replaced["name"] += whole == text
            whole, bare, at = named, ["<name>"], len(text)
        self._bare.append("".join((*bare, text[at:])))
        return whole

    def _replacements(self, text: str) -> Iterator[_Replacement]:
        found = self._found(text)
        taken = {place for each in found for place in range(each.start, each.end)}
        names = [
            _Replacement(name.start, name.end, "name", name.new)
            for name in self._persons.find(normal(text))
            if taken.isdisjoint(range(name.start, name.end))
        ]
        others = [
            _Replacement(each.start, each.end, each.kind, self._disguises.of(each, text[each.start : each.end]))
            for each in found
        ]
        end = 0
        for replacement in sorted((*others, *names), key=lambda each: (each.start, -each.end)):
            if replacement.start >= end:
                end = replacement.end
                yield replacement

    def _residue(self, whole: str) -> Iterator[str]:
        """What stands in the result although it should be gone: a rule of ours is wrong then."""
        words = {fold(match.group()) for match in LETTERS.finditer(whole)}
        brand = self._persons.spared
        for name, part in self._persons.parts.items():
            if part.known and len(name) >= SHORTEST_RESIDUE and name in words and name not in ALSO_WORDS | brand:
                yield "a name that could not be taken out everywhere"
        squeezed = _squeezed(whole)
        for each in {each for text in self._texts for each in self._found(text)}:
            bare = _squeezed(each.key)
            if each.kind in ("phone number", "card", "bank account", "e-mail address") and bare in squeezed:
                yield f"a {each.kind} that could not be taken out everywhere"


def strings(value: JsonValue, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value, with the dotted name of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{name}.{key}".lstrip("."))


def _cleaned(value: JsonValue) -> JsonValue:
    """The same with composed letters and nothing invisible inside of words, where it would hide them from the rules."""
    if isinstance(value, str):
        return HIDDEN.sub("", unicodedata.normalize("NFC", value))
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return value


def _squeezed(text: str) -> str:
    """Letters and digits alone, in one case."""
    return "".join(character for character in normal(text).upper() if character.isalnum())
