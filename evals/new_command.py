"""`amends eval new`: a case to be filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import get_args

import click
from pydantic import TypeAdapter, ValidationError

from evals.case import SITUATIONS, CaseId, Kind
from evals.files import CASES, FOLDER, TEMPLATE
from guardrails.types import Channel
from service.errors import InputError
from service.terminal import explained, show_result


@click.command("new")
@click.argument("case_id", metavar="ID")
@click.option("--channel", type=click.Choice(get_args(Channel)), default="email", show_default=True)
@click.option("--situation", type=click.Choice(SITUATIONS), default="general", show_default=True)
@click.option("--cases", type=FOLDER, default=CASES, help="Folder of cases.")
def new_case(case_id: str, channel: str, situation: str, cases: Path) -> None:
    """Write a case named ID to be filled in, and print its path.

    Until every text is filled in, `amends eval run` refuses it and names the line.
    """
    with explained():
        try:
            TypeAdapter(CaseId).validate_python(case_id)
        except ValidationError as error:
            raise InputError(
                f"{case_id}: an id is lower-case words and numbers with hyphens, as late-parcel-2"
            ) from error
        if not cases.is_dir():
            raise InputError(f"{cases}: there is no such folder of cases")
        path = cases / f"{case_id}.yaml"
        text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
            id=case_id,
            channel=channel,
            situation=situation,
            kinds=", ".join(get_args(Kind)),
            now=datetime.now(UTC).isoformat(timespec="minutes"),
        )
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise InputError(f"{path}: there is a case of this name already") from error
        show_result(str(path))
