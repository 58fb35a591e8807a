"""What grounding and remedies share: a model marks the words of a draft that its case does not support."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from guardrails.types import Draft

SHORT = 25  # words: of a shorter text the model has too little to read, and rules decide alone
GAP = 3  # words between two marked ones that belong to the same clause
# No mark inside a number, a time or an address ends anything.
STOP = re.compile(r"[.!?](?=\s)|\n")
END = re.compile(r"[.,;:!?](?=\s|\Z)|[()\n]")
BARE = " \n\t.,;:!?-\u2013()"


class Place(NamedTuple):
    """A token of the draft: where it stands, and the logit of being at fault."""

    start: int
    end: int
    logit: float


@dataclass(frozen=True, slots=True)
class Marked:
    """What the model says of one check: whether the draft fails, the words at fault, and every token."""

    faulty: bool
    spans: tuple[tuple[int, int], ...]
    chance: float  # calibrated, that the draft fails
    credible: bool = True  # whether what rules find in the words may be right
    places: tuple[Place, ...] = ()
    doubt: float = 0.0  # the logit from which on the model doubts a value that the rules cannot derive

    def doubts(self, start: int, end: int) -> bool:
        """Whether the model doubts these words too, or has not read them."""
        found = [place.logit for place in self.places if place.start < end and start < place.end]
        return not found or max(found) >= self.doubt


@dataclass(frozen=True, slots=True)
class SupportReading:
    """Statements that nothing supports, and promises that nobody authorised."""

    grounding: Marked
    remedies: Marked


class SupportModel(Protocol):
    """Who compares a draft with its case."""

    def read(self, draft: Draft) -> SupportReading:
        """The words at fault; raises ValueError for a draft without context."""


def readable(text: str) -> bool:
    """Whether a draft is long enough for the model."""
    return len(text.split()) >= SHORT


def clauses_of(text: str, tokens: Sequence[Place]) -> list[tuple[int, int]]:
    """Neighbouring tokens as words of one clause: without white space and marks at their ends."""
    found: list[tuple[int, int]] = []
    for token in tokens:
        if found and goes_on(text, found[-1][1], token.start):
            found[-1] = (found[-1][0], token.end)
        else:
            found.append((token.start, token.end))
    ends = [-1, *(match.start() for match in END.finditer(text)), len(text)]
    merged: list[tuple[int, int]] = []
    for start, end in (widened(text, *span, ends) for span in found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def goes_on(text: str, start: int, end: int) -> bool:
    """Whether a few words at most stand between these places, and no sentence ends there."""
    return len(text[start:end].split()) <= GAP and not STOP.search(text[start : end + 1])


def widened(text: str, start: int, end: int, ends: Sequence[int]) -> tuple[int, int]:
    """These words as far as the clause goes, without white space and marks at its ends; `ends` has those of clauses.

    Where nothing but marks stands there, as in a list's last "-", these stay.
    """
    begins = ends[bisect_left(ends, start) - 1] + 1
    stops = ends[bisect_left(ends, end)]
    piece = text[begins:stops]
    if not piece.strip(BARE):
        return start, end
    return begins + len(piece) - len(piece.lstrip(BARE)), begins + len(piece.rstrip(BARE))
