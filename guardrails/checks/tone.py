"""Flags a reply that blames, mocks or snaps: one such sentence loses the customer whatever else is offered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guardrails.levels import CheckModel, at_level, level_reading
from guardrails.reproaches import insult
from guardrails.types import Draft, Reading, Scale

WORST = 2
REASONS = (
    "",
    "A customer with this complaint may find this cold, curt or too cheerful.",
    "This blames or belittles the customer.",
)
ADVICE = (
    None,
    "Say this as one person to another: plainly and warmly.",
    "Remove this sentence: never blame, mock or lecture the customer.",
)


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone property of checks.md: levels 0 to 2."""

    model: CheckModel
    name: str = "tone"
    scale: Scale = Scale(2, "at_most")  # noqa: RUF009  # immutable

    def read(self, draft: Draft) -> Reading:
        """The level that the check model reads, but an insult in so many words is rude."""
        reading = level_reading(self.model, draft, self.name, REASONS, ADVICE)
        words = insult(draft.text, REASONS[WORST])
        if reading.level is not None and reading.level < WORST and words is not None:
            return at_level(reading, WORST, words, ADVICE[WORST])
        # Level 1 is told and never fails: readers themselves hardly agree on it.
        return replace(reading, advise_anyway=reading.level == 1)
