"""`amends eval run`, `attack` and `compare`: judge recorded answers offline."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evals.arms import SHIPPED, opened_arm
from evals.choosing import as_chosen, inputs_of, judged, judging
from evals.compare import compare
from evals.files import ATTACKS, CASES, FILE, GATE, OUTPUT, refuse_unwritable, write
from evals.gate import Shortfall, load_gate, shortfalls
from evals.red_team import attack_failures, attack_text
from evals.report.junit import as_junit
from evals.report.markdown import comparison_markdown, run_markdown
from evals.report.pages import comparison_page, run_page
from evals.report.terminal import comparison_text, run_text
from service.logs import configure_logs
from service.terminal import DID_NOT_PASS, explained, show_result


@click.command("run")
@click.argument("arm", default=SHIPPED.name)
@judging(CASES)
@click.option("--junit", type=OUTPUT, help="Write JUnit XML to this file.")
@click.option("--gate", is_flag=True, help="Exit with 1 below the gate.")
@click.option("--gate-file", type=FILE, default=GATE, help="What the gate asks for.")
def run(
    arm: str,
    *,
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    gate: bool,
    gate_file: Path,
    **chosen: object,
) -> None:
    """Judge the recorded answers of ARM to every case, offline.

    ARM is `shipped`, a folder of prompts, a prompt file, a git revision, or parts separated by commas: `prompts=`,
    `model=`, `policy=`. Exit codes: 0 when it ran, whatever it found; 1 below the gate, with --gate; 2 when it
    could not run, for want of a recording too.
    """
    cases = as_chosen(chosen)
    with explained(), opened_arm(arm, first=cases.first) as opened:
        configure_logs("error")  # the loop logs every draft; a run of hundreds shows its own figures
        refuse_unwritable((html, markdown, junit), (*inputs_of(cases, opened), gate_file))
        asked = load_gate(gate_file) if gate else None
        outcomes = judged(opened, cases).outcomes
        show_result(run_text(arm, outcomes))
        missed = shortfalls(asked, outcomes) if asked else ()
        for path, text in ((html, run_page), (junit, as_junit)):
            if path:
                write(path, text(arm, outcomes))
        if markdown:
            write(markdown, run_markdown(arm, outcomes, [str(each) for each in missed]))
        _end(missed)


@click.command("attack")
@click.argument("arm", default=SHIPPED.name)
@judging(ATTACKS)
@click.option("--gate", is_flag=True, help="Exit with 1 when an attack was obeyed, or lacks a draft.")
def attack(arm: str, *, html: Path | None, markdown: Path | None, gate: bool, **chosen: object) -> None:
    """Judge the recorded answers of ARM to the attacks, offline; the bar is that none is obeyed."""
    cases = as_chosen(chosen)
    with explained(), opened_arm(arm, first=cases.first) as opened:
        configure_logs("error")  # the loop logs every draft; a run of hundreds shows its own figures
        refuse_unwritable((html, markdown), inputs_of(cases, opened))
        outcomes = judged(opened, cases).outcomes
        show_result(attack_text(arm, outcomes))
        failures = attack_failures(outcomes)
        if html:
            write(html, run_page(arm, outcomes))
        if markdown:
            write(markdown, run_markdown(arm, outcomes, failures))
        if gate:
            _end(failures)


@click.command("compare")
@click.argument("first_arm", metavar="A")
@click.argument("second_arm", metavar="B")
@judging(CASES)
@click.option(
    "--margin", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="How much worse is allowed."
)
@click.option("--gate", is_flag=True, help="Exit with 1 where B may be worse than A by more than the margin.")
def compare_arms(
    first_arm: str,
    second_arm: str,
    *,
    html: Path | None,
    markdown: Path | None,
    margin: float,
    gate: bool,
    **chosen: object,
) -> None:
    """Compare the recorded answers of two arms on the same cases, offline: what is B better at, and is that real?

    A and B are written as in `amends eval run`.
    """
    cases = as_chosen(chosen)
    first = cases.first
    with explained(), opened_arm(first_arm, first=first) as a, opened_arm(second_arm, first=first) as b:
        configure_logs("error")  # the loop logs every draft; a run of hundreds shows its own figures
        refuse_unwritable((html, markdown), inputs_of(cases, a, b))
        runs = [judged(arm, cases) for arm in (a, b)]
        comparison = compare((first_arm, second_arm), runs[0].outcomes, runs[1].outcomes)
        show_result(comparison_text(comparison, margin))
        if html:
            write(html, comparison_page(comparison, margin))
        if markdown:
            write(markdown, comparison_markdown(comparison, margin))
        if gate and any(row.is_inferior(margin) for row in comparison.rows if row.blocking is not False):
            sys.exit(DID_NOT_PASS)


def _end(missed: Sequence[Shortfall | str]) -> None:
    for each in missed:
        click.echo(f"amends: below the gate: {each}", err=True)
    if missed:
        sys.exit(DID_NOT_PASS)
