"""How businesses write constraints in plain English."""

from __future__ import annotations

import re

from guardrails.values.normal import word_set
from guardrails.values.numbers import NUMBER

UNIT = r"(?P<unit>words?|characters?|chars?|letters?|sentences?|paragraphs?|lines?)"
AMOUNT = rf"(?P<number>{NUMBER}|an?|one)(?: short| brief| full)?[ -]{UNIT}\b"
STRICTLY_UNDER = re.compile(rf"\b(?:under|below|less than|fewer than|shorter than) {AMOUNT}", re.IGNORECASE)
AT_MOST = re.compile(
    r"\b(?:at most|no more than|not more than|no longer than|not longer than|max(?:imum)?(?: of| length:?"
    r"| is)?:?"
    r"|up to|within|not (?:to )?exceed|never exceed|limit(?:ed)?(?: it| the reply| your reply)? to|in"
    r"|keep (?:it"
    rf"|the reply|this) (?:to|at)|<=?) (?:a maximum of )?{AMOUNT}"
    rf"|(?P<number2>{NUMBER}|an?|one) {UNIT.replace('unit', 'unit2')} (?:or (?:less|fewer)|max(?:imum)?"
    rf"|at (?:the )?most|limit)\b|^{AMOUNT.replace('number', 'number3').replace('unit', 'unit3')}\W*$",
    re.IGNORECASE,
)
AT_LEAST = re.compile(
    rf"\b(?:at least|no fewer than|no less than|minimum(?: of)?|more than|over) {AMOUNT}", re.IGNORECASE
)
BETWEEN = re.compile(
    rf"\b(?:between )?(?P<low>{NUMBER})(?: and | to |-)(?P<high>{NUMBER})[ -]{UNIT}\b",
    re.IGNORECASE,
)
EXACTLY = re.compile(rf"\bexactly {AMOUNT}", re.IGNORECASE)
NO = (
    r"(?:no|without|avoid(?:ing)?|(?:do not|don't|never|must not|should not|may not|cannot|can't|refrain from"
    r"|not to) (?:use|using|include|including|add|adding|put|write|insert|have|contain|give|share))"
)
MARKS = {
    "link": r"(?:links?|urls?|web ?(?:links|addresses|sites?))",
    "exclamation mark": r"exclamation (?:marks?|points?)",
    "question mark": r"(?:question marks?)",
    "emoji": r"(?:emojis?|emoticons?|smileys?)",
    "hashtag": r"hash ?tags?",
    "list": r"(?:bullet(?:s| points?| lists?)|lists?)",
    "phone number": r"(?:phone|telephone) numbers?",
    "e-mail address": r"e-?mail addresses",
    "capitals": r"(?:all[- ]caps|block capitals|words in capitals)",
    "contraction": r"contractions",
}
LISTED = rf"(?:{'|'.join(MARKS.values())}|[\w-]+)"  # what may stand in a list before a mark
MARK = {
    mark: re.compile(
        rf"\b{NO}(?: any)? (?:{LISTED}(?:, (?:or |and )?| or | and )(?:any )?){{0,3}}{pattern}\b", re.IGNORECASE
    )
    for mark, pattern in MARKS.items()
}
BAN = (
    r"\b(?:do not|don't|never|must not|should not|may not|cannot|can't|avoid|refrain from|without|not to|no"
    r"|nor)\s+(?:ever )?"
)
CAUSE = re.compile(
    r"\b(?:causes?|reasons?)\b|\bwhy\b|\b(?:explain|say|describe|state) (?:what"
    r"|how) .*(?:happened|went wrong)\b|\bhow .+ works?\b",
    re.IGNORECASE,
)
CRITICISE = re.compile(
    rf"{BAN}(?:criticis|criticiz|blam|fault|disparag|badmouth|accus)[a-z]*\s+(?P<subject>.+)", re.IGNORECASE
)
ONLY_ONCE = re.compile(
    r"\b(?:use|say|write) (?:the word |the phrase )?['\"](?P<word>[^'\"]{2,40})['\"] (?:only once"
    r"|at most once|no more than once|once only)\b",
    re.IGNORECASE,
)
OFFER_NEEDED = re.compile(
    r"^(?:please )?(?:offer|mention|propose)\s+(?!(?:nothing|nobody|none|no|only|at most|up to)\b)(?P<subject>.+)",
    re.IGNORECASE,
)
NONE_OFFERED = re.compile(
    r"^no (?P<subject>.+?) (?:may|can|must|should|is to|are to|shall) be (?:offered|promised"
    r"|given|made|granted|proposed)",
    re.IGNORECASE,
)
SAY = re.compile(
    rf"{BAN}(?:say|saying|claim|suggest|imply|state|tell(?: the customer)?|promise(?= (?:that|when|how))"
    rf"|confirm)\s+(?:that|when|how|whether|what)?\s*(?P<subject>.+)",
    re.IGNORECASE,
)
WHEN_OF_SAYING = re.compile(r"\s(?:before|until|unless|without) .*$", re.IGNORECASE)
MENTION = re.compile(
    rf"{BAN}(?:mention|mentioning|describe|describing|state|stating|speculat(?:e|ing) (?:about|on)|go into"
    rf"|name|naming|touch on|raise|call attention to|discuss|discussing|refer(?:ring)? to"
    rf"|talk(?:ing)? about|speak(?:ing)? (?:of"
    r"|about)|comment(?:ing)? on|disclose|disclosing|reveal(?:ing)?|say|saying|use|using|write|writing"
    r"|include"
    r"|including|cite|citing|quote|quoting|"
    r"mentions? of|mention of|talk of|reference(?:s)? to|discussion of|bring(?:ing)? up|share"
    r"|sharing)\s+(?P<subject>.+)",
    re.IGNORECASE,
)
PROMISE = re.compile(
    (
        rf"{BAN}(?:promise|promising|offer|offering|give|giving|guarantee|guaranteeing|grant|granting|propose"
        r"|issue|provide|providing)\s+(?P<subject>.+)"
    ),
    re.IGNORECASE,
)
ADMISSION = re.compile(
    rf"{BAN}(?:admit|admitting|accept|accepting|concede|acknowledge|imply|suggest)\s+(?P<subject>.+)",
    re.IGNORECASE,
)
NAMELESS = re.compile(
    (
        rf"{BAN}(?:name|naming|mention|mentioning|use|disclose|reveal|give|share|identify)\s+(?:the |any "
        rf"|our "
        rf"|a )?(?:name of (?:the |any |our |a )?)?(?P<role>[\w-]+)(?:'s|s')? (?:by )?names?\b"
        rf"|{BAN}(?:name|naming"
        r"|identify)\s+(?:the |any |our |a )?(?P<role2>[\w-]+(?: member| of staff)?)"
    ),
    re.IGNORECASE,
)
REQUIRED = re.compile(
    (
        r"(?:^|\b(?:please|must|should|always|and|to|has to|have to|also|then)\s+)(?:mention|include|state"
        r"|quote"
        r"|give|provide|contain|sign(?: off)?(?: (?:as|with))?|end with|start with|open with|close with|use"
        r"|refer to|add|link to|name)\s+(?P<subject>.+)"
    ),
    re.IGNORECASE,
)
ONLY = re.compile(
    (
        r"\bonly (?P<subject>.{2,80}?) (?:may|can|must|should|is|are)(?: be)? (?:offered|promised|given"
        r"|authori[sz]ed|allowed|available)|\b(?:offer|promise|give"
        r"|propose) (?:the customer )?only (?P<subject2>.+)|\b(?:offer|promise|give) (?:nothing|no remedy"
        r"|no compensation) (?:other than|but|except|beyond) (?P<subject3>.+)|\bonly (?:offer|promise"
        r"|give) (?P<subject4>.+)"
    ),
    re.IGNORECASE,
)
ASK = re.compile(
    rf"{BAN}(?:ask|asking|request|requesting)(?: the customer)?(?: for)? (?P<subject>.+)",
    re.IGNORECASE,
)
NAME_NO = re.compile(
    (
        r"(?:name|mention|share|state|include|use|publish|post|quote|write"
        r"|show) no (?P<subject>.+?)(?: in public"
        r"| publicly)?$"
    ),
    re.IGNORECASE,
)
NO_DATA = re.compile(
    r"no (?P<subject>(?:[\w-]+ ){0,3}(?:numbers?|address(?:es)?|references?|names?))(?: in public"
    r"| publicly)?$",
    re.IGNORECASE,
)
ONCE = re.compile(
    (
        r"\b(?:do not|don't|never)(?: say sorry| apologi[sz]e) (?:twice|more than once|repeatedly|again)"
        r"|\bapologi[sz]e (?:only )?once\b|\bonly one apology\b"
    ),
    re.IGNORECASE,
)
LANGUAGE = re.compile(
    r"\b(?i:reply|write|answer|respond|be|written)(?i: only)? in (?P<language>[A-Z][a-z]+)\b(?! (?:style"
    r"|english))"
)
CONDITION = re.compile(r"\b(?:if|unless|when|where|until|except|in case|only after|before)\b", re.IGNORECASE)
START = (
    r"(?:do not|don't|never|no\b|must|at most|under|include|mention|only|keep|avoid|use|sign|without"
    r"|please|max"
    r"|quote|state|offer|be\b|stay|remain|ask|tell|make|thank|"
    r"apologi[sz]e|write|explain|call|focus|show|acknowledge|address|reply|respond|say|sound|speak|end"
    r"|start|refer"
    r"|link|limit|stick|try|let|give|provide|add|always)\b"
)
SENTENCE = re.compile(r"(?<=[a-z0-9)\"'])[.;]\s+", re.IGNORECASE)
PART = re.compile(rf"(?:,?\s+(?:and|but)|,)\s+(?={START})", re.IGNORECASE)
FILLER = word_set(
    """
    stay remain whole draft everything all overall do a an the it this that your our reply replies response
    message text answer please must should keep be is in to of long short length total limit and with use
    write have has at most only not exceed no or less any never don't avoid without include including
    """
)
