"""Where the commands read and write: their folders, and files that are written whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from guardrails.located_yaml import Located, Model, YamlError, parse_as
from service.errors import AmendsError, InputError

CASES = Path(__file__).with_name("cases")
ATTACKS = Path(__file__).with_name("attacks")
CASSETTES = Path(__file__).with_name("cassettes")
GATE = Path(__file__).with_name("gate.yaml")
TEMPLATE = Path(__file__).with_name("case-template.yaml")
PRINCIPLES = Path(__file__).with_name("principles.yaml")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


def read_yaml(path: Path, model: type[Model]) -> tuple[Model, Located]:
    """Read one file strictly, and where its values stand.

    Raises:
        InputError: names the file, the line and the field of the first fault.
    """
    try:
        return parse_as(path.read_text(encoding="utf-8"), model)
    except YamlError as error:
        raise InputError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}") from error


def write(path: Path, text: str) -> None:
    """Write a report.

    Raises:
        AmendsError: it cannot be written; a full disk does not say by itself which file it was.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AmendsError(f"{path}: it cannot be written: {error.strerror}") from error


def refuse_unwritable(outputs: Iterable[Path | None], inputs: Iterable[Path] = ()) -> None:
    """Say so before the work has run for minutes.

    Raises:
        InputError: a folder is missing, or one file would be written over another.
    """
    given = [path.resolve() for path in outputs if path]
    taken = {path.resolve() for path in inputs}
    for path in given:
        if not path.parent.is_dir():
            raise InputError(f"{path}: there is no such folder to write to")
        if path in taken or given.count(path) > 1:
            raise InputError(f"{path}: it would be overwritten; give each file a name of its own")
