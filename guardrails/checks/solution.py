"""Flags a reply that offers nothing concrete: the customer is left where they were."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.levels import CheckModel, level_reading
from guardrails.types import Draft, Reading, Scale

REASONS = ("", "Something will happen here, but not what.", "This is something definite for this problem.")
ADVICE = (
    "Offer one authorised remedy for this problem, and say what will be done and when.",
    "Say what exactly will be done for this problem, by whom and when, out of the authorised remedies.",
    None,
)
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
        """The level that the check model reads, with the words that decided it."""
        return level_reading(self.model, draft, self.name, REASONS, ADVICE)
