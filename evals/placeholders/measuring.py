"""Measures how many planted identifiers are found, and how much of what is found was planted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from guardrails.types import Contract
from service.placeholders.finding import find
from service.placeholders.kinds import KINDS, Found, Kind
from service.placeholders.names import names_of

TEXTS = Path(__file__).with_name("texts.jsonl")
MARK = re.compile(r"⟦([A-Z]+)\|([^⟧]*)⟧")
Part = Literal["tuning", "held_out"]
PARTS: tuple[Part, ...] = get_args(Part)


class Planted(Contract):
    """A text in which `⟦KIND|...⟧` marks what should be found; `customer_name` is the field of the case."""

    id: str
    part: Part
    customer_name: str | None = None
    text: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A planted identifier in the text without marks."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text without its marks, and what was planted in it."""

    id: str
    part: Part
    names: Sequence[str]
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one kind: how many were planted and found of them, and how many were found and planted of them."""

    planted: int
    hit: int
    found: int
    right: int

    @classmethod
    def sum_of(cls, several: Iterable[Figures]) -> Figures:
        """The figures of several kinds together."""
        return cls(*map(sum, zip(*(astuple(each) for each in several), strict=True)))

    @property
    def recall(self) -> float:
        """The share of what was planted that was found whole."""
        return self.hit / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that lies in something planted of that kind."""
        return self.right / self.found if self.found else 1.0


def read_texts(path: Path = TEXTS) -> list[Text]:
    """Every text of the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [unmarked(Planted.model_validate(json.loads(line))) for line in lines]


def unmarked(planted: Planted) -> Text:
    """The text without marks, and where they stood."""
    bare, spans, last = "", [], 0
    for match in MARK.finditer(planted.text):
        bare += planted.text[last : match.start()]
        kind = next(each for each in KINDS if each == match[1])
        spans.append(Span(kind, len(bare), len(bare) + len(match[2])))
        bare += match[2]
        last = match.end()
    names = [planted.customer_name] if planted.customer_name else []
    return Text(planted.id, planted.part, names, bare + planted.text[last:], tuple(spans))


def missed(text: Text, found: Iterable[Found]) -> list[Span]:
    """What was planted and is not covered by what was found of its kind, blanks and marks aside."""
    return [
        span for span in text.spans if not _covered(text.text, span, [each for each in found if each.kind == span.kind])
    ]


def wrong(text: Text, found: Iterable[Found]) -> list[Found]:
    """What was found and lies in nothing planted of its kind."""
    return [
        each
        for each in found
        if not any(span.kind == each.kind and span.start <= each.start and each.end <= span.end for span in text.spans)
    ]


@dataclass(frozen=True, slots=True)
class Miss:
    """What went wrong in one text: what was not found, and what was found and planted by nobody."""

    id: str
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def misses(texts: Iterable[Text]) -> Iterator[Miss]:
    """What goes wrong in the texts for tuning; those that are held out are for figures alone."""
    for text in texts:
        found = find(text.text, names_of(text.names))
        unfound = tuple(text.text[each.start : each.end] for each in missed(text, found))
        unplanted = tuple(text.text[each.start : each.end] for each in wrong(text, found))
        if text.part == "tuning" and (unfound or unplanted):
            yield Miss(text.id, unfound, unplanted)


def _covered(text: str, span: Span, found: Sequence[Found]) -> bool:
    covered = {at for each in found for at in range(each.start, each.end)}
    return all(at in covered for at in range(span.start, span.end) if text[at].isalnum())


def measure(texts: Iterable[Text]) -> dict[Kind, Figures]:
    """The figures of each kind over these texts."""
    counts = {kind: [0, 0, 0, 0] for kind in KINDS}
    for text in texts:
        found = find(text.text, names_of(text.names))
        for span in text.spans:
            counts[span.kind][0] += 1
            counts[span.kind][1] += 1
        for span in missed(text, found):
            counts[span.kind][1] -= 1
        for each in found:
            counts[each.kind][2] += 1
            counts[each.kind][3] += 1
        for each in wrong(text, found):
            counts[each.kind][3] -= 1
    return {kind: Figures(*count) for kind, count in counts.items()}
