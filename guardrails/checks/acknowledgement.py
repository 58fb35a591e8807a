"""Flags a reply that does not say the problem back: the customer cannot tell whether it was understood."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.cues import cue, hits, point, shared
from guardrails.languages import reads_english
from guardrails.sentences import sentences
from guardrails.types import Draft, Reading, Scale

GESTURE = cue(
    r"(?:your|this|these|the|that) (?:\w+ )?(?:concerns?|experience|issues?|problems?|feedback|situation|matter|complaint|frustration)\b",
    r"hear (?:this|that|about)\b",
    r"inconvenience\b",
)
REASONS = ("", "This points at the problem without saying it.", "The problem is said back here.")
ADVICE = (
    "Say in one sentence what went wrong for this customer, in the customer's own words.",
    "Instead of 'your experience' or 'this issue', say what went wrong for this customer.",
    None,
)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The acknowledgement property of checks.md, by shared words: levels 0 to 2."""

    name: str = "acknowledgement"
    scale: Scale = Scale(2, "at_least")

    def read(self, draft: Draft) -> Reading:
        """The sentence that comes nearest to the complaint."""
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        spans = sentences(draft.text)
        nearest = max(spans, key=lambda span: shared(span, draft.complaint), default=None)
        if nearest and shared(nearest, draft.complaint) >= 2:
            return Reading(level=2, findings=point(nearest, REASONS[2]))
        gesture = next((span for span, _ in hits(GESTURE, spans)), None)
        if gesture or (nearest and shared(nearest, draft.complaint)):
            return Reading(level=1, findings=point(gesture or nearest or spans[0], REASONS[1]), advice=ADVICE[1])
        return Reading(level=0, advice=ADVICE[0])
