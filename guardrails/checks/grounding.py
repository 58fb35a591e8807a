"""Flags values, names and events that nothing in the case supports: a customer acts on them, and is let down again."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.languages import reads_english
from guardrails.types import Draft, Finding, Reading
from guardrails.values.claims import claims
from guardrails.values.sources import case_texts
from guardrails.values.support import events_found, of_contacts, of_names, of_values


@dataclass(frozen=True, slots=True)
class Grounding:
    """Every value, name and event of the draft stands in the case or follows from it."""

    name = "grounding"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where something does not; skipped where only the complaint is known.

        In another language than English only amounts, percentages and contacts are read; a draft in which these
        are right is skipped, since its words were not read.
        """
        if not draft.context:
            return Reading(skipped="no_context")
        case = case_texts(draft)
        if not reads_english(draft.text):
            seen = [*of_values(draft, case, in_any_language=True), *of_contacts(draft, case)]
            return reading(seen) if seen else Reading(skipped="unread_language")
        return reading(
            [
                *of_values(draft, case),
                *of_contacts(draft, case),
                *of_names(draft, case),
                *events_found(draft),
                *claims(draft),
            ]
        )


def reading(seen: list[tuple[Finding, str]]) -> Reading:
    """The reading of these findings with their advice, in the order of the text and without overlap."""
    kept: list[tuple[Finding, str]] = []
    for finding, advice in sorted(seen, key=lambda each: (each[0].start, -each[0].end)):
        if not kept or finding.start >= kept[-1][0].end:
            kept.append((finding, advice))
    if not kept:
        return Reading()
    advice = " ".join(dict.fromkeys(each for _, each in kept))
    return Reading(faulty=True, findings=tuple(finding for finding, _ in kept), advice=advice)
