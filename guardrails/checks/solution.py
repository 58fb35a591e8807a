"""Flags a reply that offers nothing concrete: the customer is left where they were."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.cues import cue, first, point
from guardrails.languages import reads_english
from guardrails.types import Draft, Reading, Scale

DEED = (
    r"(?:refund|replac|re-?send|re-?ship|reimburs|credit|cancel|correct|fix|repair|re-?book|re-?schedul|collect|deliver|dispatch|"
    r"waiv|revers|remov|restor|updat|extend|exchang|arrang|book|post|ship|chang|clean|upgrad|deduct|releas|install|order|add|block)"
)
CONCRETE = cue(
    rf"(?:we|i|they|our \w+(?: team)?|[A-Z]\w+(?: [A-Z]\w+)?)(?:'ll|'ve| have| has| will| am| are|'m|'re| can)?(?: \w+)? {DEED}\w*\b",
    rf"(?:has|have|will be|been|is being|are being)(?: \w+)? {DEED}\w*(?:ed|t)\b",
    r"(?:full|partial|£|\$|€|\d+ ?%?)(?: \w+){0,2} (?:refund|credit|voucher|discount)\b",
    r"(?:a|your|the) (?:full |partial |free )?(?:replacement|refund|voucher|new one|credit note)\b(?! polic)",
    r"(?:please|try|you can|you may|simply|just|kindly) (?:\w+ )?(?:updat|re-?install|restart|clear|uninstall|go to|tap|open|enabl|disabl|disregard|follow|re-?apply|select|click|switch|turn|sign out|log out|boot)\w*",
    r"(?:which|whether you|would you)(?: \w+){0,3} (?:prefer|rather|like) (?:a|the|us|to)\b",
    r"version \d",
    r"(?:will|'ll) (?:check|find out|ask|inspect|trace|review|look at)(?: \w+){1,12} (?:and|then) (?:\w+ ){0,2}(?:call|tell|let|write|e-?mail|report|contact)",
)
VAGUE = cue(
    r"(?:look|looking|looked) (?:into|at)\b",
    r"investigat\w+",
    r"(?:pass|forward|shar|rais|escalat|highlight|flag)\w*(?: \w+){0,6} (?:team|department|manager|staff|management|concern)\w*",
    r"(?:help|assist|resolve|sort|address|improve|rectify|working on|look forward|check)\w*",
    r"(?:contact|reach out|write to|e-?mail|call|dm|message)\b",
    r"(?:provide|share|send|let us know|tell us|confirm)\b",
    r"https?://",
    r"coming soon|future update|upcoming",
)
REASONS = ("", "Something will happen here, but not what.", "This is something definite for this problem.")
ADVICE = (
    "Offer one authorised remedy for this problem, and say what will be done and when.",
    "Say what exactly will be done for this problem, by whom and when, out of the authorised remedies.",
    None,
)


@dataclass(frozen=True, slots=True)
class Solution:
    """The solution property of checks.md, by cues: levels 0 to 2."""

    name: str = "solution"
    scale: Scale = Scale(2, "at_least")

    def read(self, draft: Draft) -> Reading:
        """The most concrete sentence of the draft."""
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        for level, pattern in ((2, CONCRETE), (1, VAGUE)):
            span = first(pattern, draft.text)
            if span:
                return Reading(level=level, findings=point(span, REASONS[level]), advice=ADVICE[level])
        return Reading(level=0, advice=ADVICE[0])
