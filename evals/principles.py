"""The table of principles: the seed that teaches each, the line of a prompt, the checks that see it, its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.case import EvalCase
from evals.files import read_yaml
from guardrails.types import Contract, NonBlank
from service.errors import InputError
from service.prompt_files import InstructionsHead, PrinciplesHead, principles_in, read_prompt
from service.prompts import situation_files


class Seen(Contract):
    """The checks that see a principle, and what about it none of them sees."""

    checks: tuple[NonBlank, ...]
    unseen: NonBlank | None = None


class SeenPrinciples(Contract):
    """The file principles.yaml."""

    principles: dict[str, Seen]


@dataclass(frozen=True, slots=True)
class Row:
    """One principle: `seeds` are titles, `files` the prompts that name it, `line` is what they tell the model."""

    principle: str
    seeds: tuple[str, ...]
    line: str
    files: tuple[str, ...]
    checks: tuple[str, ...]
    unseen: str | None
    cases: tuple[str, ...]


def load_seen(path: Path) -> Mapping[str, Seen]:
    """Which checks see which principle.

    Raises:
        InputError: names the file, the line and the field of the first fault.
    """
    return read_yaml(path, SeenPrinciples)[0].principles


def table(prompts: Path, seen: Mapping[str, Seen], cases: Sequence[EvalCase]) -> tuple[Row, ...]:
    """A row for each principle of a folder of prompts, in its order.

    Raises:
        ConfigurationError: a prompt is wrong.
        InputError: a principle has no check in `seen`, or a case or `seen` names one that does not exist.
    """
    file = read_prompt(prompts / "principles.md", PrinciplesHead)
    principles = principles_in(file)
    for where, names in (("principles.yaml", seen), *((f"{case.id}: principles", case.principles) for case in cases)):
        unknown = sorted(set(names) - set(principles))
        if unknown:
            raise InputError(f"{where}: prompts/principles.md has no {', '.join(unknown)}")
    unseen = [name for name in principles if name not in seen]
    if unseen:
        raise InputError(f"principles.yaml: says of no check that it sees {', '.join(unseen)}")
    heads = _heads(prompts)
    return tuple(
        Row(
            principle=name,
            seeds=tuple(file.head.seeds[number] for number in dict.fromkeys(principle.seeds)),
            line=principle.rule,
            files=tuple(named for named, head in heads.items() if name in head.principles),
            checks=seen[name].checks,
            unseen=seen[name].unseen,
            cases=tuple(case.id for case in cases if name in case.principles),
        )
        for name, principle in principles.items()
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for a page."""
    lines = ["| principle | seed | prompt line (in) | check | cases |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        unseen = f"; unseen: {row.unseen}" if row.unseen else ""
        cells = (
            row.principle,
            "; ".join(row.seeds),
            f"{row.line} ({', '.join(row.files)})",
            f"{', '.join(row.checks)}{unseen}",
            ", ".join(row.cases),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _heads(prompts: Path) -> dict[str, InstructionsHead]:
    reply = read_prompt(prompts / "reply.md", InstructionsHead)
    return {"reply": reply.head, **{each.head.name: each.head for each in situation_files(prompts / "situations")}}
