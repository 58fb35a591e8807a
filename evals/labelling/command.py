"""`amends eval label`: people label drafts in their browser, and their labels are compared and merged."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from evals.arms import SHIPPED
from evals.choosing import Chosen, judged
from evals.files import CASES, CASSETTES, FILE, OUTPUT, refuse_unwritable, write
from evals.guardrails_report import printable
from evals.labelling.agreement import agreement_of, as_text
from evals.labelling.app import Labelling
from evals.labelling.drafts import Drafts, drafts_of, read_drafts
from evals.labelling.export import merge
from evals.labelling.rows import DraftToLabel, LabelRow, checked_reader, split_stale
from evals.labelling.server import serve
from evals.labelling.store import LabelFile, read_readers
from evals.report.formats import counted
from service.errors import InputError
from service.logs import configure_logs
from service.terminal import explained, show_result

FILE_OR_FOLDER = click.Path(exists=True, path_type=Path)
# Which options go with which of the three things that the command does.
GOES_WITH = {
    "reader": ("out", "cases", "port", "no_browser"),
    "agreement": ("drafts", "cases", "most"),
    "export": ("drafts", "cases", "adjudicator"),
}


@click.command("label")
@click.argument("files", nargs=-1, type=FILE)
@click.option("--reader", help="Who labels: letters, digits, dots and dashes.")
@click.option("--out", type=OUTPUT, help="Keep the labels here; by default in DRAFTS.labels.READER.jsonl.")
@click.option(
    "--cases", type=FILE_OR_FOLDER, help="What results of `amends draft` answer: a JSONL file, or a folder of cases."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Serve the page there; 0 takes a free port.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option("--agreement", is_flag=True, help="Show how far the readers of the files of labels FILES agree.")
@click.option("--export", type=OUTPUT, help="Merge FILES into labelled drafts for `amends eval guardrails`, here.")
@click.option("--drafts", type=FILE, help="The present drafts: labels of any others are stale, and left out.")
@click.option("--adjudicator", help="The reader whose label counts where the others differ.")
@click.option("--most", type=click.IntRange(min=0), default=10, show_default=True, help="Drafts where readers differ.")
@click.pass_context
def label(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    *,
    reader: str | None,
    out: Path | None,
    cases: Path | None,
    port: int,
    no_browser: bool,
    agreement: bool,
    export: Path | None,
    drafts: Path | None,
    adjudicator: str | None,
    most: int,
) -> None:
    """Label the drafts of FILES in a browser; or with --agreement or --export, work with files of labels.

    Drafts are lines that `amends check --jsonl` takes, or that `amends draft --jsonl` gives (with --cases); without
    a file, those of `amends eval run`. Each answer is saved at once; a second start goes on where the first stopped.
    """
    _refuse_mixture(context)
    with explained():
        configure_logs("error")
        if reader is not None:
            if len(files) > 1:
                raise InputError("give one file of drafts to label, or none for those of `amends eval run`")
            path = out or default_file(files[0] if files else None, checked_reader(reader))
            refuse_unwritable((path,), inputs=files)
            found = read_drafts(files[0], cases) if files else _shipped_drafts()
            label_drafts(found, reader, path, port, browser=not no_browser)
        elif agreement:
            _agreement(fresh_labels(files, _present(drafts, cases)), most)
        elif export:
            refuse_unwritable((export,), inputs=(*files, *(path for path in (drafts, cases) if path)))
            _export(export, files, _present(drafts, cases), adjudicator)


def _shipped_drafts() -> Drafts:
    run = judged(SHIPPED, Chosen((), CASES, CASSETTES, first=False))
    return drafts_of(each.replayed for each in run.outcomes)


def label_drafts(found: Drafts, reader: str, out: Path, port: int, *, browser: bool) -> None:
    """Let a reader label drafts until they stop it, and say where their labels lie.

    Raises:
        InputError: the file holds something else or another reader's labels, or the port cannot be had.
    """
    for reason in found.left_out:
        tell(f"left out: {reason}")
    file = LabelFile(out, reader, lambda: datetime.now(UTC))
    if file.cut_off:
        tell(f"{out}: its last line was cut off, and is removed; that one answer has to be given again")
    _, other = split_stale(file.answers().values(), found.drafts)
    if other:
        tell(f"{out}: {counted(len(other), 'label')} of drafts that are not among these stay there: {_ids(other)}")
    labelling = Labelling(found.drafts, file)
    try:
        serve(labelling, port, tell, webbrowser.open if browser else None)
    finally:
        whole = labelling.whole()
        tell(f"{sum(whole)} of {counted(len(whole), 'draft')} labelled by {reader}; the labels are in {out}")


def default_file(drafts: Path | None, reader: str) -> Path:
    """Where a reader's labels are kept unless they say: beside the drafts, or here where these are in no file."""
    if drafts is None:
        return Path(f"labels.{reader}.jsonl")
    return drafts.with_name(f"{drafts.stem}.labels.{reader}.jsonl")


