"""What the commands that judge and record have in common: which cases of which arm, and a bar while they wait."""

from __future__ import annotations

import hashlib
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from evals.arms import SHIPPED, Arm
from evals.case import EvalCase, load_cases
from evals.files import CASES, CASSETTES, FOLDER, OUTPUT
from evals.run import Run, Tell, run_cases
from service.errors import InputError

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the options of `choosing` and `judging` say."""

    ids: tuple[str, ...]
    cases: Path
    cassettes: Path
    first: bool
    sample: int | None = None
    processes: int | None = None


def choosing(default_cases: Path) -> Callable[[Command], Command]:
    """The options of every command that works on recorded cases."""
    return _with_options(
        click.option("--cases", type=FOLDER, default=default_cases, help="Folder of cases."),
        click.option("--cassettes", type=FOLDER, default=CASSETTES, help="Folder of recorded answers."),
        click.option("--only", "ids", multiple=True, metavar="ID", help="Only this case; may be given again."),
        click.option("--sample", type=click.IntRange(min=1), help="Only so many cases, always the same ones."),
        click.option("--first", is_flag=True, help="The model's first answer alone, without the loop."),
    )


def judging(default_cases: Path) -> Callable[[Command], Command]:
    """The options of every command that judges them."""
    return _with_options(
        choosing(default_cases),
        click.option("--processes", type=click.IntRange(min=1), help="Processes; by default one per processor."),
        click.option("--html", type=OUTPUT, help="Write one page to this file."),
        click.option("--markdown", type=OUTPUT, help="Write a pull request comment to this file."),
    )


def _with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):  # as decorators stand, so that help lists them in this order
            command = option(command)
        return command

    return add


def judged(arm: Arm, chosen: Chosen) -> Run:
    """Every chosen case of an arm, replayed, with a bar where somebody is watching.

    Raises:
        InputError: an id is unknown, or an answer is not recorded: gives the command that records it.
    """
    cases = chosen_cases(chosen)
    with bar(len(cases), "judging") as tell:
        found = run_cases(cases, arm, chosen.cassettes, processes=chosen.processes, tell=tell)
    if found.missing:
        raise InputError(
            f"{arm.name}: {len(found.missing)} of {len(cases)} cases have no recording that fits its prompts, model "
            f"and checks ({', '.join(each.id for each in found.missing[:5])}"
            f"{', ...' if len(found.missing) > 5 else ''}); record them: {recording_command(arm, chosen)}"  # noqa: PLR2004 - as many as are shown
        )
    return found


def chosen_cases(chosen: Chosen) -> Sequence[EvalCase]:
    """The cases of the folder, or those asked for.

    Raises:
        InputError: the folder is at fault, or an id is unknown.
    """
    cases = load_cases(chosen.cases)
    unknown = set(chosen.ids) - {case.id for case in cases}
    if unknown:
        raise InputError(f"{chosen.cases}: there is no such case: {', '.join(sorted(unknown))}")
    asked = [case for case in cases if not chosen.ids or case.id in chosen.ids]
    return sample(asked, chosen.sample) if chosen.sample else asked


def inputs_of(chosen: Chosen, *arms: Arm) -> Iterator[Path]:
    """Every file that the work reads and that no report may be written over."""
    yield from (path for arm in arms for path in arm.files)
    for folder in (chosen.cases, chosen.cassettes):
        yield from (path for path in folder.rglob("*") if path.is_file())


def sample(cases: Sequence[EvalCase], size: int) -> list[EvalCase]:
    """So many cases, in turn from every situation; the same ones as long as the ids are the same."""
    drawn = sorted(cases, key=lambda case: hashlib.sha256(case.id.encode()).hexdigest())
    turns: dict[str, int] = {}
    ranked = []
    for case in drawn:
        turns[case.situation] = turns.get(case.situation, 0) + 1
        ranked.append((turns[case.situation], case))
    chosen = [case for _, case in sorted(ranked, key=lambda each: each[0])[:size]]
    return sorted(chosen, key=lambda case: case.id)


def recording_command(arm: Arm, chosen: Chosen) -> str:
    """What to type to record what is missing."""
    words = ["amends", "eval", "record"]
    if arm.name != SHIPPED.name:
        words.append(arm.name)
    if not arm.is_embedded:
        words += ["--model", "URL", "--name", arm.model]
    if chosen.cases != CASES:
        words += ["--cases", str(chosen.cases)]
    if chosen.cassettes != CASSETTES:
        words += ["--cassettes", str(chosen.cassettes)]
    if chosen.first:
        words.append("--first")
    if chosen.sample:
        words += ["--sample", str(chosen.sample)]
    for each in chosen.ids:
        words += ["--only", each]
    return shlex.join(words)


def as_chosen(options: dict[str, object]) -> Chosen:
    """The shared options, as click gives them."""
    return Chosen(**options)  # type: ignore[arg-type]  # click checked each of them


@contextmanager
def bar(length: int, label: str) -> Iterator[Tell]:
    """A progress bar on standard error, where that is a terminal."""
    with click.progressbar(length=length, label=label, file=sys.stderr) as shown:
        yield lambda _: shown.update(1)
