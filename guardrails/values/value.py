"""The noun of value extraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["money", "percent", "date", "time", "duration", "number"]
TITLES: dict[Kind, str] = {
    "money": "amount",
    "percent": "percentage",
    "date": "date",
    "time": "time",
    "duration": "length of time",
    "number": "number",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a text states: where, and the keys that the same value has in any spelling.

    A text that has one of the keys states this value too; more keys than one mean an ambiguous spelling.
    """

    kind: Kind
    start: int
    end: int
    keys: frozenset[str]