def tell(text: str) -> None:
    """One line for a person, on standard error; it may quote what others wrote."""
    click.echo(f"amends: {printable(text)}", err=True)


def fresh_labels(files: Sequence[Path], present: Sequence[DraftToLabel] | None) -> dict[str, list[LabelRow]]:
    """The labels by reader, of present drafts alone; what is stale is told, and so is that nobody looked.

    Raises:
        InputError: there is no file, or one holds something else.
    """
    if not files:
        raise InputError("give the files of labels, one of each reader")
    readers = read_readers(files)
    if present is None:
        tell("without --drafts nobody has looked whether these labels are stale")
        return readers
    fresh = {}
    for reader, rows in readers.items():
        fresh[reader], stale = split_stale(rows, present)
        if stale:
            tell(f"{reader}: {counted(len(stale), 'stale label')} left out: {_ids(stale)}")
    return {reader: rows for reader, rows in fresh.items() if rows}


def _present(drafts: Path | None, cases: Path | None) -> Sequence[DraftToLabel] | None:
    return read_drafts(drafts, cases).drafts if drafts else None


def _agreement(readers: Mapping[str, Sequence[LabelRow]], most: int) -> None:
    if len(readers) < 2:  # noqa: PLR2004 - agreement takes two
        raise InputError(
            f"agreement takes the labels of two readers; there are those of {', '.join(readers) or 'none'}"
        )
    show_result(as_text(agreement_of(readers), most))


def _export(path: Path, files: Sequence[Path], present: Sequence[DraftToLabel] | None, adjudicator: str | None) -> None:
    """Merge, with what is left to settle on standard output."""
    if present is None:
        raise InputError("--export writes the drafts beside their labels: give them with --drafts")
    readers = fresh_labels(files, present)
    found = merge(readers, present, adjudicator)
    for row in found.disagreements:
        show_result(json.dumps(row, ensure_ascii=False))
    if found.disagreements:
        tell(f"{counted(len(found.disagreements), 'disagreement')} to settle, on standard output; see --adjudicator")
    if found.alone:
        tell(f"{counted(found.alone, 'label')} left out, as only one reader gave it")
    if not found.rows:
        raise InputError(f"nothing is written to {path}: there is no label that can be used")
    write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found.rows))
    alone = ", of one reader alone: nobody has checked them" if len(readers) == 1 else ""
    tell(f"{path}: {counted(found.labels, 'label')} of {counted(len(found.rows), 'draft')}{alone}")


def _ids(rows: Sequence[LabelRow]) -> str:
    return ", ".join(row.key.short for row in rows)


def _refuse_mixture(context: click.Context) -> None:
    """Exactly one thing is asked for, with the options that go with it.

    Raises:
        UsageError: it is none or several, or an option goes with another.
    """
    given = [name for name in context.params if context.get_parameter_source(name) is not ParameterSource.DEFAULT]
    asked = [mode for mode in GOES_WITH if mode in given]
    if len(asked) != 1:
        raise click.UsageError("give --reader to label, or --agreement or --export to work with labels; one of them")
    for name in given:
        if name not in (*GOES_WITH[asked[0]], asked[0], "files"):
            raise click.UsageError(f"--{name.replace('_', '-')} does not go with --{asked[0]}")
