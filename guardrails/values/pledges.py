"""Judges promises in words that name no known kind of remedy: by whether the context speaks of the same things."""

from __future__ import annotations

from guardrails.values.any_case import AnyCase
from guardrails.values.light_words import LIGHT
from guardrails.values.normal import word_set
from guardrails.values.stems import EMPTY, meaning, meanings

PLEDGE = AnyCase(
    r"\b(?:i|we|(?:our|the|my) (?:[\w-]+ ){0,3}?(?:team|manager|department|colleague|staff))(?:'ll| will"
    r"| shall"
    r"| am going to| are going to|'m going to|'re going to| promise to| commit to)"
    r" (?:also |now |then |personally |immediately |of course |gladly |happily |certainly |definitely "
    r"|always "
    r"|be able to |be happy to )*(?P<verb>[a-z]+(?:-[a-z]+)?)(?P<rest>.{0,160})",
)
DROPPED_LINE = AnyCase(r"drop (?:you|her|him|them) a (?:line|note|message|text)\b")
# Contact, inquiry and courtesy: what a follow-up does, or what binds nobody to a remedy.
FREE_VERBS = word_set(
    """
    be do keep look check investigate review help assist work continue strive try need have hope see let take
    understand appreciate know welcome love like contact call phone ring telephone write email message reply respond
    update find follow reach explain confirm speak ask listen learn get come go not never always aim endeavour
    stay remain read share discuss talk tell inform notify advise examine inspect clarify hear wait require
    verify track trace resolve sort address handle deal use make ensure treat miss stand seek search determine
    monitor answer provide liaise chase return e-mail dm pick meet consider bear think feel value only still
    just you circle text
    """
)
SOFT = frozenset(
    meaning(word)
    for word in word_set(
        """
        update reply answer message call contact detail information issue problem matter complaint case
        feedback comment concern situation experience team work hard best service help possible soon shortly
        touch future better improve quickly day hour week month morning afternoon evening noon monday tuesday
        wednesday thursday friday saturday sunday next email phone time account order explain explanation
        investigate investigation find finding check result outcome hear expect expectation everything
        anything something step way option support sure right wrong happy glad visit look care try
        """
    )
)


def pledged(clause: str, known: frozenset[str], handler: frozenset[str]) -> bool:
    """Whether a clause promises nothing, only contact or courtesy, or something that the context speaks of."""
    match = PLEDGE.search(clause)
    if not match or clause.rstrip().endswith("?"):
        return True
    verb = match.group("verb").lower()
    if verb in FREE_VERBS or verb in EMPTY or DROPPED_LINE.match(clause, match.start("verb")):
        return True
    said = (meanings(clause[match.start("rest") : match.end("rest")]) | {meaning(verb)}) - SOFT - LIGHT
    said = frozenset(word for word in said if not word.isdigit())
    return not said or bool(said & handler) or len(said & known) >= len(said) / 2
