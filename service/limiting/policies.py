"""A limit as callers are told of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit and what is left of it, as callers are told: so many `units` in so many `seconds`.

    `reset_s` is when more is left.
    """

    name: str
    quota: int
    seconds: int | None
    units: str
    remaining: int
    reset_s: int | None
