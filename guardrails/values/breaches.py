"""Decides whether a draft keeps a rule: where it breaks it, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails import languages
from guardrails.types import Draft
from guardrails.values.breach import Breach, Undecided
from guardrails.values.constraint_rules import Rule
from guardrails.values.form_breaches import by_form
from guardrails.values.subject_breaches import by_subject

COUNTED = frozenset(("most", "least", "mark", "once", "word_once"))
FORMAL = COUNTED | {"language"}
ENGLISH_ONLY = frozenset(("forbidden", "promise", "admission", "ask", "only", "cause", "criticise", "say", "meant"))


def broken(rule: Rule | None, draft: Draft, told: str) -> Iterator[Breach]:
    """The breaches of one rule, of which `told` is a sentence; raises Undecided where no machine can tell."""
    if rule is None:
        raise Undecided
    if rule.kind in ENGLISH_ONLY and not languages.reads_english(draft.text):
        raise Undecided
    yield from by_form(rule, draft.text, told) if rule.kind in FORMAL else by_subject(rule, draft, told)
