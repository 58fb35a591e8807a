"""Finds causes and done deeds that a reply states as facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from guardrails.sentences import Span
from guardrails.values.any_case import AnyCase
from guardrails.values.normal import normal, word_set
from guardrails.values.stems import meaning, meanings

CLAUSE_END = (  # the dot of "10.40" and of "£86.40" ends nothing
    r"(?:[^.!?;:\n]|(?<=\d)[.:](?=\d)){0,120}?(?=(?!(?<=\d)[.:]\d)[.!?;:\n]"
    r"|, (?:and|but|so|which|we|i|please|you|however)\b| (?:and|so|but) (?:you|we|i"
    r"|it|they|this|the|our|your)\b|$)"
)
CUE = AnyCase(
    r"\b(?:due to|because of|because|as a result of|owing to|caused by|resulted from|on account of"
    r"|the reason (?:was|is|for this (?:was|is))|stemmed from|down to|"
    rf"was the result of|following|in light of)\s+(?P<cause>{CLAUSE_END})",
)
NAMED = AnyCase(
    r"\b(?P<cause>(?:(?:very |particularly |especially |extremely |unusually |always |currently "
    r"|exceptionally )?(?:busy|high[- ]volume|peak) "
    r"(?:period|time|season|week|month|day|weekend)s?|is always (?:very |so )?busy|(?:high|heavy"
    r"|unprecedented"
    r"|unexpected|increased) (?:demand|volumes?|traffic|call volumes?)|"
    r"(?:staff(?:ing)?|driver|stock|supply|labour) (?:shortages?|issues?|problems?|constraints?)"
    r"|short[- ]staffed"
    r"|understaffed|backlogs?|"
    r"(?:system|software|server|website|it|technical|computer|network|database) (?:upgrade|update"
    r"|migration|outage"
    r"|errors?|issues?|glitch(?:es)?|faults?|failure|problems?|maintenance|bug)|"
    r"(?:courier|carrier|supplier|warehouse|driver|logistics|printing|packing|packaging|clerical|data entry"
    r"|administrative|scheduling|labelling|human) (?:errors?|mistakes?|delays?|issues?|mix-up|mishap)|"
    r"(?:bad|severe|adverse|poor) weather|(?:suppliers?|couriers?|carriers?|contractors?|warehouse|partners?"
    r"|third part(?:y|ies)) (?:let us down|failed|messed up|is to blame|was to blame|was at fault|is at fault"
    r"|made an? (?:mistake|error))|heavy snow|snow(?:fall|storm)|flooding|storms?|industrial action"
    r"|strike action|road works|heavy traffic|power (?:cut|outage)|"
    r"supply chain|new (?:system|software|employee|member of staff|driver)|miscommunication|mix-up))\b",
)
VERBS = (
    r"rang|shown|showed|seen|visited|driven|drove|met|gone over|went over|had words|been over|handed"
    r"|thrown|lowered|reduced|gave|granted|hired|refunded|reimbursed|credited|replaced|shipped|sent"
    r"|dispatched|despatched|posted|resent|reshipped|cancelled"
    r"|canceled|arranged|booked|rebooked|scheduled|rescheduled|issued|"
    r"spoken|spoke|talked|discussed|contacted|called|phoned|emailed|messaged|written|asked|instructed"
    r"|informed"
    r"|notified|alerted|reminded|briefed|told|checked|reviewed|inspected|examined|investigated|"
    r"looked|traced|tracked|located|found|discovered|identified|confirmed|verified|updated|upgraded|changed"
    r"|corrected|fixed|repaired|resolved|removed|waived|reversed|applied|added|extended|reset|restored"
    r"|unlocked"
    r"|reactivated|"
    r"escalated|passed|forwarded|shared|raised|reported|flagged|logged|opened|submitted|processed|approved"
    r"|authorised|authorized|initiated|started|begun|trained|retrained|disciplined|suspended|dismissed|"
    r"implemented|introduced|improved|taken|put|set|made|ensured|assigned|prioritised|prioritized|expedited"
    r"|collected|delivered|paid|transferred|closed|conducted|launched|completed|tested|watched|ordered|moved"
    r"|reserved|secured|increased|hired|replenished|restocked"
)
ADVERBS = (
    r"(?:(?:now|already|just|also|since|therefore|personally|today|immediately|recently|successfully|fully"
    r"|both"
    r"|then|all|carefully|thoroughly|accordingly) ){0,2}"
)
DEED = AnyCase(
    rf"\b(?:(?:i|we|(?:our|the|my) (?:[\w-]+ ){{0,3}}?(?:team|manager|staff|department|driver|supervisor"
    r"|colleagues?|engineers?|technicians?|courier|warehouse|kitchen|chef|housekeeping|management|depot"
    r"|crew))"
    rf"(?: have| has|'ve|'s| had)? {ADVERBS}(?P<verb>{VERBS})"
    rf"|(?<!should )(?<!could )(?<!would )(?<!must )(?<!might )(?:has"
    rf"|have) {ADVERBS}been {ADVERBS}(?P<passive>{VERBS})|(?:was|were) {ADVERBS}(?P<past>refunded"
    r"|reimbursed|credited|dispatched|issued|escalated|suspended|dismissed|retrained))\b"
    rf"(?P<rest>{CLAUSE_END})"
    rf"|\b(?:team|department|manager|engineers?|technicians?|developers?|crew) (?:is|are) {ADVERBS}"
    rf"(?P<ongoing>rolling out|fixing|repairing|testing|preparing|updating|upgrading|rebuilding|replacing"
    rf"|training)\b"
    rf"(?P<under_way>{CLAUSE_END})",
)
OWNED = re.compile(
    (
        r"\s*(?:(?:an?|my|our|this|that|the|the fact that) )*(?:own )?(?:(?:i|we|you)\b|oversight|mistakes?\b"
        r"|errors?\b|failures?\b|your (?:patience|feedback|message|email|call|loyalty|review|comments?"
        r"|complaint)"
        r"|this|that\b|it\b(?! (?:was|is) (?:an?|on)\b)|what happened)"
    ),
    re.IGNORECASE,
)
CUSTOMER_DEED = AnyCase(
    (
        r"\b(?:sorry|apologi[sz]e|apologies|regret|understand|see|hear|read|know|realise|realize"
        r"|acknowledge|upset"
        r"|disappointed|frustrat\w+|mistake)\b[^.!?;]{0,80}\Z"
    ),
)
COURTESY = frozenset(
    meaning(word)
    for word in word_set(
        """
        case complaint message email review feedback comment concern issue problem matter account detail
        situation experience request query question information point note letter record log carefully
        thoroughly file internal internally mistake responsibility seriously contact touch day hour week month
        working business minute pound dollar euro heart aim sure effort right wrong disappointment frustration
        nobody somebody someone anyone everybody everyone never whatsoever anything everything nothing
        inconvenience trouble upset kind long hard high good bad great look reach follow
        """
    )
)
NOTHING = re.compile(r"\s*(?:nothing|no|none|neither|not)\b", re.IGNORECASE)
LAST_CLAUSE = re.compile(r"[,;:]\s|\s(?:and|but|so|that|because)\s", re.IGNORECASE)
NEUTRAL_VERBS = word_set(
    """
    taken put set made found told looked changed delivered sent called asked closed added moved ordered passed
    paid cancelled canceled charged
    """
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a reply says happened: where, of which sort, and what its words mean."""

    kind: Literal["cause", "named", "deed"]
    start: int
    end: int
    verb: str | None
    meanings: frozenset[str]
    subject: frozenset[str] = frozenset()  # of a passive: what it was done to


