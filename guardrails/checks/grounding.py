"""Flags values, names and events that nothing in the case supports: a customer acts on them, and is let down again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from guardrails.languages import reads_english
from guardrails.support import Marked, SupportModel, readable
from guardrails.types import Draft, Finding, Reading
from guardrails.values.calendar_faults import mismatched
from guardrails.values.claims import claims
from guardrails.values.event_support import events_found
from guardrails.values.roles import mistaken_for_us, taken_for_a_team, taken_on, told_as_own
from guardrails.values.sources import case_texts
from guardrails.values.support import of_contacts, of_values, unknown_values

UNSUPPORTED = "Neither the complaint nor the context says this."


@dataclass(frozen=True, slots=True)
class Grounding:
    """Every value, name and event of the draft stands in the case or follows from it."""

    support: SupportModel
    name = "grounding"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where something does not; skipped where only the complaint is known.

        In another language than English only amounts, percentages and contacts are read; a draft in which these
        are right is skipped, since its words were not read. What rules find in the words of a longer draft stands
        unless the model finds nothing near it; and the model adds what it is sure of.
        """
        if not draft.context:
            return Reading(skipped="no_context")
        if not reads_english(draft.text):
            case = case_texts(draft)
            values = ((finding, advice) for finding, advice, _ in of_values(draft, case, in_any_language=True))
            seen = [*values, *of_contacts(draft, case)]
            return reading(seen) if seen else Reading(skipped="unread_language")
        marked = self.support.read(draft).grounding if readable(draft.text) else None
        seen = [*exact(draft, marked), *mismatched(draft), *mistaken_for_us(draft), *told_as_own(draft)]
        seen += [*taken_on(draft), *taken_for_a_team(draft)]
        if marked is None or marked.credible:
            seen += [*events_found(draft), *claims(draft)]
        return reading([*seen, *(stated(draft.text, marked, seen) if marked else ())])


def exact(draft: Draft, marked: Marked | None) -> Iterator[tuple[Finding, str]]:
    """The values that rules find; of those that may follow in ways no rule sees, the ones that may be doubted."""
    for each in unknown_values(draft):
        finding = each.finding
        if not each.open or marked is None or marked.credible or marked.doubts(finding.start, finding.end):
            yield finding, each.advice


def stated(text: str, marked: Marked, seen: Sequence[tuple[Finding, str]]) -> Iterator[tuple[Finding, str]]:
    """The statements that only the model finds: what rules find in one says which words, and what to write instead."""
    for start, end in marked.spans:
        if any(finding.start < end and start < finding.end for finding, _ in seen):
            continue
        words = " ".join(text[start:end].split())
        yield Finding(start, end, UNSUPPORTED), f"Remove '{words}', or say only what the case gives."


def reading(seen: Iterable[tuple[Finding, str]]) -> Reading:
    """The reading of these findings with their advice, in the order of the text and without overlap."""
    kept: list[tuple[Finding, str]] = []
    for finding, advice in sorted(seen, key=lambda each: (each[0].start, -each[0].end)):
        if not kept or finding.start >= kept[-1][0].end:
            kept.append((finding, advice))
    if not kept:
        return Reading()
    advice = " ".join(dict.fromkeys(each for _, each in kept))
    return Reading(
        faulty=True,
        findings=tuple(finding for finding, _ in kept),
        advice=advice,
        decided_by="model" if all(finding.reason == UNSUPPORTED for finding, _ in kept) else "rule",
    )
