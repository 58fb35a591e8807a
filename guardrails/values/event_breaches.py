"""Breaches by what a draft tells or promises: causes, criticism, statements, and offers that must be made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.sentences import sentences
from guardrails.types import Draft
from guardrails.values.breach import Breach, Undecided, found
from guardrails.values.constraint_rules import Rule
from guardrails.values.event_support import UNDONE, events_found
from guardrails.values.inventions import telling
from guardrails.values.normal import normal
from guardrails.values.offers import NEGATED, clauses
from guardrails.values.promise_patterns import ALWAYS, STRONG
from guardrails.values.references import key
from guardrails.values.sources import context_texts
from guardrails.values.stems import EMPTY, WORD, meanings, stem
from guardrails.values.topics import sentences_with, telltale, touched

STATES_CAUSE = re.compile(
    r"\b(?:due to|because of|because|caused by|as a result of|owing to|by|for|after) (?P<cause>.+)", re.IGNORECASE
)
CAUSED = re.compile(r"\b(?:due to|because|caused?|result of|owing to|reason)\b", re.IGNORECASE)
REPROACH = re.compile(
    r"\b(?:should(?:n't| not| never)? (?:never )?have|wrong(?:ly)?|rude(?:ly)?|fail\w*|faults?"
    r"|knows? better|known better|unacceptable|mistake|behav\w+"
    r"|poor(?:ly)?|careless\w*|unprofessional\w*|incompetent|negligent|inexcusable|not good enough"
    r"|laugh\w*|blame\w*|spoken to|disciplin\w+)\b",
    re.IGNORECASE,
)
FUTURE_SUBJECT = re.compile(r"\bfuture\b", re.IGNORECASE)
QUOTED = re.compile(
    r"\b(?:you (?:quote|say|said|write|wrote|were told|ask)|brochure|according to)\b",
    re.IGNORECASE,
)
ROOT = 6  # letters that the forms of a word share
NOT_SAID = re.compile(r"\b(?:not|n't|cannot|never|whether|if|no)\b|n't\b", re.IGNORECASE)


def by_event(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Breaches of a rule about causes, criticism, statements, or an offer that must be made."""
    if rule.kind == "cause":
        yield from found(tuple(sorted({*causes_told(draft)})), draft.text, told)
    elif rule.kind == "criticise":
        yield from found(tuple(sentences_with(draft.text, rule.subject, REPROACH)), draft.text, told)
    elif rule.kind == "say":
        yield from said(rule, draft, told)
    elif not all(spoken(word, meanings(draft.text)) for word in meanings(rule.subject)):
        yield Breach((), told, f"Offer {rule.subject} in the reply. {told}")


def spoken(word: str, words: frozenset[str]) -> bool:
    """Whether a word or another form of it is among these ("collection" for "collect")."""
    return word in words or any(each.startswith(word[:ROOT]) for each in words if len(word) >= ROOT)


def own_words(draft: Draft) -> frozenset[str]:
    """What the words of facts, remedies and follow-up mean: a reply can hardly avoid them."""
    return frozenset().union(*map(meanings, own_texts(draft)))


def own_texts(draft: Draft) -> tuple[str, ...]:
    """What the business states, without its constraints."""
    context = draft.context
    if context is None:
        return ()
    return tuple(text for text in context_texts(context) if text not in (context.constraints or ()))


def own_keys(draft: Draft) -> frozenset[str]:
    """The words of these texts as references are compared."""
    return frozenset(key(word) for text in own_texts(draft) for word in re.findall(r"[\w/#-]+", normal(text)))


def causes_told(draft: Draft) -> Iterator[tuple[int, int]]:
    """Where a reply gives a cause: one that a fact of the case gives, or one that nobody gave."""
    for finding, _ in events_found(draft):
        # That something was done says nothing of why it went wrong.
        if finding.reason != UNDONE and not draft.text[finding.start : finding.end].endswith("included"):
            yield finding.start, finding.end
    facts = (draft.context.facts or ()) if draft.context else ()
    given = [match.group("cause") for fact in facts if CAUSED.search(fact) and (match := STATES_CAUSE.search(fact))]
    wanted = frozenset().union(*(telling(cause.lower()) for cause in given))
    for sentence in sentences(normal(draft.text)) if wanted else ():
        if len(telling(sentence.text.lower()) & wanted) >= min(2, len(wanted)):
            yield sentence.start, sentence.end


def said(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Statements that must not be made; open where no word of them can tell."""
    ours = own_words(draft)
    wanted = telltale(rule.subject, ours)
    whole = {stem(word) for word in WORD.findall(rule.subject) if word.lower() not in EMPTY}
    if not wanted and not whole:
        raise Undecided
    spans = []
    for clause in clauses(draft.text):
        places = {stem(match.group()): match.start() for match in WORD.finditer(clause.text)}
        here = places.keys()
        if not ((wanted and wanted <= here) or (len(whole) > 1 and whole <= here)):
            continue
        told_until = max(places[word] for word in (wanted or whole) & here)
        from_comma = clause.text.rfind(",", 0, told_until) + 1
        if not (NOT_SAID.search(clause.text, from_comma, told_until) or QUOTED.search(clause.text)):
            spans.append((clause.start, clause.end))
    yield from found(tuple(spans), draft.text, told)


def promised_anew(subject: str, draft: Draft) -> list[tuple[int, int]]:
    """Clauses that promise something of a subject, and promises for the future where that is the subject."""
    ours = own_words(draft)
    spans = []
    for clause in clauses(draft.text):
        if FUTURE_SUBJECT.search(subject) and ALWAYS.search(clause.text):
            spans.append((clause.start, clause.end))
        elif STRONG.search(clause.text):
            spans += [
                (clause.start + start, clause.start + end)
                for start, end in touched(clause.text, subject, ours)
                if not NEGATED.search(clause.text, 0, start)
            ]
    return spans
