"""Finds what a reply confirms as its own although only the customer says so, and the business says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.sentences import Span, sentences
from guardrails.types import Draft, Finding
from guardrails.values.any_case import AnyCase
from guardrails.values.extract import values
from guardrails.values.sources import context_texts
from guardrails.values.stated import Stated, stated
from guardrails.values.support import follows
from guardrails.values.value import Value

OWNED = AnyCase(
    r"\b(?:(?:i|we) (?:can |do |hereby |gladly |have )?(?:confirm|promised|quoted|agreed|owe)"
    r"|our [a-z]+ (?:promised|quoted|agreed)"
    r"|you (?:are|were) (?:quite |absolutely )?(?:right|correct))\b",
)
LATE = re.compile(r"\b(?:late|delay(?:ed)?|behind schedule|overdue)\b", re.IGNORECASE)
AS_TOLD = AnyCase(
    r"\byou(?:'ve| have| had|'re| are)? (?:say|said|write|wrote|mention\w*|describe\w*|tell|told|recall"
    r"|remember|claim\w*|quote"
    r"|report\w*|feel|felt|put it|were told|were quoted|expect\w*)\b|\baccording to you\b|\byour (?:figure"
    r"|account|message)\b",
)
PROMISE = AnyCase(r"\b(?:will|shall)\b|'ll\b")


def claims(draft: Draft) -> Iterator[tuple[Finding, str]]:
    """Amounts and delays confirmed against the facts, and "today" that nobody gave."""
    if draft.context is None:
        return
    ours = stated(context_texts(draft.context), draft.now)
    found = values(draft.text, draft.now)
    for sentence in sentences(draft.text):
        here = [value for value in found if sentence.start <= value.start and value.end <= sentence.end]
        yield from confirmed(draft, sentence, here, ours)
        if PROMISE.search(sentence.text):
            for value in here:
                if "rtoday" in value.keys and not value.keys & ours.keys:
                    yield (
                        Finding(value.start, value.end, "No remedy or fact says that this happens today."),
                        "Do not promise it for today; use the time that the case gives.",
                    )


def confirmed(draft: Draft, sentence: Span, here: list[Value], ours: Stated) -> Iterator[tuple[Finding, str]]:
    """Amounts and delays that a sentence makes its own, although the business gives others."""
    if not here or AS_TOLD.search(sentence.text):
        return
    owned = OWNED.search(sentence.text) is not None
    for value in here:
        late = value.kind == "duration" and LATE.match(draft.text[value.end : value.end + 12].strip())
        if not (late or (owned and value.kind in ("money", "duration"))) or value.kind not in ours.written:
            continue
        if not ours.has(value) and not follows(draft.text, value, ours):
            shown = draft.text[value.start : value.end]
            given = ", ".join(ours.written[value.kind][:4])
            yield (
                Finding(value.start, value.end, f"Only the customer says '{shown}'; the business gives {given}."),
                f"Do not confirm '{shown}': the business gives {given}.",
            )
