"""Flags a reply without a way back to anybody: the customer would have to start again from nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guardrails.levels import CheckModel, at_level, level_reading
from guardrails.types import Draft, Reading, Scale
from guardrails.ways import names_a_way

GENERIC = 1

REASONS = (
    "",
    "This leaves the customer without an address, a person with a channel, or a time.",
    "The customer can use this contact at once.",
    "This names who is responsible, and the way or the time.",
)
ADVICE = (
    "Name who will contact the customer, how and by when, or an address the customer can write to.",
    "Give the follow-up contact of the case: its name, its number or address, and the time.",
    "Add the name of the person or team to the contact.",
    None,
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The follow_up property of checks.md: levels 0 to 3."""

    model: CheckModel
    name: str = "follow_up"
    scale: Scale = Scale(3, "at_least")  # noqa: RUF009  # immutable

    def read(self, draft: Draft) -> Reading:
        """The level that the check model reads, with its words, but none above 1 where no way is named."""
        reading = level_reading(self.model, draft, self.name, REASONS, ADVICE)
        if reading.level is None or reading.level <= GENERIC or names_a_way(draft.text):
            return reading
        finding = next((replace(finding, reason=REASONS[GENERIC]) for finding in reading.findings), None)
        return at_level(reading, GENERIC, finding, ADVICE[GENERIC])
