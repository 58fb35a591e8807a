"""Flags a reply that does not say the problem back: the customer cannot tell whether it was understood."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.levels import CheckModel, level_reading
from guardrails.types import Draft, Reading, Scale

REASONS = ("", "This points at the problem without saying it.", "The problem is said back here.")
ADVICE = (
    "Say in one sentence what went wrong for this customer, in the customer's own words.",
    "Instead of 'your experience' or 'this issue', say what went wrong for this customer.",
    None,
)
ADVICE = (
    "Say in one sentence what went wrong for this customer, in the customer's own words.",
    "Instead of 'your experience' or 'this issue', say what went wrong for this customer.",
    None,
)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The acknowledgement property of checks.md: levels 0 to 2."""

    model: CheckModel
    name: str = "acknowledgement"
    scale: Scale = Scale(2, "at_least")  # noqa: RUF009  # immutable

    def read(self, draft: Draft) -> Reading:
        """The level that the check model reads, with the words that decided it."""
        return level_reading(self.model, draft, self.name, REASONS, ADVICE)
