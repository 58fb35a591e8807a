"""Turns a draft and its case into what the support model reads; training uses the same code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from tokenizers import Tokenizer

from guardrails.types import Context, Draft
from guardrails.values.instructions import without_instructions
from guardrails.values.normal import normal
from guardrails.values.stems import EMPTY, meaning, meanings
from guardrails.values.support import unknown_values

DRAFT_TOKENS = 256  # of one window
OVERLAP_TOKENS = 48
CASE_TOKENS = 240
COMPLAINT_TOKENS = 64  # its beginning and its end; the rest reaches the model through the marks
AROUND = 4  # words with a meaning on each side, over which coverage is counted
SOURCES = ("facts", "remedies", "follow_up", "complaint", "history", "constraints", "names")
OWN = SOURCES[:3]  # the sources of which every item is compared by itself
MARKS = len(SOURCES) + 4 + len(OWN) + 2
NOTHING = (0.0,) * MARKS
CLS, SEP = "[CLS]", "[SEP]"
WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """The texts that support a draft: for each source its items."""

    items: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the model: each token of the draft with marks and place, each token of the case with its source."""

    ids: tuple[int, ...]
    marks: tuple[tuple[float, ...], ...]
    places: tuple[tuple[int, int] | None, ...]
    case_ids: tuple[int, ...]
    case_sources: tuple[int, ...]


def case_of(draft: Draft, context: Context) -> Case:
    """What the case says, by source; orders to the writer are left out."""
    follow = context.follow_up
    reach = (follow.person, follow.team, follow.channel, follow.by) if follow else ()
    names = (context.brand, context.agent.name, context.agent.role, draft.customer_name, context.customer_ref)
    return Case(
        (
            ("facts", tuple(context.facts or ())),
            ("remedies", tuple(remedy.text for remedy in context.remedies or ())),
            ("follow_up", (", ".join(each for each in reach if each),) if any(reach) else ()),
            ("complaint", (without_instructions(draft.complaint),)),
            ("history", tuple(without_instructions(item.text) for item in context.history or ())),
            ("constraints", tuple(context.constraints or ())),
            ("names", tuple(each for each in names if each)),
        )
    )


def windows(tokenizer: Tokenizer, draft: Draft, context: Context) -> Iterator[Window]:
    """The inputs for one draft: one window, or several that overlap where it is long."""
    case = case_of(draft, context)
    case_ids, case_sources = case_tokens(tokenizer, case)
    tokens = tokenizer.encode(draft.text, add_special_tokens=False)
    at_words = word_marks(draft, case)
    begin, end = known_id(tokenizer, CLS), known_id(tokenizer, SEP)
    step = DRAFT_TOKENS - OVERLAP_TOKENS
    for at in range(0, max(len(tokens.ids) - OVERLAP_TOKENS, 1), step):
        places = tokens.offsets[at : at + DRAFT_TOKENS]
        yield Window(
            ids=(begin, *tokens.ids[at : at + DRAFT_TOKENS], end),
            marks=(NOTHING, *(at_words[start] for start, _ in places), NOTHING),
            places=(None, *places, None),
            case_ids=case_ids,
            case_sources=case_sources,
        )


def case_tokens(tokenizer: Tokenizer, case: Case) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ids of the case's tokens, what the business says first, and the source of each, from 1."""
    ids: list[int] = []
    sources: list[int] = []
    for number, (source, items) in enumerate(case.items, 1):
        found = [each for item in items for each in tokenizer.encode(item, add_special_tokens=False).ids]
        kept = both_ends(found, COMPLAINT_TOKENS) if source in ("complaint", "history") else found
        ids += kept
        sources += [number] * len(kept)
    return tuple(ids[:CASE_TOKENS]) or (known_id(tokenizer, SEP),), tuple(sources[:CASE_TOKENS]) or (0,)


