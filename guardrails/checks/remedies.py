"""Flags promises and offers that the business did not authorise: it must keep them, or let the customer down again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.languages import reads_english
from guardrails.sentences import Span
from guardrails.support import SupportModel, readable
from guardrails.types import Context, Draft, Finding, Reading
from guardrails.values.offers import clauses, refused
from guardrails.values.promises import unauthorised_promises

UNAUTHORISED = "This promises more than the remedies, the facts and the follow-up of the case allow."


@dataclass(frozen=True, slots=True)
class Remedies:
    """Every promise is an authorised remedy, a fact already done, or the follow-up."""

    support: SupportModel
    name = "remedies"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where a promise is not; skipped where only the complaint is known.

        What rules find in a longer draft stands unless the model finds nothing near it, an amount over that of a
        remedy in any case; the model adds what it is sure of.
        """
        context = draft.context
        if not context:
            return Reading(skipped="no_context")
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        marked = self.support.read(draft).remedies if readable(draft.text) else None
        found = by_rules(draft, amounts_alone=marked is not None and not marked.credible)
        return reading(draft, context, both(found, promising(draft.text, marked.spans) if marked else ()))


def promising(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of what the model marks that lie in no refusal: the model takes a fronted "The free night" for an offer."""
    refusals = [clause for clause in clauses(text) if refused(clause.text)]
    return [span for span in spans if not any(each.start <= span[0] and span[1] <= each.end for each in refusals)]


def by_rules(draft: Draft, *, amounts_alone: bool = False) -> dict[tuple[int, int], str]:
    """The promises that rules find, or those alone whose amount is over that of a remedy, each with the reason."""
    found = unauthorised_promises(draft).items()
    return {trimmed(draft.text, clause): why.reason for clause, why in found if why.by_amount or not amounts_alone}


def both(found: dict[tuple[int, int], str], marked: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What rules find, whose reasons say more, and what only the model finds."""
    others = [span for span in marked if not any(start < span[1] and span[0] < end for start, end in found)]
    return found | dict.fromkeys(others, UNAUTHORISED)


def reading(draft: Draft, context: Context, findings: dict[tuple[int, int], str]) -> Reading:
    """The verdict on these clauses, with what may be offered instead."""
    if not findings:
        return Reading()
    spans = sorted(findings.items())
    words = "; ".join(dict.fromkeys(f"'{' '.join(draft.text[start:end].split())}'" for (start, end), _ in spans))
    allowed = "; ".join(f"'{remedy.text}'" for remedy in context.remedies or ())
    instead = (
        f"offer only what is authorised: {allowed}"
        if allowed
        else "the case authorises no remedy, only the follow-up contact"
    )
    return Reading(
        faulty=True,
        findings=tuple(Finding(start, end, reason) for (start, end), reason in spans),
        advice=f"Remove {words}; {instead}.",
        decided_by="model" if set(findings.values()) == {UNAUTHORISED} else "rule",
    )


def trimmed(text: str, clause: Span) -> tuple[int, int]:
    """The clause without white space and without the full stop at its end."""
    piece = text[clause.start : clause.end]
    start = clause.start + len(piece) - len(piece.lstrip(" \n,;-"))
    return start, max(start + 1, clause.start + len(piece.rstrip(" \n.,;!")))
