"""Flags a cause that is given to make the company's part smaller: the customer hears that nobody is responsible."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.levels import CheckModel, at_level, level_reading
from guardrails.reproaches import blame
from guardrails.types import Draft, Reading, Scale

WORST = 2
REASONS = (
    "",
    "A cause is given here without making the company's part smaller.",
    "This gives a cause that makes the company's part smaller.",
)
ADVICE = (
    None,
    "Leave out the explanation: say only what will be done.",
    "Remove this excuse. Own what happened, and say what will be done instead of why it happened.",
)


@dataclass(frozen=True, slots=True)
class Excuses:
    """The excuses property of checks.md: levels 0 to 2."""

    model: CheckModel
    name: str = "excuses"
    scale: Scale = Scale(2, "at_most")  # noqa: RUF009  # immutable

    def read(self, draft: Draft) -> Reading:
        """The level that the check model reads, but blame or playing down in so many words is an excuse."""
        reading = level_reading(self.model, draft, self.name, REASONS, ADVICE)
        words = blame(draft.text, REASONS[WORST])
        if reading.level is None or reading.level == WORST or words is None:
            return reading
        return at_level(reading, WORST, words, ADVICE[WORST])