def causes(sentence: Span) -> Iterator[Event]:
    """Reasons that a sentence gives; what the writer owns ("our mistake") is no invented reason."""
    plain = normal(sentence.text)
    reached = 0
    for pattern in (CUE, NAMED):
        for match in pattern.finditer(plain):
            start = match.start("cause")
            cause = plain[start : match.end("cause")].rstrip(" ,-")
            meant = told(cause)
            if start < reached or not meant or (pattern is CUE and OWNED.match(cause)):
                continue
            reached = start + len(cause)
            yield Event(
                "cause" if pattern is CUE else "named",
                sentence.start + match.start(),
                sentence.start + reached,
                None,
                meant,
            )


def deeds(sentence: Span) -> Iterator[Event]:
    """What the company says that it did; what the apology or the restated complaint says is none."""
    plain = normal(sentence.text)
    if plain.endswith("?"):
        return
    for match in DEED.finditer(plain):
        rest = plain[slice(*match.span("rest" if match["rest"] else "under_way"))]
        in_apology = CUSTOMER_DEED.search(plain, max(0, match.start() - 90), match.start())
        if not in_apology and not NOTHING.match(rest):
            yield deed(sentence.start, plain, match, rest)


def deed(offset: int, plain: str, match: re.Match[str], rest: str) -> Event:
    """The deed that a match tells of; of a passive, what it was done to stands in front."""
    passive = match.group("passive") or match.group("past")
    verb = passive or match.group("verb") or match.group("ongoing")
    subject = told(LAST_CLAUSE.split(plain[: match.start()])[-1]) if passive else frozenset()
    end = match.start() + len(match.group().rstrip(" ,-"))
    return Event("deed", offset + match.start(), offset + end, verb.lower(), told(rest), subject)


def told(words: str) -> frozenset[str]:
    """What words tell, without courtesy and without figures, which are compared as values."""
    return frozenset(word for word in meanings(words) if word not in COURTESY and not word.isdigit())