def known_id(tokenizer: Tokenizer, piece: str) -> int:
    """The id of a piece that every vocabulary has; raises ValueError where it lacks."""
    number: int | None = tokenizer.token_to_id(piece)
    if number is None:
        raise ValueError(f"The tokenizer of the support model lacks {piece}.")
    return number


def both_ends(ids: list[int], most: int) -> list[int]:
    """The beginning, which tells the story, and the end, which tells what is asked for."""
    return ids if len(ids) <= most else ids[: most * 3 // 4] + ids[-(most - most * 3 // 4) :]


def word_marks(draft: Draft, case: Case) -> list[tuple[float, ...]]:
    """The marks of each character of a draft, those of its word; the last row is of its end.

    They are: for each source whether it has the word; whether the word carries a meaning, stands nowhere, is part of a
    value that follows from the case, or of one that does not; how much of the words around it the best item of facts,
    of remedies and of the follow-up has; how much the complaint has; how much anything has.
    """
    words = list(WORD.finditer(normal(draft.text)))
    told = [meaning(word.group().lower()) if tells(word.group()) else "" for word in words]
    content = [each for each in told if each]
    known = Known(content, case)
    covered = known.coverage(content)
    bad = unknown_places(draft)
    order = 0  # among the words with a meaning
    marks = [NOTHING] * (len(draft.text) + 1)
    for word, each in zip(words, told, strict=True):
        start, end = word.span()
        unknown = 1 in bad[start:end]
        value = not unknown and any(map(str.isdigit, word.group()))
        marks[start:end] = [(*known.of(each), float(value), float(unknown), *covered[order])] * (end - start)
        order += bool(each)
    return marks


class Known:
    """Which of the words of a draft its case has: each word a bit, each item of the case the bits of its words."""

    def __init__(self, content: Sequence[str], case: Case) -> None:
        self._bits = {each: 1 << number for number, each in enumerate(dict.fromkeys(content))}
        items = {source: [self._known(text) for text in texts] for source, texts in case.items}
        self._sources = [reduce(or_, items[source], 0) for source in SOURCES]
        self._anything = reduce(or_, self._sources, 0)
        self._own = [items[source] for source in OWN]
        self._rows: dict[str, tuple[float, ...]] = {"": NOTHING[: len(SOURCES) + 2]}

    def of(self, word: str) -> tuple[float, ...]:
        """For each source whether it has a word; whether the word has a meaning, and whether it stands nowhere."""
        if word not in self._rows:
            bit = self._bits[word]
            has = (float(bool(bit & source)) for source in self._sources)
            self._rows[word] = (*has, 1.0, float(not bit & self._anything))
        return self._rows[word]

    def coverage(self, content: Sequence[str]) -> list[tuple[float, ...]]:
        """For each place among the words with a meaning, and behind the last, how much of those around it is known."""
        bits = [self._bits[each] for each in content]
        complaint = self._sources[SOURCES.index("complaint")]
        rows = []
        for at in range(len(bits) + 1):
            around = reduce(or_, bits[max(0, at - AROUND) : at + AROUND + 1], 0)
            best = (max((share(around, item) for item in each), default=0.0) for each in self._own)
            rows.append((*best, share(around, complaint), share(around, self._anything)))
        return rows

    def _known(self, text: str) -> int:
        return reduce(or_, (self._bits.get(each, 0) for each in meanings(text)), 0)


def unknown_places(draft: Draft) -> bytearray:
    """For each character of a draft 1 where it is of a value, a contact or a name that the case does not give."""
    places = bytearray(len(draft.text) + 1)
    for each in unknown_values(draft):
        start, end = each.finding.start, each.finding.end
        places[start:end] = b"\1" * (end - start)
    return places


def share(words: int, known: int) -> float:
    """How many of the words are known, both as bits; nothing to know counts as all."""
    return (words & known).bit_count() / words.bit_count() if words else 1.0


def tells(word: str) -> bool:
    """Whether a word carries a meaning of its own."""
    return len(word) > 1 and word.lower() not in EMPTY
