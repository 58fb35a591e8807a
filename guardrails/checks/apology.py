"""Flags a reply that regrets nothing in particular: a formula tells the customer that nobody read the complaint."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guardrails.formulas import has_regret, is_formula
from guardrails.levels import CheckModel, at_level, level_reading
from guardrails.types import Draft, Reading, Scale

HOLLOW = 1
REASONS = (
    "",
    "This apology would fit any complaint.",
    "The apology names what happened to this customer.",
    "The apology names what happened, and the company takes responsibility for it.",
)
ADVICE = (
    "Apologise without 'if' or 'but' for the very thing that happened to this customer, and name it.",
    "Replace the general apology by one that names what happened to this customer and what it cost them.",
    "Say in the apology that this was our mistake.",
    None,
)


@dataclass(frozen=True, slots=True)
class Apology:
    """The apology property of checks.md: levels 0 to 3."""

    model: CheckModel
    name: str = "apology"
    scale: Scale = Scale(3, "at_least")  # noqa: RUF009  # immutable

    def read(self, draft: Draft) -> Reading:
        """The level that the check model reads, but none above 1 where the words alone settle that."""
        reading = level_reading(self.model, draft, self.name, REASONS, ADVICE)
        if reading.level is None or reading.level <= HOLLOW or not settled_as_hollow(draft.text):
            return reading
        finding = next((replace(finding, reason=REASONS[HOLLOW]) for finding in reading.findings), None)
        return at_level(reading, HOLLOW, finding, ADVICE[HOLLOW])


def settled_as_hollow(text: str) -> bool:
    """Whether checks.md leaves no doubt: nothing is regretted, or only in a formula."""
    return not has_regret(text) or is_formula(text)
