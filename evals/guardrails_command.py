"""`amends eval guardrails` and `lines`: the checks against the labels of careful readers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evals.agreement import report
from evals.files import FILE, OUTPUT, refuse_unwritable, write
from evals.guardrails_page import as_page
from evals.guardrails_report import as_json, as_text, printable
from evals.labelled import LabelledDraft, read_labelled
from guardrails.types import Verdict
from service.checking import DraftChecker
from service.errors import InputError
from service.logs import configure_logs
from service.main import make_checker
from service.settings import read_environment
from service.terminal import explained, show_result
from service.wiring.drafting import make_checks


@click.command("lines")
@click.argument("file", type=FILE)
def lines(file: Path) -> None:
    """Turn labelled drafts into input for `amends check --jsonl`."""
    with explained():
        for row in read_labelled(file):
            show_result(row.as_check_input().model_dump_json(exclude_none=True))


@click.command("guardrails")
@click.argument("file", type=FILE)
@click.option("--json", "json_file", type=OUTPUT, help="Write every figure to this file as JSON.")
@click.option("--html", "html_file", type=OUTPUT, help="Write one page with plots to this file.")
@click.option("--misses", type=click.IntRange(min=0), default=5, show_default=True, help="Worst misses of each check.")
def guardrails(file: Path, json_file: Path | None, html_file: Path | None, misses: int) -> None:
    """Compare the checks with the labels of a JSONL file of labelled drafts."""
    with explained():
        refuse_unwritable((json_file, html_file), inputs=(file,))
        rows = list(read_labelled(file))
        if not rows:
            raise InputError(f"{file}: there is no labelled draft in it")
        settings = read_environment()
        configure_logs(settings.log_level)
        verdicts = asyncio.run(_verdicts(rows, make_checker(make_checks(settings))))
        found = report(file.name, rows, verdicts, misses)
        if not found.checks:
            raise InputError(f"{file}: labels: no draft has a label of a check")
        if found.unknown_labels:
            click.echo(f"labels of no check, not compared: {printable(', '.join(found.unknown_labels))}", err=True)
        show_result(as_text(found))
        if json_file:
            write(json_file, as_json(found))
        if html_file:
            write(html_file, as_page(found))


async def _verdicts(rows: Sequence[LabelledDraft], checker: DraftChecker) -> list[dict[str, Verdict]]:
    """The verdicts on each draft by the name of their check, with a bar where somebody is watching."""
    verdicts = []
    with click.progressbar(rows, label="checking", file=sys.stderr) as bar:
        for row in bar:
            result = await checker.check(row.as_check_input())
            verdicts.append({verdict.check: verdict for verdict in result.verdicts})
    return verdicts
