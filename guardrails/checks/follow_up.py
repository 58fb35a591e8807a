"""Flags a reply without a way back to anybody: the customer would have to start again from nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardrails.cues import cue, hits, point
from guardrails.languages import reads_english
from guardrails.sentences import sentences
from guardrails.types import Draft, Reading, Scale

ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}|https?://\S|(?<!\w)www\.\S|(?<![\w.])\+?\(?\d[\d ()./-]{6,18}\d(?![\w])",
    re.IGNORECASE,
)
DIRECT = cue(
    r"dms?\b",
    r"(?:direct|private) messag\w+",
    r"(?:reply|respond|answer) (?:directly )?(?:to|in) (?:this|the|my|our|here|dm)",
    r"(?:fill|use|complete)(?: \w+){0,3} (?:form|chat)\b",
    r"in-?app\b|help section|(?:check|see) your (?:inbox|e-?mail|dm)",
)
TIME = cue(
    r"(?:by|before|on|until|this|next|from)(?: the end of)? (?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    r"(?:by|before|at|until) (?:noon|midday|tomorrow|tonight|today|\d{1,2}(?::\d\d)? ?(?:am|pm|a\.m|p\.m)|\d{1,2}:\d\d|end of (?:the )?day|close of business)",
    r"(?:within|in) (?:the next )?(?:\d+|an?|one|two|three|four|five|24|48)(?:[- ]\d+)? (?:working |business )?(?:hours?|days?|minutes?)\b",
    r"(?:tomorrow|tonight|this (?:morning|afternoon|evening)|today)\b",
    r"(?:by|on|before) (?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]+",
    r"(?:by|on|before) (?:January|February|March|April|May|June|July|August|September|October|November|December) \d",
)
CONTACT = cue(
    r"(?:will|'ll|shall|going to|to)(?: \w+)? (?:call|phone|ring|e-?mail|write|contact|message|text|get back|be in touch|let you know|update|tell|reach)\b"
)
NAMED = cue(
    r"(?:billing|accounts?|claims|booking|reservations?|customer experience|customer relations|guest relations|complaints|order|delivery|refunds?|payments?|escalations?|resolutions?|warranty|returns|returns and refunds|social media|technical|care|housekeeping|front office|sales) (?:team|desk|department|manager)\b",
    r"(?:general |duty |store |branch |guest relations |customer care )?manager,? (?-i:[A-Z])\w+",
)
# At the start of a sentence two capitalised words may be anything, unless they do something.
PERSON = re.compile(
    r"(?:(?<![.!?] )(?<!^)\b(?!Dear|Hi|Hello|Kind|Best|Warm)[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+\b"
    r"|^[A-Z][a-z]+ [A-Z][a-z]+(?=,? (?:from|in|of|will|at|our)\b))"
)
GENERIC = cue(
    r"(?:contact|reach(?:ing)? out|get in touch|in touch|call us|write to us|e-?mail us|let (?:us|me) know|keep you posted|get back|"
    r"here to help|support team|customer (?:service|care|support)|drop us|ping us|message us|come back to us|inform you|update you|feel free)"
)
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
    """The follow_up property of checks.md, by cues: levels 0 to 3."""

    name: str = "follow_up"
    scale: Scale = Scale(3, "at_least")

    def read(self, draft: Draft) -> Reading:
        """The best contact of the draft."""
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        spans = sentences(draft.text)
        level, span = max(((self._level(s.text), s) for s in spans), key=lambda found: found[0], default=(0, None))
        if not level or span is None:
            question = next((s for s in spans if s.text.endswith("?")), None)
            level, span = (1, question) if question else (0, span)
        return Reading(
            level=level, findings=point(span, REASONS[level]) if span and level else (), advice=ADVICE[level]
        )

    def _level(self, text: str) -> int:
        reachable = bool(ADDRESS.search(text) or DIRECT.search(text))
        timed = bool(TIME.search(text) and CONTACT.search(text))
        named = bool(NAMED.search(text) or (PERSON.search(text) and (CONTACT.search(text) or reachable)))
        if reachable or timed:
            return 3 if named else 2
        return 1 if GENERIC.search(text) or CONTACT.search(text) else 0
