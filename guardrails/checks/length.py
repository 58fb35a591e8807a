"""Flags a draft that is longer than its channel allows: it would be cut off, or not be read to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guardrails.types import Channel, Draft, Finding, Reading
from guardrails.values.sizes import count, pieces


@dataclass(frozen=True, slots=True)
class LengthLimit:
    """The most words and characters (Unicode code points) of a reply; None where there is no limit."""

    words: int | None = None
    characters: int | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """Within the channel's limit, and within the words that the case asked for."""

    limits: Mapping[Channel, LengthLimit] = field(default_factory=dict)
    name = "length"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where words or characters pass the limit; the finding is what is too much."""
        limit = self.limit_for(draft)
        words = count(draft.text, "words")
        if limit.words is not None and words > limit.words:
            start, _ = pieces(draft.text, "words")[limit.words]
            return too_long(draft.text, start, words, limit.words, "words")
        if limit.characters is not None and len(draft.text) > limit.characters:
            return too_long(draft.text, limit.characters, len(draft.text), limit.characters, "characters")
        return Reading()

    def limit_for(self, draft: Draft) -> LengthLimit:
        """The channel's limit, the largest one where the channel is unknown, made smaller by `max_words`."""
        known = self.limits.get(draft.channel) if draft.channel else None
        limit = known or LengthLimit(
            largest([each.words for each in self.limits.values()]),
            largest([each.characters for each in self.limits.values()]),
        )
        asked = [words for words in (limit.words, draft.max_words) if words is not None]
        return LengthLimit(min(asked, default=None), limit.characters)


def largest(values: list[int | None]) -> int | None:
    """The largest of several limits, where None is no limit at all."""
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def too_long(text: str, start: int, counted: int, limit: int, unit: str) -> Reading:
    """The reading of a text of which everything from `start` on is too much."""
    reason = f"The reply has {counted} {unit}; the limit is {limit}, and from here on it is too long."
    return Reading(
        faulty=True,
        findings=(Finding(start, len(text), reason),),
        advice=f"Shorten the reply to at most {limit} {unit}: it has {counted}. Keep the apology, the solution "
        "and the contact.",
    )
