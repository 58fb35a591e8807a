"""Finds where a reply touches a subject that a constraint forbids, in the subject's words or in others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.sentences import sentences
from guardrails.values.amounts import amounts
from guardrails.values.light_words import LIGHT
from guardrails.values.normal import normal, word_set
from guardrails.values.sensitive import HEALTH
from guardrails.values.stems import EMPTY, WORD, meaning, stem

# What a subject is called -> what else speaks of it.
TOPICS = (
    (
        r"compensat",
        (
            r"compensat\w*|pay-?outs?|off (?:your|the) (?:next )?bill|goodwill (?:payment|gesture)"
            r"|make up for it"
        ),
    ),
    (
        r"legal|lawsuit|court",
        r"legal\w*|lawyers?|solicitors?|attorneys?|courts?|sue[ds]?|suing|lawsuits?|proceedings|litigat\w+",
    ),
    (
        r"illness|health|injur|medical|sick|symptom|diagnos",
        (
            r"\w{3,}itis|doctors?|hospital|heal(?:s|ed|ing)?|wounds?|bruis\w+|scraped|hurt\w*"
            r"|injur\w+|pain\w*"
            r"|recover\w*|get well|unwell"
            r"|sick(?:ness)?|ill(?:ness)?|feel(?:ing)? better|drink plenty|medic\w+|ankle|wrist|bandag\w+"
            r"|nause\w+|vomit\w*|headaches?"
        ),
    ),
    (
        r"(?:customer's|their|his|her) (?:job|work|employ)|employer",
        r"boss|employers?|jobs?|workplace|paycheck|docked|your shift",
    ),
    (
        (
            r"other (?:guest|customer|passenger|patient|client|people|resident|diner|tenant|traveller|member"
            r"|patron)"
        ),
        (
            r"(?:(?:an|the )?other|several|many|some|most|few|those) (?:of our |other )?(?:guests?|customers?"
            r"|passengers?|patients?|clients?"
            r"|people|residents?|diners?|tenants?|travell?ers?|members?|patrons?|households?)|neighbou?rs?"
            r"|next door|the (?:gentleman|man|lady|woman|couple"
            r"|group|party|person|guest|guy|family) (?:in|from|at|next|who)|someone else|another (?:guest"
            r"|customer|passenger|patient|client)"
        ),
    ),
    (
        r"competitor|competition|rival",
        (
            r"competitors?|competition|rivals?|other (?:\w+ ){0,2}(?:providers?|companies|brands?"
            r"|firms?|suppliers?|shops?)"
        ),
    ),
    (r"rating|review|stars", r"ratings?|stars?|rate us|reconsider your review|(?:change|update|edit) your review"),
    (
        r"belongings|possessions|property damage",
        (
            r"belongings|possessions|(?:was|were|got|been) (?:ruined|damaged|destroyed|soaked)"
            r"|ruined \w+|your (?:things|stuff|gear|items)"
        ),
    ),
    (r"kitchen", r"kitchens?|chefs?|cooks?"),
    (r"neighbo", r"neighbou?rs?|next door|across the (?:road|street)|their bell"),
    (
        r"(?:business |financial )?loss(?:es)?\b",
        r"loss(?:es)?|lost (?:income|earnings|business|hours|wages|revenue|pitch|client)|out of pocket",
    ),
    (
        r"lost work|lost (?:hours|time|earnings|wages|income)",
        r"lost (?:work|hours?|time|earnings|wages|income|days?|jobs?)",
    ),
    (r"liability|blame", r"liab(?:le|ility)|our fault|we are to blame"),
    (
        r"lower bill|cheaper|saving",
        (
            r"bills? (?:will |should |is going to )?(?:fall|drop|shrink|go down|be (?:lower|smaller"
            r"|less))|lower bills?|save (?:money|you)|pay less|cheaper"
        ),
    ),
)
COMPILED = tuple(
    (re.compile(subject, re.IGNORECASE), re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for subject, words in TOPICS
)
SHORTEST = 3  # letters of a word that tells
PRICE = re.compile(r"\b(?:prices?|amounts?|sums?|figures?|how much)\b", re.IGNORECASE)
PLURAL = re.compile(r"\bother (?P<noun>[a-z]+s)\b", re.IGNORECASE)
ADDED_COUNT = (
    r"(?:other|several|many|some|more|most|all"
    r"|twenty|thirty|forty|fifty|dozens of|hundreds of|\d+|two|three|four|five|six|ten|a dozen)"
)
LABELLED = re.compile(r"\b(?P<label>[a-z]+) (?:number|no|id|reference)s?\b", re.IGNORECASE)
VALUE = r"\W{0,3}(?:(?:no|number|nr|id|ref|reference)\b)?\W{0,3}(?P<value>[A-Z0-9-]*\d[A-Z0-9-]*)"
GENERIC = frozenset(
    stem(word)
    for word in word_set(
        """
        action conduct fault visit visits earlier previous past name names reason reasons cause causes behaviour
        behavior attitude subject topic matter issue issues problem problems anything something detail details own text
        system kind any work customer customers guest guests client refund outcome member members
        staff team damaged lost other others
        public reply manner treatment handling process check checks
        """
    )
)


def touched(text: str, subject: str, ours: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where a text touches a subject; `ours` is what the words mean that the reply cannot avoid."""
    plain = normal(text)
    for named, words in COMPILED:
        if named.search(subject):
            yield from (match.span() for match in words.finditer(plain))
    if re.search(HEALTHY, subject, re.IGNORECASE):
        yield from (match.span() for match in HEALTH.finditer(plain))
    if PRICE.search(subject) and not re.search(r"further|other", subject, re.IGNORECASE):
        yield from ((value.start, value.end) for value in amounts(plain) if value.kind == "money")
    if many := PLURAL.search(subject):
        pattern = rf"\b{ADDED_COUNT} (?:other |more )?{re.escape(many.group('noun'))}\b"
        yield from (match.span() for match in re.finditer(pattern, plain, re.IGNORECASE))
    wanted = telltale(subject, ours)
    if wanted:
        yield from (match.span() for match in WORD.finditer(plain) if stem(match.group()) in wanted)


HEALTHY = r"illness|health|injur|medical|diagnos|symptom"


def telltale(subject: str, ours: frozenset[str]) -> frozenset[str]:
    """The words of a subject that give it away alone: neither general nor needed for what the reply has to say."""
    words = [word.lower() for word in WORD.findall(normal(subject))]
    return frozenset(
        stem(word)
        for word in words
        if word not in EMPTY
        and len(word) >= SHORTEST
        and stem(word) not in GENERIC
        and meaning(word) not in LIGHT
        and meaning(word) not in ours
    )


def labelled_values(text: str, subject: str, case: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the number stands that a subject names ("the patient number"), with or without its label."""
    label = LABELLED.search(subject)
    if not label:
        return
    pattern = re.compile(rf"\b{re.escape(label.group('label'))}{VALUE}", re.IGNORECASE)
    known = {match.group("value") for source in case for match in pattern.finditer(normal(source))}
    plain = normal(text)
    yield from (match.span() for match in pattern.finditer(plain))
    for value in sorted(known):
        yield from (match.span() for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", plain))


def sentences_with(text: str, role: str, words: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The sentences that speak of somebody in words of this pattern."""
    wanted = {stem(word) for word in WORD.findall(role) if word.lower() not in EMPTY}
    for sentence in sentences(normal(text)):
        if words.search(sentence.text) and wanted & {stem(word) for word in WORD.findall(sentence.text)}:
            yield sentence.start, sentence.end
