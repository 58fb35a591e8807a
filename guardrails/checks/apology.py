"""Flags a reply that regrets nothing in particular: a formula tells the customer that nobody read the complaint."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.cues import cue, hits, point, shared
from guardrails.languages import reads_english
from guardrails.sentences import Span, sentences
from guardrails.types import Draft, Reading, Scale

REGRET = cue(r"sorry\b", r"apolog(?:y|ies|i[sz]e[sd]?|i[sz]ing)\b", r"(?:we|i) (?:\w+ )?regret\b")
SADNESS = cue(r"(?:sad|sadden\w*|disappoint\w*|dishearten\w*|feel\w* bad|oh no)\b")
UNDONE = cue(
    r"(?:sorry|apolog\w+)(?: \w+)? (?:if|but)\b",
    r"sorry(?: that)? you(?: \w+)? fe(?:el|lt)\b",
    r"sorry,? (?:but|however)\b",
    r"(?:any|whatever) (?:inconvenience|trouble|confusion|delay|frustration)\b",
)
OWNED = cue(
    r"(?:our|my) (?:own )?(?:mistake|fault|error|failure|oversight|failing)\b",
    r"(?:we|i)(?: \w+)? (?:failed|messed|got (?:it|this|that) wrong|made (?:a|an|this|that)(?: \w+)? (?:mistake|error)|dropped the ball)",
    r"(?:we|i)(?: have|'ve)? let you down",
    r"(?:we|i) (?:should have|should never|should not|shouldn't|ought to)",
    r"(?:full |complete )?responsibility",
    r"(?:the )?(?:fault|mistake|error) (?:is|was) ours",
    r"you deserved? (?:better|an? )",
    r"(?:i|we) (?:sent|charged|billed|packed|shipped|booked|forgot|lost|missed|gave) (?:you|the wrong|your|it)",
)
REASONS = (
    "No apology stands here.",
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
    """The apology property of checks.md, by cues: levels 0 to 3."""

    name: str = "apology"
    scale: Scale = Scale(3, "at_least")

    def read(self, draft: Draft) -> Reading:
        """The best apology of the draft."""
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        spans = sentences(draft.text)
        level, span = max(
            ((self._level(spans, i, draft.complaint), s) for i, s in enumerate(spans)),
            key=lambda found: found[0],
            default=(0, None),
        )
        if level == 2 and any(hits(OWNED, spans)):
            level = 3
        findings = point(span, REASONS[level]) if span and level else ()
        return Reading(level=level, findings=findings, advice=ADVICE[level])

    def _level(self, spans: tuple[Span, ...], at: int, complaint: str) -> int:
        span = spans[at]
        if not REGRET.search(span.text):
            return 1 if SADNESS.search(span.text) else 0
        if UNDONE.search(span.text):
            return 1
        near = shared(span, complaint)
        if at + 1 < len(spans) and near < 2 and len(span.text) < 40:
            near = max(near, shared(spans[at + 1], complaint))
        return 2 if near >= 2 else 1
