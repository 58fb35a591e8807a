"""The command `amends eval import`."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from evals.files import CASES
from evals.importing.cases import HASH_DIGITS, Dropped, Made, case_of
from service.errors import InputError
from service.idempotency import DEFAULT_TENANT
from service.logs import configure_logs
from service.settings import SCHEMES, read_environment
from service.store.database import open_existing
from service.store.edits import EditReader
from service.terminal import explained, show_result

KEY_BYTES = 32
ORIGIN = re.compile(r"^origin: .*\bdraft (\S+?)['\"]?$", re.MULTILINE)
HASH = re.compile(rf"-([0-9a-f]{{{HASH_DIGITS}}})\Z")


class CaseFolder:
    """A folder of cases: what is in it, and how another is put there."""

    def __init__(self, path: Path) -> None:
        if path.exists() and not path.is_dir():
            raise InputError(f"{path}: it is no folder")
        self._path = path
        files = [each for each in path.glob("*.y*ml") if not each.name.startswith(".")] if path.is_dir() else []
        # By their hashes and their drafts, since a person may have given a case a better name.
        self._hashes = {match.group(1) for each in files if (match := HASH.search(each.stem))}
        self._drafts = {name for each in files for name in ORIGIN.findall(each.read_text("utf-8", errors="replace"))}

    def has(self, case_id: str, draft_id: str) -> bool:
        """Whether this case, or another of the same draft, is there."""
        return draft_id in self._drafts or case_id[-HASH_DIGITS:] in self._hashes

    def path_of(self, case_id: str) -> Path:
        """The file of a case."""
        return self._path / f"{case_id}.yaml"

    def note(self, case_id: str, draft_id: str) -> None:
        """From now on it counts as being there."""
        self._hashes.add(case_id[-HASH_DIGITS:])
        self._drafts.add(draft_id)

    def write(self, case_id: str, text: str) -> None:
        """Put a file there, whole or not at all: it gets its name when it is complete."""
        self._path.mkdir(parents=True, exist_ok=True)
        path = self.path_of(case_id)
        part = path.with_name(f".{case_id}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@dataclass
class Tally:
    """What became of the edits."""

    written: int = 0
    there: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)


@click.command("import")
@click.option("--database", metavar="URL", help="The database to read; by default that of the settings.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=CASES,
    show_default="evals/cases",
    help="The folder of cases to write to.",
)
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose drafts to take.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only edits of this day (UTC) and later.")
@click.option("--limit", type=click.IntRange(min=1), help="Write so many new cases at most.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written.")
def import_edits(
    database: str | None, into: Path, tenant: str, since: datetime | None, limit: int | None, *, dry_run: bool
) -> None:
    """Make cases of what agents sent in place of drafts, with invented people in them.

    The paths of new cases go to standard output. What a list of rules cannot find may still stand in them: read
    each case before you share it.
    """
    with explained():
        settings = read_environment()
        configure_logs(settings.log_level)
        url = _checked(database) if database else settings.database_url
        moment = since.replace(tzinfo=UTC) if since else None
        tally = asyncio.run(_import(url, tenant, CaseFolder(into), moment, limit, dry_run=dry_run))
        _report(tally, dry_run=dry_run)


async def _import(
    url: str, tenant: str, folder: CaseFolder, since: datetime | None, limit: int | None, *, dry_run: bool
) -> Tally:
    tally = Tally()
    key = secrets.token_bytes(KEY_BYTES)
    today = datetime.now(UTC).date()
    async with open_existing(url) as engine:
        async for edit in EditReader(engine).edits(tenant, since):
            _take(edit.draft_id, case_of(edit, key, today), folder, tally, dry_run=dry_run)
            if tally.written == limit:
                break
    return tally


def _take(draft_id: str, made: Made | Dropped, folder: CaseFolder, tally: Tally, *, dry_run: bool) -> None:
    if isinstance(made, Dropped):
        tally.dropped[made.reason] += 1
        if made.look:
            click.echo(f"draft {draft_id}: dropped: {made.reason}", err=True)
        return
    if folder.has(made.case.id, draft_id):
        tally.there += 1
        return
    if not dry_run:
        folder.write(made.case.id, made.text)
    folder.note(made.case.id, draft_id)
    tally.written += 1
    tally.replaced.update(made.replaced)
    show_result(str(folder.path_of(made.case.id)))


def _report(tally: Tally, *, dry_run: bool) -> None:
    done = "would be written" if dry_run else "written"
    counts = f"{_counted(tally.written, 'case')} {done}, {tally.there} already there"
    click.echo(f"{counts}, {_counted(tally.dropped.total(), 'edit')} dropped", err=True)
    for reason, number in tally.dropped.most_common():
        click.echo(f"  {number} dropped: {reason}", err=True)
    for kind, number in tally.replaced.most_common():
        click.echo(f"  {number} replaced: {kind}", err=True)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _checked(url: str) -> str:
    if not url.startswith(SCHEMES):
        # Not the URL itself: it may hold a password.
        raise click.BadParameter(f"must begin with one of {', '.join(SCHEMES)}", param_hint="--database")
    return url
