"""Tells a formula of regret from an apology: what checks.md settles by words alone, whatever a model thinks."""

from __future__ import annotations

import re

from guardrails.sentences import Span, sentences
from guardrails.values.any_case import AnyCase

# To regret to have to inform somebody is to refuse politely.
REGRET = AnyCase(
    r"\b(?:sorry|apolog\w*|regret(?:s|t\w+|ful\w*)?\b(?! to (?:inform|say|tell|advise)))",
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# What stands behind these is an offer or a request, and says nothing of what is regretted; nor does a salutation.
TURN = re.compile(
    r"\s[–—-]+\s|,?\s(?:but|however|please|kindly|and would (?:love|like)|(?:and )?we(?:'d| would) like)\b",
    re.IGNORECASE,
)
SALUTATION = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,.!:\n]{0,40}[,.!:]|@\w+)\s*", re.IGNORECASE
)
# A sentence that begins so, or asks, goes on to something else: it is not what the regret before it was about.
OFFER = AnyCase(
    r"^\W*(?:please|kindly|request|you (?:can|may)|(?:can|could|would|have|are|did|do) you|may i|make sure|just|if"
    r"|thank|we(?:'ll|'d| will| would| can| request| recommend| suggest| tried| try| see)\b"
    r"|we(?:'re| are) (?:here|currently|constantly)|let|feel free|drop|share|send|dm|try|check|to"
    r"|i(?:'ll| will|'d| would)|our (?:team|goal|support)|rest assured|however|hence"
    r"|(?:this|that)(?:'s| is| was| certainly)? ?(?:n't| not| no)\b|it's always|which|what|is (?:it|there))\b"
    r"|\?\s*$",
)
# An apology for what may not have been: "we are sorry if our driver upset you", "if it fell short, we apologise".
SORRY_IF = AnyCase(
    r"\b(?:sorry|apologi[sz]e[sd]?|apologies|apology|regret)\b"
    r"(?: (?:to you|sincerely|deeply|for this|for that|profusely))? (?:if|in case)\b",
)
IF_SO_SORRY = AnyCase(
    r"^\W*(?:and |but )?if\b[^.!?]*?(?<!and)(?<!but) (?:then )?(?:we|i)"
    r"(?:'m|'re| am| are| do| can only| must| would like to| want to|)"
    r"(?: (?:truly|very|so|deeply|sincerely|really))? (?:sorry|apologi[sz]e|regret)\b",
)
# "You paid for a sea view and got the bins. We are sorry." What is regretted stands before.
BARE = AnyCase(
    r"^\W*(?:so |and |but |for (?:this|that|which|it),? |about (?:this|that),? )?"
    r"(?:(?:we|i)(?: am|'m| are|'re)? |our |my |with our )?(?:do )?"
    r"(?:so |very |truly |really |deeply |sincerely |sincere |most |genuinely )*"
    r"(?:sorry|apologi[sz]e|apologies|regret(?: it| this| that)?)"
    r"(?: indeed| about (?:that|this|it)| for (?:that|this|it|all of (?:it|this)))?"
    r"(?:[,;] (?:and )?please\b|\W*$)",
)
TELLING = 2  # words of its own that a sentence has to have, to tell what happened
NEAR = 40  # characters: an apology shorter than this takes its object from the next sentence
# Words that stand in the formulas and say nothing about what happened: "sorry for the bad experience during your stay".
EMPTY = frozenset(
    """
    a about again all also am an and any apologies apologise apologise apologised apologising apologize apologized
    apologizing apology are as at be been being but by can could customer customers dear deep deeply did do does
    during every extremely feel feels felt for from genuinely given great greatly guest guests had has have having
    hear heard heartfelt hello here hi hope how i i'm if in is it its just kindly know learn let like ma'am madam may
    me most much my no not note of on once or our please pleased profound really recent recently regret regretful
    regrets regretted regretting sad see seen should sincere sincerely sincerest sir so some sorry such team terribly
    thank thanks that the their them there these they this those to truly understand up upon us very was way we we're
    well were what when which while will wish with would you you're your yours
    accept bad better caused causing cause disappointed disappointing disappointment dissatisfied dissatisfaction
    encounter encountered experience experienced experiences expectation expectations face faced feedback frustrated
    frustrating frustration fell short happened happen incident inconvenience inconvenienced inconveniences inconvenient
    issue issues matter meet met negative occurred poor problem problems read review satisfactory service services
    shortcomings situation standard standards stay time trouble troubles unfortunate unhappy unpleasant unsatisfactory
    up upset visit went concern concerns confusion lived mark
    app apps application platform website web site company hotel store shop bank brand restaurant property product
    hassle highly unfavorable unfavourable below-par below par ideal less than anything difficult difficulty come across
    experiencing advance reaching out learn totally valued members member circumstances yet again already always
    seem seems facing gone through certainly discomfort dissatisfactory due low rating frustrations you've making
    cannot could couldn't didn't don't doesn't not isn't haven't hadn't you'd they're
    order recent overall entire whole
    """.split()
)


def has_regret(text: str) -> bool:
    """Whether the text says sorry, apologises or regrets at all."""
    return REGRET.search(text) is not None


def is_formula(text: str) -> bool:
    """Whether every regret of the text would fit any complaint, or is one for what may not have been.

    The first has no word of its own, nor has what follows it.
    """
    spans = sentences(text)
    regrets = [index for index, span in enumerate(spans) if REGRET.search(span.text)]
    return bool(regrets) and all(_fits_any(spans, index) for index in regrets)


def _fits_any(spans: tuple[Span, ...], index: int) -> bool:
    if _is_conditional(SALUTATION.sub("", spans[index].text.replace("’", "'"))):
        return True
    if own_words(_regretted(spans[index].text)) or _told_before(spans, index):
        return False
    short = len(spans[index].text) < NEAR
    follows = spans[index + 1].text if short and index + 1 < len(spans) else ""
    return not own_words(follows) or OFFER.search(follows.replace("’", "'")) is not None


def _is_conditional(sentence: str) -> bool:
    """Whether the one regret of a sentence has a condition; what it goes on to tell is none."""
    if found := SORRY_IF.search(sentence):
        return not REGRET.search(sentence[: found.start()]) and not REGRET.search(sentence[found.end() :])
    found = IF_SO_SORRY.search(sentence)
    return found is not None and not own_words(sentence[found.end() :])


def _told_before(spans: tuple[Span, ...], index: int) -> bool:
    """Whether a bare regret follows a sentence that tells something, and does not ask or offer it."""
    if not index or not BARE.search(spans[index].text.replace("’", "'")):
        return False
    before = SALUTATION.sub("", spans[index - 1].text.replace("’", "'"))
    return len(own_words(before)) >= TELLING and not OFFER.search(before)


def _regretted(sentence: str) -> str:
    """The part of a sentence that the regret stands in."""
    bare = SALUTATION.sub("", sentence.replace("’", "'"))
    first = TURN.split(bare, maxsplit=1)[0]
    return first if REGRET.search(first) else bare


def own_words(text: str) -> list[str]:
    """The words that are not empty."""
    return [word for word in WORD.findall(text.lower().replace("’", "'")) if word not in EMPTY and len(word) > 1]
