"""Drafts as one epoch sees them: style must not tell what is at fault, only the case may."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from guardrails.sentences import sentences
from guardrails.types import Draft, Remedy
from guardrails.values.extract import values
from guardrails.values.stems import meanings
from training.support.examples import CHECKS, Example

CLAUSE = re.compile(r"[^,;:\u2013\n]+")
SKIPPED, DEPRIVED, MISPLACED = 0.7, 0.1, 0.07  # of good replies
CLEANSED, GRANTED, SPLICED = 0.25, 0.25, 0.22  # of flawed drafts
OWN_GRANTED, CROPPED = 0.1, 0.2
FEWEST_SHARED, LEAST_SHARE = 2, 0.25  # words of a clause by which it told what is gone from its case
FEWEST_PARTS = 3  # sentences: greeting, text, signature
SHORTEST = 8  # characters of a fault that still says what is wrong
SWAPPED = ("money", "date", "time", "duration")  # kinds of values that stand for another one in a draft


def deprived(example: Example, chance: random.Random) -> Example:
    """The same draft with a fact or a remedy less in its case: what stood on it is at fault now; or as it is."""
    context = example.draft.context
    facts, remedies = list(context.facts or ()), list(context.remedies or ())
    options = [(0, index) for index in range(len(facts))] + [(1, index) for index in range(len(remedies))]
    chance.shuffle(options)
    for check, index in options:
        gone = facts.pop(index) if check == 0 else remedies.pop(index).text
        less = replace(
            example.draft, context=context.model_copy(update={"facts": tuple(facts), "remedies": tuple(remedies)})
        )
        lost = tuple((check, start, end) for start, end in unsupported(less, gone))
        if lost:
            faulty = (True, None) if check == 0 else (None, True)
            other = tuple((1 - check, start, end) for _, start, end in lost)
            return replace(
                example, draft=less, faulty=faulty, spans=example.spans + lost, open_spans=other, origin="deprived"
            )
        facts, remedies = list(context.facts or ()), list(context.remedies or ())
    return example


def unsupported(draft: Draft, gone: str) -> Iterator[tuple[int, int]]:
    """The clauses of a draft that told what is gone from its case."""
    context = draft.context
    left = [draft.complaint, *(context.facts or ()), *(each.text for each in context.remedies or ())]
    left += [item.text for item in context.history or ()]
    follow = context.follow_up
    if follow:
        left += [each for each in (follow.person, follow.team, follow.channel, follow.by) if each]
    only = meanings(gone) - frozenset().union(*map(meanings, left))
    for sentence in sentences(draft.text):
        for clause in CLAUSE.finditer(sentence.text):
            said = meanings(clause.group())
            shared = said & only
            if len(shared) >= FEWEST_SHARED and len(shared) >= len(said) * LEAST_SHARE:
                start = clause.start() + len(clause.group()) - len(clause.group().lstrip())
                yield sentence.start + start, sentence.start + clause.end()


def granted(example: Example, chance: random.Random) -> Example:
    """The same draft with one faulty clause stated by the case, so that it is none; or as it is."""
    if not example.spans:
        return example
    check, start, end = chance.choice(example.spans)
    words = example.draft.text[start:end]
    context = example.draft.context
    if check == 0:
        new = {"facts": (*(context.facts or ()), words)}
    else:
        new = {"remedies": (*(context.remedies or ()), Remedy(id="added", text=words))}
    left = tuple(each for each in example.spans if not (each[1] < end and start < each[2]))
    faulty = tuple(
        None if given is None else given and any(each[0] == index for each in left)
        for index, given in enumerate(example.faulty)
    )
    open_spans = tuple((1 - check, s, e) for c, s, e in example.spans if c != check and s < end and start < e)
    if open_spans:
        faulty = tuple(None if index != check and not given else given for index, given in enumerate(faulty))
    return replace(
        example,
        draft=replace(example.draft, context=context.model_copy(update=new)),
        faulty=faulty,
        spans=left,
        open_spans=open_spans,
        origin="granted",
    )


def cropped(example: Example, chance: random.Random) -> Example:
    """Some neighbouring sentences of the draft alone; or as it is, where a fault cannot be placed."""
    placed = {check for check, _, _ in example.spans}
    if any(faulty is None or (faulty and check not in placed) for check, faulty in enumerate(example.faulty)):
        return example
    parts = [part for part in sentences(example.draft.text) if part.text.strip()]
    if len(parts) == 1 or not parts or example.open_spans:
        return example
    size = chance.randint(1, len(parts) - 1)
    first = chance.randint(0, len(parts) - size)
    start, end = parts[first].start, parts[first + size - 1].end
    kept = tuple((c, max(s, start) - start, min(e, end) - start) for c, s, e in example.spans if s < end and start < e)
    if any(e - s < SHORTEST for _, s, e in kept):
        return example
    faulty = tuple(any(c == check for c, _, _ in kept) for check in range(len(CHECKS)))
    text = example.draft.text[start:end]
    return replace(example, draft=replace(example.draft, text=text), faulty=faulty, spans=kept, origin="cropped")


def wholly_granted(example: Example, chance: random.Random) -> Example:
    """The same draft with all its faulty clauses stated by the case; the other check is left open there."""
    for _ in range(2 * len(example.spans)):
        example = granted(example, chance) if example.spans else example
    return example


def cleansed(example: Example) -> Example:
    """The same draft without the sentences at fault, so that only its style is left; or as it is."""
    placed = {check for check, _, _ in example.spans}
    if any(faulty is None or (faulty and check not in placed) for check, faulty in enumerate(example.faulty)):
        return example
    kept = [
        part
        for part in sentences(example.draft.text)
        if not any(s < part.end and part.start < e for _, s, e in example.spans)
    ]
    if not kept or not example.spans:
        return example
    text = " ".join(part.text.strip() for part in kept)
    return replace(example, draft=replace(example.draft, text=text), faulty=(False, False), spans=(), origin="cleansed")


def spliced(good: Example, flawed: Example, chance: random.Random) -> Example:
    """A good reply with one sentence at fault from a flawed draft of the same case."""
    parts = [
        part
        for part in sentences(flawed.draft.text)
        if any(s < part.end and part.start < e for _, s, e in flawed.spans)
    ]
    places = [part.start for part in sentences(good.draft.text)][1:]
    if not parts or not places or None in flawed.faulty:
        return good
    part, at = chance.choice(parts), chance.choice(places)
    piece = part.text.strip()
    lead = part.start + len(part.text) - len(part.text.lstrip())
    text = good.draft.text[:at] + piece + " " + good.draft.text[at:]
    spans = tuple(
        (c, max(s - lead, 0) + at, min(e - lead, len(piece)) + at)
        for c, s, e in flawed.spans
        if s < part.end and part.start < e
    )
    faulty = tuple(any(c == check for c, _, _ in spans) for check in range(len(CHECKS)))
    return replace(good, draft=replace(good.draft, text=text), faulty=faulty, spans=spans, origin="spliced")


def misplaced(example: Example, chance: random.Random) -> Example:
    """The same draft with a true value of the case where another one belongs; or as it is.

    Rules that look a value up find nothing wrong here. Whether a promise is broken by it is left open.
    """
    draft = example.draft
    options = [*other_values(draft), *other_persons(draft)]
    if not options or example.spans:
        return example
    start, end, instead = chance.choice(options)
    text = draft.text[:start] + instead + draft.text[end:]
    left, right = clause_around(text, start, start + len(instead))
    return replace(
        example,
        draft=replace(draft, text=text),
        faulty=(True, None),
        spans=((0, left, right),),
        open_spans=((1, left, right),),
        origin="misplaced",
    )


def case_parts(draft: Draft) -> list[str]:
    """The texts of the case that hold values."""
    context = draft.context
    parts = [draft.complaint, *(context.facts or ()), *(each.text for each in context.remedies or ())]
    return [*parts, context.follow_up.by] if context.follow_up and context.follow_up.by else parts


def other_values(draft: Draft) -> Iterator[tuple[int, int, str]]:
    """Values of the draft, each with one of the same kind that the case has for something else."""
    there = [(value, part[value.start : value.end]) for part in case_parts(draft) for value in values(part, draft.now)]
    for value in values(draft.text, draft.now):
        if value.kind in SWAPPED:
            for other, written in there:
                if other.kind == value.kind and not other.keys & value.keys:
                    yield value.start, value.end, written


def other_persons(draft: Draft) -> Iterator[tuple[int, int, str]]:
    """Names inside the draft, each with somebody else's of the case; greeting and signature stay."""
    context = draft.context
    told = (context.agent.name, draft.customer_name, context.follow_up.person if context.follow_up else None)
    known = {name for each in told if each for name in (each, each.split()[0])}
    parts = sentences(draft.text)
    if len(parts) < FEWEST_PARTS:
        return
    for name in sorted(known):
        for match in re.finditer(rf"\b{re.escape(name)}\b", draft.text[: parts[-1].start]):
            if match.start() > parts[0].end:
                for other in sorted(known):
                    if not set(other.split()) & set(name.split()):
                        yield match.start(), match.end(), other


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The words of the clause that these are part of."""
    while start > 0 and text[start - 1] not in ",;:!?\n\u2013" and text[start - 2 : start] != ". ":
        start -= 1
    while end < len(text) and text[end] not in ",;:!?\n\u2013" and text[end : end + 2] not in (". ", ".\n", "."):
        end += 1
    return start + len(text[start:end]) - len(text[start:end].lstrip()), end


def varied(example: Example, goods: dict[str, Example], chance: random.Random) -> Example | None:
    """An example as one epoch sees it; None: left out."""
    draw = chance.random()
    if example.origin in ("good", "plain"):
        if draw < SKIPPED:
            return None
        if draw < SKIPPED + DEPRIVED:
            given = deprived(example, chance)
        else:
            given = misplaced(example, chance) if draw < SKIPPED + DEPRIVED + MISPLACED else example
    elif example.origin == "own":
        given = wholly_granted(example, chance) if example.spans and draw < OWN_GRANTED else example
    elif example.origin == "flawed" and example.spans:
        given = varied_flawed(example, goods.get(example.id.rpartition("/")[0]), draw, chance)
    elif example.spans:
        given = wholly_granted(example, chance) if draw < GRANTED else example
    else:
        given = deprived(example, chance) if draw < GRANTED else example
    return cropped(given, chance) if chance.random() < CROPPED else given


def varied_flawed(example: Example, good: Example | None, draw: float, chance: random.Random) -> Example:
    """A flawed draft without its faults, with a case that supports them, inside a good reply, or as it is."""
    if draw < CLEANSED:
        return cleansed(example)
    if draw < CLEANSED + GRANTED:
        return wholly_granted(example, chance)
    return spliced(good, example, chance) if good and draw < CLEANSED + GRANTED + SPLICED else example
