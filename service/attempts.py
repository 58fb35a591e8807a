"""The attempts at one draft: which is best, and whether there are enough good ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.runner import Report
from guardrails.types import all_blocking_pass
from service.model import Completion
from service.rendered import RenderedPrompt
from service.schemas import Alternative, Attempt


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt: its number, what was asked, what came, what the checks say."""

    number: int
    prompt: RenderedPrompt
    completion: Completion
    report: Report

    @property
    def passed(self) -> bool:
        """Whether no blocking check stands in the way."""
        return all_blocking_pass(self.report.verdicts)

    @property
    def rank(self) -> tuple[int, int, float, float, int]:
        """Sorts the better attempt first.

        Fewer blocking failures, fewer others, the text that its model is surer of, surer verdicts, the earlier. A
        small model is less sure of what it gets wrong in ways that no check sees (evals/README.md has figures); where
        an endpoint does not tell, its texts count as sure.
        """
        failed = [verdict.blocking for verdict in self.report.verdicts if not verdict.passed]
        unsure = self.completion.surprise or 0.0
        doubt = sum(1 - verdict.score for verdict in self.report.verdicts if verdict.score is not None)
        return sum(failed), len(failed), round(unsure, 4), round(doubt, 3), self.number

    def as_attempt(self) -> Attempt:
        """The attempt as it is kept and answered."""
        return Attempt(draft=self.completion.text, verdicts=self.report.verdicts, endpoint=self.completion.endpoint)


def distinct(tried: Sequence[Tried]) -> list[Tried]:
    """The best first, and each text once: models like to give the same one again."""
    texts: dict[str, Tried] = {}
    for each in sorted(tried, key=lambda attempt: attempt.rank):
        texts.setdefault(" ".join(each.completion.text.split()).casefold(), each)
    return list(texts.values())


def good_ones(tried: Sequence[Tried]) -> int:
    """How many different texts pass every blocking check."""
    return sum(1 for each in distinct(tried) if each.passed)


def alternatives(tried: Sequence[Tried], most: int, *, faulty: bool) -> tuple[Alternative, ...]:
    """The best texts after the very best, at most so many; those with blocking failures only where `faulty`."""
    others = [each for each in distinct(tried)[1:] if each.passed or faulty]
    return tuple(Alternative(draft=each.completion.text, verdicts=each.report.verdicts) for each in others[:most])
