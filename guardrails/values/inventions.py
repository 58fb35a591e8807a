"""Finds statements about what happened or how things are of which the case knows next to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from guardrails.sentences import Span
from guardrails.values.any_case import AnyCase
from guardrails.values.events import COURTESY
from guardrails.values.light_words import LIGHT
from guardrails.values.normal import normal
from guardrails.values.stems import EMPTY, meaning

SPLIT = AnyCase(
    r"[;:]\s|,?\s(?:because|since|although|though|but|which|who|while|when|where|that|before|after|until"
    r"|as|so)\s"
    r"|,\s(?:and\s|so\s)?|\s-\s"
    r"|\sand\s(?=(?:i|we|you|it|our|the|a|this|that|nobody|they|he|she|my|has|was|were|had|is|are|should"
    r"|would|could|can|will|may)\b)",
)
HAPPENED = AnyCase(
    r"\b(?:was|were|had|has|have been|'ve|went|came|ran|fell|broke|left|took|gave|got|lost|found|made|sent"
    r"|kept|sat"
    r"|stood|froze|shut|led|met|told|saw|(?:mis|over)heard|spoke|struck|thought|threw|held|stole|swept"
    r"|blew|tore|spilled|understood|forgot"
    r"|mistook|sold|drove|shook|cut|burst|wore|bent|hid|slept|fed|hung|stuck|sank|wrote|drew|put|read|built"
    r"|[a-z]{2,}ed)\b",
)
GENERAL = AnyCase(
    r"\b(?:(?:is|are) always|most (?:of |[a-z]+s )|usually|often|when(?:ever)? (?:it|they)|every(?:one"
    r"| customer| guest)"
    r"|purges?|shrinks?|compares?|(?:it|they) (?:sounds?|looks?|seems?)|tends? to|it will be)\b",
)
UNREAL = AnyCase(
    r"\b(?:will|won't|can|can't|cannot|could|couldn't|would|wouldn't|should|shouldn't|may|might|must|shall"
    r"|please"
    r"|let (?:me|us)|sorry|apolog\w+|regrets?|hopes?|understand|thank\w*|if|going to|deserve[ds]?|ashamed"
    r"|heartbroken"
    r"|wish|refund\w*|credit\w*|dm|write|call|reach|ring|phone|yours|free|no charge|repaid|waived|returned"
    r"|invited"
    r"|you (?:had|have|were))\b|'ll\b|'d\b|\?",
)
ADDRESSED = re.compile(
    r"\s*(?:and |so |but |that |as |when |where |while |after |before |because )*(?:(?:once|twice|again|yesterday) )?"
    r"(?:you|you've|you're|we|we've|we're|here|there|i'm|i am|dear|hello|hi|with best|warm|kind)\b",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"\s*(?:an?|our|two of our|some of our|one of our|another) (?P<noun>[a-z-]+)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")
FEWEST, SHARE = 2, 0.5  # words that the case does not know, and their share of those that say something


def inventions(sentence: Span, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The clauses that tell of something with words foreign to the case; `known` is what its words mean."""
    plain = normal(sentence.text)
    if plain.endswith("?"):
        return
    general = GENERAL.search(plain)
    if not general and not HAPPENED.search(plain):
        return
    for start, clause in pieces(plain):
        if not general and (not HAPPENED.search(clause) or UNREAL.search(clause)):
            continue
        if ADDRESSED.match(clause):
            continue
        said = telling(clause)
        foreign = len(said - known)
        if foreign >= (1 if unheard_of(clause, known) else FEWEST) and foreign >= SHARE * len(said):
            lead = len(clause) - len(clause.lstrip(" ,"))
            yield sentence.start + start + lead, sentence.start + start + len(clause.rstrip(" .,;:!"))


def pieces(plain: str) -> Iterator[tuple[int, str]]:
    """The clauses of a sentence with their offsets."""
    start = 0
    for match in (*SPLIT.finditer(plain), None):
        end = match.start() if match else len(plain)
        if plain[start:end].strip():
            yield start, plain[start:end]
        start = match.end() if match else end


def unheard_of(clause: str, known: frozenset[str]) -> bool:
    """Whether the clause is about somebody or something that it introduces itself ("A colleague inspected it")."""
    match = SUBJECT.match(clause)
    return match is not None and not telling(match.group("noun").lower()) <= known


@lru_cache(maxsize=512)
def telling(clause: str) -> frozenset[str]:
    """What the words of a clause mean, without courtesy and without words that everybody uses."""
    words = {word for word in WORD.findall(clause.lower()) if len(word) > 1 and word not in EMPTY}
    return frozenset(map(meaning, words)) - COURTESY - LIGHT
