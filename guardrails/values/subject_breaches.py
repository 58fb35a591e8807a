"""Breaches by what the words are about: forbidden subjects, offers, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.sentences import sentences
from guardrails.types import Draft
from guardrails.values.authority import VAGUE
from guardrails.values.breach import Breach, Undecided, banned, found
from guardrails.values.constraint_rules import Rule
from guardrails.values.event_breaches import by_event, own_keys, own_words, promised_anew
from guardrails.values.mention_breaches import required
from guardrails.values.names import names, tokens
from guardrails.values.normal import normal
from guardrails.values.offers import NEGATED, mentions, offers
from guardrails.values.promises import unauthorised_promises
from guardrails.values.references import key
from guardrails.values.sources import case_texts, follow_up_text
from guardrails.values.stems import meanings
from guardrails.values.subjects import data_named, quoted, spoken_of, subject_words
from guardrails.values.topics import labelled_values, touched

ASKING = re.compile(
    (
        r"\b(?:please|send|tell|give|share|provide|confirm|enter|reply with|let (?:me|us) (?:know|have)|need"
        r"|what(?:'s| is)|could you|can you|would you|would be|'d be|hope|appreciate|grateful|thrilled"
        r"|delighted)\b"
    ),
    re.IGNORECASE,
)
CONTACT = re.compile(r"\b(?:calls?|visits?|conversations?|messages?|e-?mails?|talk|meeting)\b", re.IGNORECASE)
OF_EVENTS = frozenset(("cause", "criticise", "say", "meant"))
FIGURE = re.compile(
    r"\b(?:anything|figures?|amounts?|sums?|money|more|further|other|remed(?:y|ies)|compensation)\b",
    re.IGNORECASE,
)
EVERY_WORD: frozenset[str] = frozenset()
ROLES = {"child": r"\b(?:daughter|son|child|kid|girl|boy|baby)s?\b"}
CALLED = r"(?i:,| is| was| are)?(?i: called| named| name is)? (?P<name>[A-Z][A-Za-z'-]{1,20})\b"
NAME = re.compile(r"[A-Z][\w'’&.-]*(?: [A-Z][\w'’&.-]*){0,3}")
TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "the"))
LONGEST_SUBJECT = 6  # words: a longer one is a thought, not a term


def by_subject(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Breaches by what the words are about."""
    if rule.kind == "forbidden":
        yield from forbidden(rule, draft, told)
    elif rule.kind == "ask":
        yield from asked(rule, draft.text, told)
    elif rule.kind in ("promise", "admission"):
        yield from unpromised(rule, draft, told)
    elif rule.kind == "nameless":
        yield from nameless(rule, draft, told)
    elif rule.kind == "only":
        yield from only(rule, draft, told)
    elif rule.kind in OF_EVENTS:
        yield from by_event(rule, draft, told)
    else:
        yield from required(rule, draft, told)


