"""Flags promises and offers that the business did not authorise: it must keep them, or let the customer down again."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.languages import reads_english
from guardrails.sentences import Span
from guardrails.types import Context, Draft, Finding, Reading
from guardrails.values.promises import unauthorised_promises


@dataclass(frozen=True, slots=True)
class Remedies:
    """Every promise is an authorised remedy, a fact already done, or the follow-up."""

    name = "remedies"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where a promise is not; skipped where only the complaint is known."""
        context = draft.context
        if not context:
            return Reading(skipped="no_context")
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        return reading(draft, context, unauthorised_promises(draft))


def reading(draft: Draft, context: Context, findings: dict[Span, str]) -> Reading:
    """The verdict on these clauses, with what may be offered instead."""
    if not findings:
        return Reading()
    spans = sorted((trimmed(draft.text, clause), reason) for clause, reason in findings.items())
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
    )


def trimmed(text: str, clause: Span) -> tuple[int, int]:
    """The clause without white space and without the full stop at its end."""
    piece = text[clause.start : clause.end]
    start = clause.start + len(piece) - len(piece.lstrip(" \n,;-"))
    return start, max(start + 1, clause.start + len(piece.rstrip(" \n.,;!")))
