"""Shows the rendered prompts of a report: what many cases have in common stands there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from evals.outcomes import CaseOutcome
from evals.page import block, foreign
from evals.report.diff import changed_words
from evals.report.formats import counted
from evals.report.highlight import Span, marked

USER = "\n\n[user]\n"  # where the message with the case begins
Heads = tuple[str, ...]


class Prompts:
    """The system messages of a report, one or one of each arm, numbered in the order of their first case."""

    def __init__(self, cases: Sequence[Sequence[CaseOutcome]], names: Sequence[str] = ()) -> None:
        """Number what the cases, given by arm, begin with; `names` are those of the arms, where there are two."""
        self._names = names
        self._counts = Counter(_heads(arms) for arms in cases)
        self._numbers = {heads: number for number, heads in enumerate(filter(any, self._counts), start=1)}

    def of(self, arms: Sequence[CaseOutcome]) -> Iterator[str]:
        """What one case was asked, arm by arm; once, where both were asked the same."""
        number = self._numbers.get(_heads(arms))
        if number:
            yield f'<p>First <a href="#system-{number}">system message {number}</a>, then:</p>'
        rests = [_split(each.replayed.prompt)[1] for each in arms]
        for index, rest in enumerate(dict.fromkeys(rests)):
            name = f"<p>{foreign(self._names[index])}</p>" if len(set(rests)) > 1 else ""
            yield f"{name}{block(foreign(rest))}"

    def section(self) -> Iterator[str]:
        """The system messages; of two arms side by side, with the words marked that only one has."""
        for heads, number in self._numbers.items():
            summary = f"system message {number}, of {counted(self._counts[heads], 'case')}"
            same = len(set(heads)) == 1
            note = "" if len(heads) == 1 else ", the same in both arms" if same else ", changed"
            texts = [block(foreign(heads[0]))] if same else self._beside(heads)
            inside = f'<div id="system-{number}" class="sides">{"".join(texts)}</div>'
            yield f'<details class="fold"><summary>{summary}{note}</summary>{inside}</details>'

    def _beside(self, heads: Heads) -> Iterator[str]:
        spans: Sequence[Sequence[Span]] = changed_words(*heads)
        for name, head, changed in zip(self._names, heads, spans, strict=True):
            yield f"<div><p>{foreign(name)}</p>{block(marked(head, changed))}</div>"


def _heads(arms: Sequence[CaseOutcome]) -> Heads:
    return tuple(_split(each.replayed.prompt)[0] for each in arms)


def _split(prompt: str) -> tuple[str, str]:
    """The system message, where there is one, and the rest."""
    head, user, rest = prompt.partition(USER)
    return (head, f"{user.lstrip()}{rest}") if user else ("", prompt)
