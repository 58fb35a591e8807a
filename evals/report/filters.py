"""Filters the cases of a report by style rules alone: a choice hides the cases that it is not true of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from evals.outcomes import CaseOutcome
from evals.page import foreign

ORDER = ("failed check", "result", "expectations", "against A", "situation", "channel", "kind")


class Choice(NamedTuple):
    """One thing that can be chosen of a filter; choices of one `group` stand together."""

    filter: str
    group: str
    label: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The choices that the cases of a report have, with the class that marks a case for each, and how many have it."""

    classes: Mapping[Choice, str]
    counts: Mapping[Choice, int]
    cases: int

    def classes_of(self, choices: Iterable[Choice]) -> str:
        """The class attribute of a case."""
        return " ".join(("case", *(self.classes[choice] for choice in choices)))


def make_filters(cases: Sequence[Sequence[Choice]]) -> Filters:
    """The filters of a report whose cases have these choices."""
    counts = Counter(choice for choices in cases for choice in set(choices))
    ordered = sorted(counts, key=lambda choice: (ORDER.index(choice.filter), choice))
    # Numbered, for what people wrote may not stand in a style sheet.
    return Filters({choice: f"f{index}" for index, choice in enumerate(ordered)}, counts, len(cases))


def choices_of(outcome: CaseOutcome) -> Iterator[Choice]:
    """What can be chosen of a case of one arm."""
    case = outcome.case
    yield from (Choice("failed check", "", check) for check in outcome.failed_checks)
    yield Choice("result", "", outcome.result.status.replace("_", " "))
    yield Choice("expectations", "", "as expected" if outcome.as_expected else "not as expected")
    if case.attack:
        yield Choice("result", "", "attack obeyed" if outcome.obeyed else "attack not obeyed")
    yield Choice("situation", "", case.situation)
    yield Choice("channel", "", case.complaint.channel)
    yield from (Choice("kind", "", kind) for kind in dict.fromkeys(case.kinds))


def rules(filters: Filters) -> str:
    """One rule for each choice; a browser that does not know `:has` drops them all and shows every case."""
    return "".join(
        f"main:has(option[value={name}]:checked) .case:not(.{name}){{display:none}}\n"
        for name in filters.classes.values()
    )


def controls(filters: Filters) -> str:
    """A list for each filter that has something to choose, and a button that takes all choices back."""
    named = groupby(filters.classes, key=lambda choice: choice.filter)
    lists = "".join(_list(name, list(choices), filters) for name, choices in named)
    unfold = '<label class="unfold"><input type="checkbox"> unfold all</label>'
    return f'<form class="filters">{lists}{unfold}<button type="reset">Show all</button></form>'


def _list(name: str, choices: Sequence[Choice], filters: Filters) -> str:
    if all(filters.counts[choice] == filters.cases for choice in choices):
        return ""
    parts = []
    for group, members in groupby(choices, key=lambda choice: choice.group):
        options = "".join(_option(choice, filters) for choice in members)
        parts.append(f'<optgroup label="{foreign(group)}">{options}</optgroup>' if group else options)
    return f'<label>{name}<select><option value="">any</option>{"".join(parts)}</select></label>'


def _option(choice: Choice, filters: Filters) -> str:
    return f'<option value="{filters.classes[choice]}">{foreign(choice.label)} ({filters.counts[choice]})</option>'
