"""The command `amends eval`: for those who improve prompts and checks."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evals.agreement import Agreement, agreement
from evals.case import EvalCase, load_case, load_cases
from evals.labelled import PASSES, LabelledDraft, read_labelled
from evals.replay import NotRecordedError, as_case, record, replay
from guardrails.types import Verdict
from service.logs import configure_logs
from service.main import embedded_server, make_checker, running
from service.schemas import Options, Result
from service.settings import Settings, read_environment
from service.terminal import explained, show_result

CASES = Path(__file__).with_name("cases")
CASSETTES = Path(__file__).with_name("cassettes")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure prompts and checks against recorded cases and labelled drafts."""


@evaluate.command("draft")
@click.argument("file", type=FILE)
def draft_case(file: Path) -> None:
    """Draft a reply to one case, and show the draft, its verdicts and the result as JSON."""
    with explained():
        case = load_case(file)
        click.echo(f"Complaint to {case.context.brand}:\n\n{_indented(case.complaint.text)}\n")
        result = asyncio.run(_draft(case, _settings()))
        click.echo(f"Draft ({result.status}, {result.model}, {result.timings_ms.total / 1000:.1f} s):\n")
        click.echo(_indented(result.draft or "no text"))
        click.echo("\nVerdicts:\n\n" + "\n".join(_verdict_line(verdict) for verdict in result.verdicts))
        click.echo("\nThe result as JSON:\n\n" + json.dumps(json.loads(result.to_json()), ensure_ascii=False, indent=2))


@evaluate.command("record")
@click.argument("ids", nargs=-1)
def record_cases(ids: tuple[str, ...]) -> None:
    """Record the embedded model's answers for the cases IDS, or for every case that lacks them."""
    with explained():
        cases = [case for case in load_cases(CASES) if not ids or case.id in ids]
        unknown = set(ids) - {case.id for case in cases}
        if unknown:
            raise click.UsageError(f"no such case: {', '.join(sorted(unknown))}")
        asyncio.run(_record(cases, _settings()))


@evaluate.command("lines")
@click.argument("file", type=FILE)
def lines(file: Path) -> None:
    """Turn labelled drafts into input for `amends check --jsonl`."""
    with explained():
        for row in read_labelled(file):
            show_result(row.as_check_input().model_dump_json(exclude_none=True))


@evaluate.command("guardrails")
@click.argument("file", type=FILE)
def guardrails(file: Path) -> None:
    """Compare the checks with the labels of a JSONL file of labelled drafts."""
    with explained():
        checker = make_checker(_settings())
        rows = list(read_labelled(file))
        verdicts = []
        with click.progressbar(rows, label="checking", file=sys.stderr) as bar:
            for row in bar:
                result = checker.check(row.as_check_input())
                verdicts.append({verdict.check: verdict.passed for verdict in result.verdicts})
        click.echo("check            n    fail  precision  recall  macro-F1")
        for name in PASSES:
            click.echo(_agreement_line(_agreement(name, rows, verdicts)))


def _settings() -> Settings:
    settings = read_environment()
    configure_logs(settings.log_level)
    return settings


async def _draft(case: EvalCase, settings: Settings) -> Result:
    # Flagged, so that there is something to read even where a check did not pass.
    options = (case.options or Options()).model_copy(update={"delivery": "flagged"})
    async with running(settings) as parts:
        return await parts.intake.create(as_case(case).model_copy(update={"options": options}))


async def _record(cases: Sequence[EvalCase], settings: Settings) -> None:
    CASSETTES.mkdir(exist_ok=True)
    missing = [case for case in cases if await _lacks_recording(case)]
    click.echo(f"{len(cases) - len(missing)} of {len(cases)} cases are recorded", err=True)
    async with embedded_server(settings) as address:
        for number, case in enumerate(missing, start=1):
            outcome = await record(case, CASSETTES, address)
            click.echo(f"{number}/{len(missing)} {case.id}: {outcome.result.status}", err=True)


async def _lacks_recording(case: EvalCase) -> bool:
    try:
        await replay(case, CASSETTES)
    except NotRecordedError:
        return True
    return False


def _agreement(check: str, rows: Sequence[LabelledDraft], verdicts: Sequence[dict[str, bool]]) -> Agreement:
    known = [(row, passed) for row, passed in zip(rows, verdicts, strict=True) if check in row.labels]
    return agreement(
        check, [PASSES[check](row.labels[check]) for row, _ in known], [passed[check] for _, passed in known]
    )


def _agreement_line(found: Agreement) -> str:
    return (
        f"{found.check:<16} {found.n:<4} {found.failures:<5} {found.precision:<10.2f} {found.recall:<7.2f} "
        f"{found.macro_f1:.3f}"
    )


def _verdict_line(verdict: Verdict) -> str:
    mark = "pass" if verdict.passed else "FAIL" if verdict.blocking else "note"
    level = "" if verdict.level is None else f" (level {verdict.level}, needs {verdict.limit})"
    why = verdict.error or verdict.skipped or verdict.advice or ""
    return f"  {mark}  {verdict.check}{level}{': ' + why if why else ''}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
