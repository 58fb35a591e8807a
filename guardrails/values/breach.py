"""A broken rule, and the words of a draft that break it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.values.normal import normal


class Undecided(Exception):
    """No machine can tell whether the draft keeps this rule."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: where (no words for an absence), why, and what to do."""

    spans: tuple[tuple[int, int], ...]
    reason: str
    advice: str


def found(spans: tuple[tuple[int, int], ...], text: str, told: str) -> Iterator[Breach]:
    """A breach by words that stand in the draft."""
    if spans:
        words = ", ".join(dict.fromkeys(f"'{' '.join(text[start:end].split())}'" for start, end in spans))
        yield Breach(spans, told, f"Remove {words}. {told}")


def banned(text: str, phrases: tuple[str, ...]) -> Iterator[Breach]:
    """Phrases that the policy bans, as whole words, whatever their case and spaces."""
    plain = normal(text)
    for phrase in phrases:
        words = [re.escape(word) for word in normal(phrase).split()]
        if not words:
            continue
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)
        spans = tuple(match.span() for match in pattern.finditer(plain))
        if spans:
            yield Breach(
                spans,
                f"The policy bans '{phrase}'.",
                f"Remove '{phrase}'; say it in other words or not at all.",
            )
