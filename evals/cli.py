"""The command `amends eval`: for those who improve prompts and checks."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from evals.case import EvalCase, load_case, load_cases
from evals.files import CASES, FILE, FOLDER, PRINCIPLES
from evals.guardrails_command import guardrails, lines
from evals.importing.command import import_edits
from evals.labelling.command import label
from evals.new_command import new_case
from evals.principles import as_markdown, load_seen, table
from evals.record_command import record
from evals.replay import as_case
from evals.run_command import attack, compare_arms, run
from guardrails.types import Verdict
from service.idempotency import DEFAULT_TENANT
from service.logs import configure_logs
from service.main import running
from service.schemas import Options, Result
from service.settings import Settings, read_environment
from service.terminal import explained, show_result
from service.wiring.files import PROMPTS


@click.group()
def evaluate() -> None:
    """Measure prompts and checks against recorded cases and labelled drafts."""


for command in (run, record, compare_arms, attack, new_case, import_edits, label, guardrails, lines):
    evaluate.add_command(command)


@evaluate.command("principles")
@click.option("--cases", type=FOLDER, default=CASES, help="Folder of cases.")
def principles(cases: Path) -> None:
    """Show each principle with its seed, its line in the prompts, its checks and its cases, as a Markdown table."""
    with explained():
        show_result(as_markdown(table(PROMPTS, load_seen(PRINCIPLES), load_cases(cases))))


@evaluate.command("draft")
@click.argument("file", type=FILE)
def draft_case(file: Path) -> None:
    """Draft a reply to one case, and show the draft, its verdicts and the result as JSON."""
    with explained():
        case = load_case(file)
        click.echo(f"Complaint to {case.context.brand}:\n\n{_indented(case.complaint.text)}\n")
        settings = read_environment()
        configure_logs(settings.log_level)
        result = asyncio.run(_draft(case, settings))
        click.echo(f"Draft ({result.status}, {result.model}, {result.timings_ms.total / 1000:.1f} s):\n")
        click.echo(_indented(result.draft or "no text"))
        click.echo("\nVerdicts:\n\n" + "\n".join(_verdict_line(verdict) for verdict in result.verdicts))
        click.echo("\nThe result as JSON:\n\n" + json.dumps(json.loads(result.to_json()), ensure_ascii=False, indent=2))


async def _draft(case: EvalCase, settings: Settings) -> Result:
    # Flagged, so that there is something to read even where a check did not pass.
    options = (case.options or Options()).model_copy(update={"delivery": "flagged"})
    async with running(settings) as parts:
        return await parts.intake.create(DEFAULT_TENANT, as_case(case).model_copy(update={"options": options}))


def _verdict_line(verdict: Verdict) -> str:
    mark = "pass" if verdict.passed else "FAIL" if verdict.blocking else "note"
    level = "" if verdict.level is None else f" (level {verdict.level}, needs {verdict.limit})"
    why = verdict.error or verdict.skipped or verdict.advice or ""
    return f"  {mark}  {verdict.check}{level}{': ' + why if why else ''}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
