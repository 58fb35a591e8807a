"""Loads eval cases: a complaint with its context, and what a good draft says and does not promise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from guardrails import limits
from guardrails.located_yaml import YamlError, parse_as
from guardrails.types import Complaint, Context, Contract, Items, NonBlank, Statement
from service.errors import InputError
from service.schemas import Options

ENDINGS = (".yaml", ".yml")

CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=limits.STRING_CHARACTERS)]


class EvalCase(Contract):
    """One case.

    `id` is the file's name without its ending; `origin` says where the case came from. A good draft mentions
    each text of `must_mention` and promises nothing of `must_not_promise`, compared without regard to case.
    """

    id: CaseId
    origin: Statement
    situation: NonBlank
    complaint: Complaint
    context: Context
    options: Options | None = None
    must_mention: Items[Statement] = ()
    must_not_promise: Items[Statement] = ()


def load_case(path: Path) -> EvalCase:
    """Read one file.

    Raises:
        InputError: names the file, the line and the field of the first fault.
    """
    try:
        case, located = parse_as(path.read_text(encoding="utf-8"), EvalCase)
    except YamlError as error:
        raise InputError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}") from error
    if case.id != path.stem:
        raise InputError(f"{path}: line {located.line(('id',))}: id: must be the file's name, {path.stem}")
    return case


def load_cases(folder: Path) -> tuple[EvalCase, ...]:
    """Read every case of a folder, sorted by id.

    Raises:
        InputError: the folder is missing or has no case, a file is no case, or an id stands in two files.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder of cases")
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in paths:
        # A case with a mistyped ending must not drop out of the evaluation in silence.
        if path.suffix not in ENDINGS:
            raise InputError(f"{path}: only cases may stand here, one .yaml file each")
    if not paths:
        raise InputError(f"{folder}: there is no case in this folder")
    return tuple(sorted(_distinct(paths), key=lambda case: case.id))


def _distinct(paths: Iterable[Path]) -> list[EvalCase]:
    found: dict[str, tuple[Path, EvalCase]] = {}
    for path in paths:
        case = load_case(path)
        if case.id in found:
            raise InputError(f"{path}: id: {case.id} stands in {found[case.id][0].name} too")
        found[case.id] = (path, case)
    return [case for _, case in found.values()]
