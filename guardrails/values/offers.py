"""Finds what a text promises or offers to a customer, clause by clause, and of which kind each thing is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guardrails.sentences import Span, sentences
from guardrails.values.any_case import AnyCase
from guardrails.values.kinds import PATTERNS
from guardrails.values.normal import normal

OWN = r"(?:your|our|the|this|that|these|those|any|all|it|them|a|an)"
ANY = AnyCase(
    r"refund|reimb|back|repa|revers|credit|point|miles|goodwill|vouch|gift|coupon|code|discount|off|price"
    r"|replac"
    r"|exchang|new|another|second|fresh|re-?s|re-?d|mend|engineer|technician|plumb|electric|"
    r"visit|waiv|charg|bill|cancel|remov|drop|delet|free|complim|cost|on us|house|cover|pay|treat|upgrad"
    r"|compens"
    r"|make|making|extra|bonus|exten|add|late|early|collect|pick|label|prior|track|expedit|express|"
    r"next|queue|line|recur|on me|book|schedul|arrang|alternat|train|hir|tokens?|hamper|bouquet|money|premium"
    r"|better|newer|larger"
    r"|bigger|superior|higher|deluxe|list|fitter|survey|coach|brief|disciplin|spe?o?a?k|talk|remind"
    r"|dismiss|sack"
    r"|suspend|pass|shar|forward|escalat|rais|report|relay|flag|f[ee]+d|happen|occur|repeat|prevent|avoid"
    r"|stop"
    r"|guarant|"
    r"review|chang|improv|updat|tighten|revis|strengthen|overhaul|measures|steps|action|safeg|put|move|seat"
    r"|transfer|place|rate|damages|hamper|flowers|balance|keep|card|payout|pay-out",
)
CLAUSE = AnyCase(
    (
        r"(?=[;,\s])(?:;\s|\s-\s|,? (?:but|however|although|though|whereas|instead,?) |, (?:and |so |then )?(?=(?:we|i"
        r"|you|our"
        r"|the team|it)\b)| and (?=(?:we|i|you)(?:'ll| will|'ve| have| can| are| am|'re|'m)\b)|,? so that "
        r"| and (?=(?:would (?:like|love)|will|(?:am|are) (?:happy|glad|pleased|\w+ing)|have (?!not\b)\w+ed)\b))"
    ),
)
NEGATED = AnyCase(
    r"\b(?:cannot|can't|can not|could not|couldn't|unable|not able|won't|will not|do not|don't|does not"
    r"|doesn't"
    r"|did not|didn't|is not|isn't|are not|aren't|was not|wasn't|have not|haven't|has not|hasn't|no longer|"
    r"not (?:be )?(?:possible|available|eligible|entitled|authori[sz]ed|offer\w*|in a position)|never"
    r"|neither|nor"
    r"|without|rather than|instead of|ineligible|decline[ds]?|refus\w+|no)\b[^,;.]{0,60}\Z",
)
NOT_POSSIBLE_AFTER = re.compile(
    (
        r"[^,;.]{0,40}\b(?:is|are|was|were|be)(?: not|n't) (?:possible|available|authori[sz]ed|offered"
        r"|an option)"
        r"|\s(?:not|is declined|was declined|cannot|can't|has not|have not|hasn't)\b"
    ),
    re.IGNORECASE,
)
# With what is refused in front: "The free night I can't give", "Half of it is more than I may give". Or left open: "I
# cannot say today whether the taxi will be refunded".
REFUSAL = AnyCase(
    r"\b(?:is|are|was|be|goes|lies) (?:\w+ )?(?:(?:more|further|sooner|earlier|longer) than|beyond|outside)"
    r"(?: what| anything)? (?:i|we)(?:'m|'re| am| are| can| could| may| might)\b"
    r"|\b(?:i|we)(?:'m|'re| am| are)? (?:\w+ly )?(?:can't|cannot|can not|may not|(?:not able|unable|not (?:allowed"
    r"|free|permitted|authori[sz]ed)) to) [a-z]+(?: [a-z]+){0,4}[\s.!]*\Z"
    r"|\b(?:can't|cannot|can not|don't|do not|unable to)(?: yet)? (?:tell|say|know|promise|confirm|judge)\b[^;.]{0,30}"
    r"\bwhether\b"
)
PROMISE = AnyCase(r"\b(?:will|shall|going to|(?:i|we) have)\b|'ll\b|'ve\b")
PROMISING = AnyCase(
    r"\b(?:will|'ll|shall|going to|gonna|can (?!you)|could|would (?:like|love|be happy|be glad)|happy to"
    r"|glad to"
    r"|pleased to|want to|like to|let (?:me|us)|please (?:accept|enjoy|find|expect|use|choose)|accept|"
    r"offer(?:ed|ing|s)?|promise[ds]?|guarantee\w*|ensure|make sure|assure|authori[sz]ed|approved|entitled"
    r"|eligible|have|'ve|has|had|would you (?:like|prefer)|how about|do you want|you (?:can|may)"
    r"|please keep|am|'m"
    r"|are|'re|is on its way|on (?:its|the) way|on us|on the house|on me|our treat|lowered|reduced|gave"
    r"|granted"
    r"|have the|(?:don't|needn't) (?:have|need) to"
    r"|no charge|won't|"
    r"arranged|issued|sent|processed|refunded|reimbursed|credited|waived|replaced|upgraded|added|applied"
    r"|extended"
    r"|expect|receive|get|as a (?:gesture|token|thank)|by way of|in return|here (?:is|are)|choose|choice"
    r"|prefer"
    r"|either|enjoy|"
    r"passed|shared|forwarded|escalated|raised|reported|flagged|spoke|spoken|briefed|retrained|trained"
    r"|reminded"
    r"|to (?:make up|apologi[sz]e|prevent|ensure|stop|put))\b|(?:^|\n)[ \t]*[-*•]|^[ \t]*(?:an? |the "
    r"|your )?(?:full|complete|free|entire|[£$€]\d)",
)
CUSTOMER_DID = (
    r"asked|ask|asking|requested|request|wanted|want|demanded|expected|were promised|were told|mentioned"
    r"|said|say"
    r"|told|waited|waiting"
    r"|were (?:expecting|waiting|offered|charged|quoted)|describe[ds]?|paid|bought|ordered|contacted|had|did"
    r"|received|returned"
)
ASKED_FOR = AnyCase(
    r"\b(?:"
    rf"you(?:'ve| have|'re| are)? (?:been )?(?:{CUSTOMER_DID})"
    r"|you (?:were|got|had been|have been)|you've been|you should(?: not|n't)? (?:never )?have|you deserved"
    r"|your (?:request|wish|demand|claim|question|query|wait|(?:original |first )?complaint)"
    r"|waiting (?:for|on)|wait(?:ed)? for|delay(?:s|ed)? (?:in|to|with|of)"
    r"|(?:sorry|apologi[sz]e|apologies|regret|upset|frustrat\w+|disappoint\w+|hear|understand)\b"
    r"(?:(?! (?:i|we)(?:'ll| will|'ve| have| can|'m| am|'re| are) ).)*"
    r"|did you|have you|when did|were you|status of|(?<!how )about (?:the|your)"
    r")\b[^,;.]{0,80}\Z",
)
# "You reported this to us", "being told it was escalated": of passing on, what the customer did or was told.
PASSED_BEFORE = AnyCase(
    r"\b(?:you(?:'ve|'d| have| had)?(?: \w+ly| first| then| already| also| kindly)? ['\"]?"
    r"|(?:being|were|was|been) told\b[^.;]{0,60}|hearing\b[^.;]{0,60})\Z"
)
WINDOW = 200  # characters: what stands further in front does not govern a word


@dataclass(frozen=True, slots=True)
class Offer:
    """Something promised or offered: its kind, the words that say so, and the clause around them."""

    kind: str
    start: int
    end: int
    clause: Span


@lru_cache(maxsize=512)
def mentions(text: str) -> tuple[Offer, ...]:
    """Every kind of remedy that a text speaks of and does not deny, promised or not."""
    return tuple(offer for clause in clauses(text) for offer in kinds_in(clause))


def offers(text: str) -> tuple[Offer, ...]:
    """What a reply promises or offers; what it denies, or what the customer asked for, is none."""
    return tuple(offer for offer in mentions(text) if promised(offer))


@lru_cache(maxsize=64)  # promises and constraints ask for those of the same draft
def clauses(text: str) -> tuple[Span, ...]:
    """The clauses of a text, in normal spelling."""
    return tuple(parts(normal(text)))


def parts(plain: str) -> Iterator[Span]:
    """The clauses of each sentence."""
    for sentence in sentences(plain):
        start = 0
        for match in (*CLAUSE.finditer(sentence.text), None):
            end = match.start() if match else len(sentence.text)
            if sentence.text[start:end].strip():
                yield Span(sentence.start + start, sentence.start + end, sentence.text[start:end])
            start = match.end() if match else end


def kinds_in(clause: Span) -> Iterator[Offer]:
    """The kinds that a clause speaks of and does not deny."""
    if not ANY.search(clause.text):
        return
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(clause.text):
            if kind not in ("waive", "guarantee") and denied(clause.text, match):
                continue
            yield Offer(kind, clause.start + match.start(), clause.start + match.end(), clause)


def denied(text: str, match: re.Match[str]) -> bool:
    """Whether the words around say that this is not to be had."""
    return bool(
        NEGATED.search(text, max(0, match.start() - WINDOW), match.start())
        or NOT_POSSIBLE_AFTER.match(text, match.end())
    )


def promised(offer: Offer) -> bool:
    """Whether the clause promises what it speaks of, rather than repeat what the customer said or asked."""
    clause = offer.clause
    if refused(clause.text):
        return False
    at = offer.start - clause.start
    if ASKED_FOR.search(clause.text, max(0, at - WINDOW), at):
        return False
    if offer.kind == "passing_on" and PASSED_BEFORE.search(clause.text, max(0, at - WINDOW), at):
        return False
    return promising(clause.text)


@lru_cache(maxsize=256)
def refused(clause: str) -> bool:
    """Whether a clause says of what it names in front, or after "whether", that this is not to be had."""
    match = REFUSAL.search(clause)
    return match is not None and not PROMISE.search(clause, 0, match.start())


@lru_cache(maxsize=256)
def promising(clause: str) -> bool:
    """Whether a clause has a word of promise or offer."""
    return bool(PROMISING.search(clause))
