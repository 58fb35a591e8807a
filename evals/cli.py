"""The command `amends eval`: for those who improve prompts and checks."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evals.agreement import report
from evals.case import EvalCase, load_case, load_cases
from evals.guardrails_page import as_page
from evals.guardrails_report import as_json, as_text, printable
from evals.labelled import LabelledDraft, read_labelled
from evals.replay import NotRecordedError, as_case, record, replay
from guardrails.types import Verdict
from service.checking import DraftChecker, PolicyChecks
from service.errors import AmendsError, InputError
from service.logs import configure_logs
from service.main import embedded_server, make_checker, make_checks, running
from service.schemas import Options, Result
from service.settings import Settings, read_environment
from service.terminal import explained, show_result

CASES = Path(__file__).with_name("cases")
CASSETTES = Path(__file__).with_name("cassettes")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


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
@click.option("--json", "json_file", type=OUTPUT, help="Write every figure to this file as JSON.")
@click.option("--html", "html_file", type=OUTPUT, help="Write one page with plots to this file.")
@click.option("--misses", type=click.IntRange(min=0), default=5, show_default=True, help="Worst misses of each check.")
def guardrails(file: Path, json_file: Path | None, html_file: Path | None, misses: int) -> None:
    """Compare the checks with the labels of a JSONL file of labelled drafts."""
    with explained():
        _refuse_unwritable(file, json_file, html_file)
        rows = list(read_labelled(file))
        if not rows:
            raise InputError(f"{file}: there is no labelled draft in it")
        verdicts = asyncio.run(_verdicts(rows, make_checker(make_checks(_settings()))))
        found = report(file.name, rows, verdicts, misses)
        if not found.checks:
            raise InputError(f"{file}: labels: no draft has a label of a check")
        if found.unknown_labels:
            click.echo(f"labels of no check, not compared: {printable(', '.join(found.unknown_labels))}", err=True)
        show_result(as_text(found))
        if json_file:
            _write(json_file, as_json(found))
        if html_file:
            _write(html_file, as_page(found))


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
    checks = make_checks(settings)
    missing = [case for case in cases if await _lacks_recording(case, checks)]
    click.echo(f"{len(cases) - len(missing)} of {len(cases)} cases are recorded", err=True)
    async with embedded_server(settings) as address:
        for number, case in enumerate(missing, start=1):
            outcome = await record(case, CASSETTES, checks, address)
            click.echo(f"{number}/{len(missing)} {case.id}: {outcome.result.status}", err=True)


async def _lacks_recording(case: EvalCase, checks: PolicyChecks) -> bool:
    try:
        await replay(case, CASSETTES, checks)
    except NotRecordedError:
        return True
    return False


async def _verdicts(rows: Sequence[LabelledDraft], checker: DraftChecker) -> list[dict[str, Verdict]]:
    """The verdicts on each draft by the name of their check, with a bar where somebody is watching."""
    verdicts = []
    with click.progressbar(rows, label="checking", file=sys.stderr) as bar:
        for row in bar:
            result = await checker.check(row.as_check_input())
            verdicts.append({verdict.check: verdict for verdict in result.verdicts})
    return verdicts


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:  # a full disk does not say which file it was
        raise AmendsError(f"{path}: it cannot be written: {error.strerror}") from error


def _refuse_unwritable(file: Path, *outputs: Path | None) -> None:
    """Say so before the checks have run for minutes."""
    given = [path.resolve() for path in outputs if path]
    for path in given:
        if not path.parent.is_dir():
            raise InputError(f"{path}: there is no such folder to write to")
        if path == file.resolve() or given.count(path) > 1:
            raise InputError(f"{path}: it would be overwritten; give each file a name of its own")


def _verdict_line(verdict: Verdict) -> str:
    mark = "pass" if verdict.passed else "FAIL" if verdict.blocking else "note"
    level = "" if verdict.level is None else f" (level {verdict.level}, needs {verdict.limit})"
    why = verdict.error or verdict.skipped or verdict.advice or ""
    return f"  {mark}  {verdict.check}{level}{': ' + why if why else ''}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
