"""What may be limited, as values: rates of requests, calls at once, and tokens a day; and whose limits count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

import limits
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

RouteClass = Literal["drafting", "checking", "reading"]
CLASSES: tuple[RouteClass, ...] = get_args(RouteClass)
# Whatever is not here is reading: what costs about as much as to read, small writes among it.
COSTLY: Mapping[tuple[str, str], RouteClass] = {
    ("POST", "/v1/drafts"): "drafting",
    ("POST", "/v1/batches"): "drafting",
    ("POST", "/v1/checks"): "checking",
}
AGAIN = re.compile(r"/v1/drafts/[^/]+/again")
DAY_S = 86_400
MOST = 1_000_000_000
MOST_RATES = 4
RATE_CHARACTERS = 200
AT_ONCE, TOKENS = "at_once", "tokens_per_day"
NO_LIMIT, USUAL = "none", "default"  # how commands spell them
HOW = "must be like `10/second` or `10/second, 200/minute`: at most 4, up to a day, each for another time"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests (at least 1) in so many seconds (at least 1)."""

    amount: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one caller may do; rates have the shortest time first, and None is no limit."""

    drafting: tuple[Rate, ...] = ()
    checking: tuple[Rate, ...] = ()
    reading: tuple[Rate, ...] = ()
    at_once: int | None = None
    tokens_per_day: int | None = None

    def rates(self, kind: RouteClass) -> tuple[Rate, ...]:
        """Those of a class of routes."""
        return {"drafting": self.drafting, "checking": self.checking, "reading": self.reading}[kind]

    def tokens_for(self, kind: RouteClass) -> int | None:
        """The tokens that are looked at before a request of this class: only drafts spend any."""
        return self.tokens_per_day if kind == "drafting" else None

    def concern(self, kind: RouteClass) -> bool:
        """Whether anything limits a request of this class."""
        return self.at_once is not None or bool(self.rates(kind)) or self.tokens_for(kind) is not None


def class_of(method: str, path: str) -> RouteClass:
    """The class of a request."""
    if method == "POST" and AGAIN.fullmatch(path):
        return "drafting"
    return COSTLY.get((method, path), "reading")


def read_rates(text: str) -> tuple[Rate, ...]:
    """Rates as settings and commands spell them.

    Raises:
        ValueError: it is none, or one that cannot be counted.
    """
    if len(text) > RATE_CHARACTERS:
        raise ValueError(HOW)
    try:
        items = limits.parse_many(text)
    except ValueError:
        raise ValueError(HOW) from None
    rates = sorted((Rate(item.amount, item.get_expiry()) for item in items), key=lambda rate: rate.seconds)
    within = all(0 < rate.amount <= MOST and 0 < rate.seconds <= DAY_S for rate in rates)
    if not within or len(rates) > MOST_RATES or len({rate.seconds for rate in rates}) < len(rates):
        raise ValueError(HOW)
    return tuple(rates)


class OwnLimits(BaseModel):
    """The limits of one key where they differ from those of the settings; null is none, and absent is as the settings.

    What a newer version may know besides is left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    drafting: str | None = None
    checking: str | None = None
    reading: str | None = None
    at_once: int | None = Field(default=None, ge=1, le=MOST)
    tokens_per_day: int | None = Field(default=None, ge=0, le=MOST)

    @field_validator(*CLASSES)
    @classmethod
    def _countable(cls, value: str | None) -> str | None:
        if value is not None:
            read_rates(value)
        return value


@lru_cache(maxsize=4096)
def limits_of(own: str, usual: Limits) -> Limits:
    """The limits of a key whose own ones are kept in these words; what cannot be read counts as the usual ones."""
    try:
        given = OwnLimits.model_validate_json(own or "{}")
    except ValidationError:
        return usual
    changes: dict[str, tuple[Rate, ...] | int | None] = {}
    for name in given.model_fields_set:
        value = getattr(given, name)
        changes[name] = (read_rates(value) if value else ()) if name in CLASSES else value
    return replace(usual, **changes)  # type: ignore[arg-type]  # by name: each has the type of its field