def forbidden(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Subjects that must not be spoken of; words in quotation marks are those words alone."""
    text = draft.text
    words = quoted(rule.subject)
    if words:
        for breach in banned(text, tuple(words)):
            yield Breach(breach.spans, told, f"{breach.advice} {told}")
        return
    if (
        re.match(r"(?:anything|that|what|how|why|whether|too|more|such)\b", rule.subject, re.IGNORECASE)
        or len(rule.subject.split()) > LONGEST_SUBJECT
    ):
        raise Undecided
    data = {*data_named(text, rule.subject), *labelled_values(text, rule.subject, case_texts(draft))}
    ours = own_words(draft)
    data = {(start, end) for start, end in data if key(text[start:end]) not in own_keys(draft)}
    spans = data or {*touched(text, rule.subject, ours)} or {*sure(text, rule.subject, draft, ours)}
    yield from found(tuple(sorted(spans)), text, told)
    # What a fact says too, the reply may need in another sense: a person has to look.
    if not spans and any(spoken_of(text, rule.subject)):
        raise Undecided
    if re.search(
        r"\bcompetitors?\b|\bjargon\b|\binternal\b|\bpersonal\b|\bprivate\b|\bconfidential\b|\bsensitive\b",
        rule.subject,
        re.IGNORECASE,
    ):
        raise Undecided


def asked(rule: Rule, text: str, told: str) -> Iterator[Breach]:
    """Things that the customer must not be asked for."""
    for sentence in sentences(text):
        if ASKING.search(sentence.text):
            spans = tuple(
                (sentence.start + start, sentence.start + end)
                for start, end in (
                    tuple(spoken_of(sentence.text, rule.subject))
                    or tuple(touched(sentence.text, rule.subject, EVERY_WORD))
                )
            )
            yield from found(spans, text, told)


def sure(text: str, subject: str, draft: Draft, ours: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the words of a subject stand together, unless the reply cannot avoid them.

    A name that a fact tells the agent can be avoided, that of who will write to the customer cannot.
    """
    named = tokens(subject) - TITLES if NAME.fullmatch(subject) else frozenset()
    if not subject_words(subject) <= ours or named - unavoidable(draft):
        yield from spoken_of(text, subject)


def unavoidable(draft: Draft) -> frozenset[str]:
    """The words of the names that a reply has to say."""
    context = draft.context
    said = (context.brand, context.agent.name, follow_up_text(draft)) if context else ()
    offered = (each.text for each in (context.remedies or ())) if context else ()
    return tokens(" ".join((*said, *offered, draft.customer_name or "")))


def unpromised(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Things that must not be promised or admitted; a refusal may name them."""
    text = draft.text
    if rule.kind == "promise" and FIGURE.search(rule.subject):
        yield from found(tuple((span.start, span.end) for span in unauthorised_promises(draft)), text, told)
        return
    kinds = {mention.kind for mention in mentions(rule.subject)}
    spans = [(offer.start, offer.end) for offer in offers(text) if offer.kind in kinds - VAGUE]
    if kinds & VAGUE:
        spans += [(span.start, span.end) for span in unauthorised_promises(draft)]
    # Of what is known as a remedy, its promises were read above: a reply may say that the customer asked for it.
    for sentence in sentences(normal(text)) if not kinds - VAGUE else ():
        for start, end in spoken_of(sentence.text, rule.subject):
            if not NEGATED.search(sentence.text, 0, start):
                spans.append((sentence.start + start, sentence.start + end))
    if rule.kind == "promise" and not kinds:
        spans += promised_anew(rule.subject, draft)
    yield from found(tuple(dict.fromkeys(spans)), text, told)
    if rule.kind == "admission" or (not kinds and not spans):
        raise Undecided


def nameless(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Names of people whom the case mentions by the role; open where the case does not say the name."""
    role = re.compile(
        ROLES.get(rule.subject.lower(), rf"\b{re.escape(rule.subject.removesuffix('s'))}s?\b"), re.IGNORECASE
    )
    sources = [
        sentence.text for text in case_texts(draft) for sentence in sentences(text) if role.search(sentence.text)
    ]
    context = draft.context
    ours = (
        tokens(" ".join((context.brand, context.agent.name, follow_up_text(draft), draft.customer_name or "")))
        if context
        else frozenset()
    )
    secret = {part for source in sources for name in names(source) for part in name.parts} - ours
    secret |= {
        match.group("name").lower()
        for source in sources
        for match in re.finditer(rf"{role.pattern}{CALLED}", source)
        if match.group("name").lower() not in ours
    }
    if not secret:
        raise Undecided
    plain = normal(draft.text)
    spans = [
        match.span()
        for part in sorted(secret)
        for match in re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", plain, re.IGNORECASE)
    ]
    yield from found(tuple(sorted(spans)), draft.text, told)


def remedy_kinds(subject: str, draft: Draft) -> set[str]:
    """The kinds of those authorised remedies that a subject speaks of."""
    remedies = (draft.context.remedies or ()) if draft.context else ()
    spoken = (remedy.text for remedy in remedies if meanings(subject) & meanings(remedy.text))
    return {mention.kind for text in spoken for mention in mentions(text)}


def only(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Offers of another kind than the only ones allowed."""
    kinds = {mention.kind for mention in mentions(rule.subject)} | remedy_kinds(rule.subject, draft)
    if not kinds and not CONTACT.search(rule.subject):
        raise Undecided
    free = {"passing_on", "staff", "guarantee", "priority"}
    others = {(each.clause.start, each.clause.end) for each in offers(draft.text) if each.kind not in kinds | free}
    remedied = remedy_kinds(rule.subject, draft)
    allowed = {each.clause for each in offers(draft.text) if each.kind in kinds - remedied}
    others |= {(span.start, span.end) for span in unauthorised_promises(draft) if span not in allowed}
    yield from found(tuple(sorted(others)), draft.text, told)
