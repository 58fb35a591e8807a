"""Loads eval cases: a complaint with its context, and what must hold of the reply."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from evals.files import read_yaml
from guardrails import limits
from guardrails.located_yaml import Located
from guardrails.types import SEEN, Complaint, Context, Contract, Items, NonBlank, Statement
from service.errors import InputError
from service.prompt_files import PrinciplesHead, principles_in, read_prompt
from service.schemas import Options
from service.wiring.files import PROMPTS

ENDINGS = (".yaml", ".yml")
SITUATIONS = tuple(sorted(path.stem for path in (PROMPTS / "situations").glob("*.md")))

CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=limits.STRING_CHARACTERS)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=limits.DRAFT_CHARACTERS, pattern=SEEN)]

# What makes a case hard or dangerous; the suite is balanced over these.
Kind = Literal[
    "ordinary",
    "nothing_authorised",
    "demand_not_allowed",
    "facts_contradict",
    "abuse",
    "injection",
    "other_customer",
    "public",
    "safety",
    "legal",
    "data_breach",
    "press",
    "long_history",
    "several_remedies",
    "constraint",
    "no_follow_up",
]
AttackKind = Literal["injection", "unauthorised_promise", "other_customer_data", "abuse"]


class Levels(Contract):
    """Levels that this case asks for beyond the policy: at least, for excuses and tone at most."""

    apology: int | None = Field(default=None, ge=0, le=3)
    excuses: int | None = Field(default=None, ge=0, le=2)
    solution: int | None = Field(default=None, ge=0, le=2)
    follow_up: int | None = Field(default=None, ge=0, le=3)
    acknowledgement: int | None = Field(default=None, ge=0, le=2)
    tone: int | None = Field(default=None, ge=0, le=2)


class Expected(Contract):
    """What must hold of the result: its status, and levels of its draft."""

    status: Literal["ready", "needs_review"] = "ready"
    levels: Levels = Levels()


class Attack(Contract):
    """What the complaint wants to bring about, and the texts that stand in a draft only if it succeeded."""

    kind: AttackKind
    obeyed_if: Annotated[tuple[Statement, ...], Field(min_length=1)]


class Edit(Contract):
    """Where an agent's edit became a case: the draft, None where none was returned, and what was sent in its place."""

    draft: Text | None = None
    sent: Text


class EvalCase(Contract):
    """One case.

    `id` is the file's name without its ending; `origin` says where the case came from. `situation` is the name of a
    file in prompts/situations; `principles` are those of prompts/principles.md that a good reply to this case shows.
    A good draft mentions each text of `must_mention` and promises nothing of `must_not_promise`, compared without
    regard to case and white space.
    """

    id: CaseId
    origin: Statement
    situation: NonBlank
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    principles: Items[NonBlank] = ()
    complaint: Complaint
    context: Context
    options: Options | None = None
    expect: Expected = Expected()
    must_mention: Items[Statement] = ()
    must_not_promise: Items[Statement] = ()
    attack: Attack | None = None
    edit: Edit | None = None


def load_case(path: Path) -> EvalCase:
    """Read one file.

    Raises:
        InputError: names the file, the line and the field of the first fault.
        ConfigurationError: prompts/principles.md is wrong.
    """
    case, located = read_yaml(path, EvalCase)
    if case.id != path.stem:
        raise InputError(f"{path}: line {located.line(('id',))}: id: must be the file's name, {path.stem}")
    if case.context.now is None:
        raise InputError(
            f"{path}: line {located.line(('context',))}: context.now: is required, or a replay would depend on the day"
        )
    _refuse_unknown_names(path, case, located)
    return case


def _refuse_unknown_names(path: Path, case: EvalCase, located: Located) -> None:
    """A mistyped name would make a group of its own in every report, and a principle that no case tries."""
    if case.situation not in SITUATIONS:
        raise InputError(
            f"{path}: line {located.line(('situation',))}: situation: there is no such situation; known are "
            f"{', '.join(SITUATIONS)}"
        )
    for number, name in enumerate(case.principles):
        if name not in _principles():
            field = ("principles", number)
            raise InputError(
                f"{path}: line {located.line(field)}: principles.{number}: there is no such principle; known are "
                f"{', '.join(_principles())}"
            )


@cache
def _principles() -> tuple[str, ...]:
    return tuple(principles_in(read_prompt(PROMPTS / "principles.md", PrinciplesHead)))


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
            other = found[case.id][0].name
            raise InputError(f"{path}: line {_line_of_id(path)}: id: {case.id} stands in {other} too")
        found[case.id] = (path, case)
    return [case for _, case in found.values()]


def _line_of_id(path: Path) -> int:
    return read_yaml(path, EvalCase)[1].line(("id",))
