"""Measures whether many drafts sound like one template: runs of words that they share, and how many pairs are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.outcomes import CaseOutcome
from guardrails.values.runs import plain, runs, words_of
from guardrails.values.sources import context_texts

RUN_WORDS = 8


@dataclass(frozen=True, slots=True)
class Sameness:
    """How alike the drafts of a run are.

    `shared` is the run of eight words, outside what the case itself says, that stands in most drafts, `in_drafts`
    how many those are. `distinct_2` is the share of different pairs of neighbouring words among all, 0 to 1.
    """

    drafts: int
    shared: str | None
    in_drafts: int
    distinct_2: float


def sameness(outcomes: Sequence[CaseOutcome]) -> Sameness:
    """Over the best attempt of every case that has one."""
    drafted = [(each, each.replayed.draft) for each in outcomes if each.replayed.draft]
    own = Counter(run for each, draft in drafted for run in runs(draft, RUN_WORDS) - runs(_said(each), RUN_WORDS))
    # Of equally frequent runs always the same one.
    most = max(own, key=lambda run: (own[run], run), default=None)
    pairs = [pair for _, draft in drafted for pair in pairwise(plain(word.group()) for word in words_of(draft))]
    return Sameness(
        drafts=len(drafted),
        shared=" ".join(most) if most else None,
        in_drafts=own[most] if most else 0,
        distinct_2=len(set(pairs)) / len(pairs) if pairs else 1.0,
    )


def _said(outcome: CaseOutcome) -> str:
    """Everything that the case says: what a draft repeats of it is no template."""
    complaint = outcome.case.complaint
    return "\n".join((complaint.text, complaint.customer_name or "", *context_texts(outcome.case.context)))
