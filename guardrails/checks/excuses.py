"""Flags a cause that is given to make the company's part smaller: the customer hears that nobody is responsible."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.cues import cue, first, point
from guardrails.languages import reads_english
from guardrails.types import Draft, Reading, Scale

EXCUSE = cue(
    r"(?:due to|because of|owing to|given) (?:\w+ ){0,4}(?:high|heavy|unprecedented|increased|peak|unusual|short\w*|staff\w*|volumes?|demand|weather|covid|pandemic|technical|system|unforeseen|circumstances|supplier|carrier|courier|third)\b",
    r"(?:high(?:er)?|unusual(?:ly)?|heavy) (?:\w+ ){0,3}(?:volumes?|demand|traffic)\b",
    r"short[- ]?(?:of )?staff\w*",
    r"(?:beyond|out of|outside) (?:of )?our (?:direct )?(?:control|hands)",
    r"(?:as per|according to|under|per) (?:our|the|company) (?:\w+ )?(?:polic|terms|rules)\w*",
    r"(?:our|company) polic(?:y|ies) (?:\w+ )?(?:is|are|states?|does|do|prevents?|requires?)",
    r"(?:is|was|'s)(?: not|n't) (?:our|my) (?:\w+ )?(?:fault|mistake|problem|responsibility)",
    r"(?:the )?\w+(?:'s)? (?:department'?s?|supplier'?s?|carrier'?s?|courier'?s?) (?:fault|mistake|error)",
    r"you (?:should|could) have\b",
    r"(?:you|customers?) failed to\b",
    r"(?:had|if) you (?:read|checked|followed|told|informed|contacted|only)",
    r"(?:very |extremely )?(?:rare(?:ly)?|unusual|isolated)\b(?: \w+){0,2} (?:incident|case|occurrence|happens?|occurs?|issue|situation|event)",
    r"rarely happens?",
    r"(?:most|majority|many|other|thousands) (?:of )?(?:our |other )?(?:customers|guests|users|people|patrons)\b",
    r"(?:nobody|no one|none of our) (?:else|other)?\b(?: \w+){0,3} (?:complain|report|mention)\w*",
    r"(?:we|i) (?:always|try|strive|work|do our best|make every effort)(?: \w+){0,6} (?:as quickly|best|diligent\w*|hard|standards?|integrity|quality)",
    r"(?:little|nothing) (?:that )?(?:we|i) can do",
    r"(?:we are|we're) (?:helpless|100%)",
    r"in the order (?:they|in which)",
    r"not (?:able|possible) (?:\w+ ){0,4}(?:policy|policies|terms)",
    r"longer than (?:usual|normal)",
    r"(?:is|was) (?:caused by|down to|the fault of) (?:the |our |a |your )?(?:courier|carrier|supplier|warehouse|partner|bank|provider|system|third)",
)
EXPLANATION = cue(
    r"(?:because|since|as) (?:of |we |our |i |your |the |there )",
    r"due to\b",
    r"(?:this|that|which|it) (?:happened|occurred|was caused|means|is because)",
    r"owing to\b",
    r"within \d+(?:-\d+)? (?:working |business )?(?:days|hours)",
    r"(?:we|i) (?:packed|sent|booked|entered|forgot|missed|overlooked|mixed|misread|lost track)\b",
    r"(?:unable|not able) to\b",
    r"unfortunately\b",
)
REASONS = (
    "",
    "A cause is given here without making the company's part smaller.",
    "This gives a cause that makes the company's part smaller.",
)
ADVICE = (
    None,
    "Leave out the explanation: say only what will be done.",
    "Remove this excuse. Own what happened, and say what will be done instead of why it happened.",
)


@dataclass(frozen=True, slots=True)
class Excuses:
    """The excuses property of checks.md, by cues: levels 0 to 2."""

    name: str = "excuses"
    scale: Scale = Scale(2, "at_most")

    def read(self, draft: Draft) -> Reading:
        """The worst cause that the draft gives."""
        if not reads_english(draft.text):
            return Reading(skipped="unread_language")
        for level, pattern in ((2, EXCUSE), (1, EXPLANATION)):
            span = first(pattern, draft.text)
            if span:
                return Reading(level=level, findings=point(span, REASONS[level]), advice=ADVICE[level])
        return Reading(level=0)
