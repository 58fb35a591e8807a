"""What of a person is kept from remote models, and the words that stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["EMAIL", "PHONE", "CARD", "ACCOUNT", "IDENTITY", "NAME"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Found:
    """Something that identifies a person: where it stands, and the key that every spelling of it shares."""

    kind: Kind
    start: int
    end: int
    key: str
