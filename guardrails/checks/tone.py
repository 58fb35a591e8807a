"""Flags a reply that blames, mocks or snaps: one such sentence loses the customer whatever else is offered."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.cues import cue, first, point
from guardrails.languages import reads_english
from guardrails.types import Draft, Reading, Scale

RUDE = cue(
    r"(?:it'?s |this is |that is |that's )?(?:entirely |clearly |obviously )?your (?:own )?(?:fault|mistake|problem)\b",
    r"you (?:should have|failed to|clearly|obviously|didn't bother|people|need to calm|are wrong|are lying|must be)\b",
    r"calm down\b|grow up\b|get over it\b|next time,? (?:read|check|try)\b",
    r"(?:stop|quit) (?:complaining|whining|wasting)\b",
    r"(?:as|like) (?:i|we) (?:already|clearly) (?:told|said|explained|stated)",
    r"(?:ridiculous|nonsense|absurd|pathetic|stupid|idiot\w*|liar)\b",
    r"if you had (?:bothered|read|listened|paid)",
    r"good luck (?:with|finding)|what did you expect|you get what you pay",
)
COLD = cue(
    r"!!!|(?:we are|we're|so) (?:thrilled|super excited|so excited|overjoyed)",
    r"(?:your (?:complaint|ticket|request) (?:has been|is) (?:noted|logged|closed|registered))\.?$",
    r"(?:please )?(?:note|be advised|be informed) that\b",
    r"(?:no further|we consider this matter)\b",
    r"(?:awesome|yay|woohoo|oopsie|whoops)\b",
)
REASONS = (
    "",
    "A customer with this complaint may find this cold, curt or too cheerful.",
    "This blames or belittles the customer.",
)
ADVICE = (
    None,
    "Say this as one person to another: plainly and warmly.",
    "Remove this sentence: never blame, mock or lecture the customer.",
)


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone property of checks.md, by cues: levels 0 to 2."""

    name: str = "tone"
    scale: Scale = Scale(2, "at_most")

    def read(self, draft: Draft) -> Reading:
        """The harshest sentence of the draft."""
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        for level, pattern in ((2, RUDE), (1, COLD)):
            span = first(pattern, draft.text)
            if span:
                findings = point(span, REASONS[level])
                return Reading(level=level, findings=findings, advice=ADVICE[level], advise_anyway=level == 1)
        return Reading(level=0)
