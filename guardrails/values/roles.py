"""Finds where a draft mistakes people for each other: the customer for a colleague, a colleague for the agent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.sentences import sentences
from guardrails.types import Draft, Finding
from guardrails.values.any_case import AnyCase
from guardrails.values.normal import normal

REACH = (
    r"\b(?:(?:write|speak|talk|reply|answer|turn|send (?:it|them|this|that)) to|(?:please )?(?:call|ring|phone|text"
    r"|contact|reach|ask for|message|e-?mail)) "
)
ACTS = (
    r"(?: (?:in|from|of) [\w &'-]{2,40}?)? (?:will|is going to|shall) (?:also |now |personally )?(?:call|ring|phone"
    r"|contact|write|e-?mail|message|text|send|reply|look into|check|find out|let you know|get back|be in touch"
    r"|follow up|take care)\b"
)
OWN = AnyCase(
    r"\bmy (?:own |direct )?(?:number|phone(?: number)?|line|extension|address|e-?mail(?: address)?) is"
    r" (?P<contact>[\w.+-]+@[\w.-]*\w|\+?\(?\d[\d ()-]{2,}\d)"
)
TAKES_ON = re.compile(
    r"(?<!['\"“‘])\bI(?:'ll| will| shall|'m going to| am going to) (?:also |then |now |personally |myself )?"
    r"(?:(?:call|phone|ring|text|message|e-?mail|contact|(?:write|speak|reply|get back) to) you\b"
    r"|find out\b|let you know\b|be in touch\b|send you (?:an? )?(?:direct )?(?:message|e-?mail|text|answer|reply)\b"
    r"|(?:call|phone|ring|write|answer|reply)(?= (?:by|on|before|within|today|tomorrow|here|in this)\b))"
)
REACHING = re.compile(
    r"\b(?:call|phone|ring|text|message|e-?mail|contact|write|speak|update|tell|told)\w*", re.IGNORECASE
)
IF_ASKED = re.compile(r"\b(?:if|when(?:ever)?|once|should) you\b|\bask(?:ed)?\b", re.IGNORECASE)
DOUBLED = re.compile(r"\b([A-Z][\w'-]+(?: [A-Z][\w'-]+)*) (?:in|from|of) \1\b")
REACHED = AnyCase(REACH)
ACTING = re.compile(ACTS)


def mistaken_for_us(draft: Draft) -> Iterator[tuple[Finding, str]]:
    """The places where the customer's own name stands for one of us, unless one of us has that name too."""
    names = customer_names(draft)
    plain = normal(draft.text)
    if not called_upon(plain, names):
        return
    name = rf"(?P<name>{'|'.join(map(re.escape, names))})\b(?!'s|’s)"
    pattern = re.compile(
        rf"(?i:{REACH}){name}(?= by| on| at|[.,;!]| in |\Z)|(?<![\w-]){name.replace('name', 'who')}{ACTS}"
    )
    for match in pattern.finditer(plain):
        shown = match["name"] or match["who"]
        yield (
            Finding(match.start(), match.end(), f"{shown} is the customer, not one of us."),
            f"{shown} is the customer: say who of us acts or can be reached, or '{'I' if match['who'] else 'me'}'.",
        )


def told_as_own(draft: Draft) -> Iterator[tuple[Finding, str]]:
    """The places where the agent gives as their own the contact of the person or the team that follows up."""
    context = draft.context
    follow = context.follow_up if context else None
    if context is None or follow is None or not follow.channel or not (follow.person or follow.team):
        return
    us = words_of(context.agent.name)
    if us & words_of(f"{follow.person or ''} {follow.channel}"):
        return
    whose = follow.person or follow.team
    for match in OWN.finditer(normal(draft.text)):
        if bare(match["contact"]) in bare(follow.channel):
            yield (
                Finding(match.start(), match.end(), f"This is how to reach {whose}, not {context.agent.name}."),
                f"Say that this is how to reach {whose}.",
            )


def taken_on(draft: Draft) -> Iterator[tuple[Finding, str]]:
    """The places where the agent takes on what a colleague does: who calls the customer, and finds out what happened.

    Nothing is said against an agent whom the case names beside that, nor where the colleague is named with the agent.
    """
    context = draft.context
    follow = context.follow_up if context else None
    if context is None or follow is None or not follow.person:
        return
    us, them = words_of(context.agent.name), words_of(follow.person)
    given = (*(context.facts or ()), *(each.text for each in context.remedies or ()))
    if us & (them | words_of(" ".join((follow.team or "", follow.channel or "", *given)))):
        return
    if any(REACHING.search(each.text) for each in context.remedies or ()):  # by whom, it may leave open
        return
    for sentence in sentences(draft.text):
        plain = normal(sentence.text)
        match = TAKES_ON.search(plain)
        if match and not IF_ASKED.search(plain) and not them & words_of(plain):
            start = sentence.start + match.start()
            yield (
                Finding(start, sentence.start + match.end(), f"{follow.person} does this, not {context.agent.name}."),
                f"Say that {follow.person} does this.",
            )


def taken_for_a_team(draft: Draft) -> Iterator[tuple[Finding, str]]:
    """The places where one of us is said to be of a team that has their own name."""
    context = draft.context
    if context is None:
        return
    us = words_of(f"{context.agent.name} {context.follow_up.person or '' if context.follow_up else ''}")
    for match in DOUBLED.finditer(normal(draft.text)):
        name = match[1]
        if words_of(name) <= us:
            yield (
                Finding(match.start(), match.end(), f"{name} is a person, and no team of that name."),
                f"Name {name} once, or the team as the case does.",
            )


def words_of(text: str) -> set[str]:
    """The words of a name, in small letters."""
    return set(re.findall(r"\w+", normal(text).lower()))


def bare(contact: str) -> str:
    """A contact without what only spaces it."""
    return re.sub(r"[ ()-]", "", normal(contact).lower())


def called_upon(plain: str, names: list[str]) -> bool:
    """Whether a name stands beside such words at all; to compile a pattern for the names takes a millisecond."""
    if any(plain.startswith(tuple(names), match.end()) for match in REACHED.finditer(plain)):
        return True
    return any(ACTING.match(plain, end) for name in names for end in ends_of(name, plain))


def ends_of(name: str, plain: str) -> Iterator[int]:
    """Where each place ends at which the name stands in the text."""
    at = plain.find(name)
    while at >= 0:
        yield at + len(name)
        at = plain.find(name, at + 1)


def customer_names(draft: Draft) -> list[str]:
    """The customer's full name and first name, the longer first; none that the case gives to somebody else."""
    context = draft.context
    if not draft.customer_name or context is None:
        return []
    follow = context.follow_up
    ours = [context.agent.name, context.brand, *((follow.person or "", follow.team or "") if follow else ())]
    ours += [*(context.facts or ()), *(each.text for each in context.remedies or ())]
    taken = {word for text in ours for word in re.findall(r"\w+", text)}
    name = " ".join(normal(draft.customer_name).split())
    first = name.split()[0] if name else ""
    found = {each for each in (name, first) if len(each) > 1 and each[0].isupper()}
    return sorted((each for each in found if not set(each.split()) & taken), key=len, reverse=True)
