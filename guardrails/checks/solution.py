"""Flags a reply that offers nothing concrete: the customer is left where they were."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.investigations import promise_to_find_out
from guardrails.levels import CheckModel, at_level, level_reading
from guardrails.types import Draft, Finding, Reading, Scale

CONCRETE = 2
SURE = 0.6  # above every uncertain band worth having: no second opinion is needed
FINDS_OUT = "This says who finds out what, and that the customer will be told."
REASONS = ("", "Something will happen here, but not what.", "This is something definite for this problem.")
ADVICE = (
    "Offer one authorised remedy for this problem, and say what will be done and when.",
    "Say what exactly will be done for this problem, by whom and when, out of the authorised remedies.",
    None,
)


@dataclass(frozen=True, slots=True)
class Solution:
    """The solution property of checks.md: levels 0 to 2."""

    model: CheckModel
    name: str = "solution"
    scale: Scale = Scale(2, "at_least")  # noqa: RUF009  # immutable

    def read(self, draft: Draft) -> Reading:
        """The level that the check model reads, or that of a promise to find out, with the words that decided it."""
        reading = level_reading(self.model, draft, self.name, REASONS, ADVICE)
        if reading.skipped or (reading.level == CONCRETE and reading.at_least[-1] >= SURE):
            return reading
        promise = promise_to_find_out(draft.text)
        if promise is None:
            return reading
        return at_level(reading, CONCRETE, Finding(promise.start, promise.end, FINDS_OUT), None)
