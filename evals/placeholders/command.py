"""The command `amends eval placeholders`: how well personal data is found before texts go to a remote model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from evals.files import FILE
from evals.placeholders.measuring import PARTS, TEXTS, Figures, Part, Text, measure, misses, read_texts
from service.placeholders.kinds import Kind
from service.terminal import explained, show_result

HEAD = """| texts | kind | planted | found | recall | right of what was found | precision |
| --- | --- | ---: | ---: | ---: | ---: | ---: |"""


@click.command("placeholders")
@click.option("--texts", type=FILE, default=TEXTS, help="JSON Lines with planted identifiers.")
@click.option("--misses", "shown", is_flag=True, help="Show what went wrong in the texts for tuning; never the others.")
def placeholders(texts: Path, shown: bool) -> None:  # noqa: FBT001 - click gives it
    """Show recall and precision by kind over texts with planted identifiers, for tuning and held out."""
    with explained():
        read = read_texts(texts)
        show_result(as_markdown(read))
        for miss in misses(read) if shown else ():
            show_result(f"{miss.id}: missed {list(miss.missed)}, wrong {list(miss.wrong)}")


def as_markdown(texts: Sequence[Text]) -> str:
    """The figures as a table."""
    rows = [row for part in PARTS for row in _rows(part, measure(each for each in texts if each.part == part))]
    return "\n".join((HEAD, *rows))


def _rows(part: Part, figures: Mapping[Kind, Figures]) -> list[str]:
    total = Figures.sum_of(figures.values())
    return [_row(part, kind, each) for kind, each in (*figures.items(), ("all", total))]


def _row(part: Part, kind: str, figures: Figures) -> str:
    named = part.replace("_", " ")
    recall = f"{figures.hit} | {figures.recall:.1%}"
    precision = f"{figures.right} of {figures.found} | {figures.precision:.1%}"
    return f"| {named} | {kind} | {figures.planted} | {recall} | {precision} |"
