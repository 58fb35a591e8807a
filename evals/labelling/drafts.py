"""Reads drafts to label: inputs of `amends check --jsonl`, or results of `amends draft --jsonl` with their cases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.case import load_cases
from evals.labelling.rows import CASE_CHARACTERS, DraftToLabel, Key
from evals.outcomes import Replayed
from guardrails import limits
from guardrails.types import Complaint, Context
from service.errors import InputError
from service.lines import read_lines
from service.reading import BOM, read_contract
from service.schemas import Case, CheckInput, Result

RESULT_FIELDS = frozenset({"status", "verdicts"})


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of a file, and why some of its lines are not among them, a sentence for each."""

    drafts: tuple[DraftToLabel, ...]
    left_out: tuple[str, ...] = ()


def read_drafts(path: Path, cases: Path | None = None) -> Drafts:
    """The drafts of a JSONL file, each once.

    `cases` says what the results of `amends draft` answer: the JSONL file that it was given, or a folder of eval
    cases.

    Raises:
        InputError: names the file and the line, and what is wrong with it; or there is no draft in the file.
    """
    known = read_cases(cases) if cases else None
    found: dict[Key, DraftToLabel] = {}
    left_out = []
    for place, body in lines_of(path):
        try:
            draft = _draft(body, known)
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
        if isinstance(draft, str):
            left_out.append(f"{place}: {draft}")
        elif draft.key in found:
            left_out.append(f"{place}: the same draft of the same case stands above it")
        else:
            found[draft.key] = draft
    if not found:
        raise InputError("; ".join((f"{path}: there is no draft in it", *left_out[:1])))
    return Drafts(tuple(found.values()), tuple(left_out))


def drafts_of(run: Iterable[Replayed]) -> Drafts:
    """The drafts of replayed cases, returned or held back."""
    listed = list(run)
    found = (_to_label(each.case.id, "id", each.case.complaint, each.draft or "", each.case.context) for each in listed)
    pairs = list(zip(listed, found, strict=True))
    return Drafts(
        drafts=tuple(draft for _, draft in pairs if isinstance(draft, DraftToLabel)),
        left_out=tuple(f"{each.case.id}: {draft}" for each, draft in pairs if isinstance(draft, str)),
    )


def read_cases(path: Path) -> Mapping[str, Case]:
    """Cases by their ids, of a folder of eval cases or of a JSONL file.

    Raises:
        InputError: names the file and the line; two cases of one id among what can be wrong.
    """
    if path.is_dir():
        return {each.id: Case(id=each.id, complaint=each.complaint, context=each.context) for each in load_cases(path)}
    found: dict[str, Case] = {}
    for place, body in lines_of(path):
        try:
            case = read_contract(body, Case, limits.BODY_BYTES)
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
        if case.id is None:
            continue  # no result can name it
        if found.setdefault(case.id, case) != case:
            raise InputError(f"{place}: id: another case has it too; give each its own")
    return found


def lines_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines of a file that are not blank, each with its place.

    Raises:
        InputError: one is over the limit.
    """
    with path.open("rb") as file:
        for line in read_lines(file):
            place = f"{path}, line {line.number}"
            if line.body is None:
                raise InputError(f"{place}: it is over the limit of {limits.BODY_BYTES:,} bytes")
            yield place, line.body


def _draft(body: bytes, cases: Mapping[str, Case] | None) -> DraftToLabel | str:
    """The draft of a line, or why there is none in it."""
    fields = _fields(body)
    if "error" in fields and "draft" not in fields:
        return "it is an error, not a draft"
    if fields >= RESULT_FIELDS:
        return _of_result(read_contract(body, Result, limits.BODY_BYTES), cases)
    found = read_contract(body, CheckInput, limits.BODY_BYTES)
    return _to_label(found.id, "id", found.complaint, found.draft, found.context)


def _fields(body: bytes) -> frozenset[str]:
    """The names in an object; what is none is refused by its contract."""
    try:
        found = json.loads(body.removeprefix(BOM))
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(found) if isinstance(found, dict) else frozenset()


def _of_result(result: Result, cases: Mapping[str, Case] | None) -> DraftToLabel | str:
    if result.draft is None:
        return f"its draft is held back ({result.status}); ask for it with the option delivery: flagged"
    if cases is None:
        raise InputError("it is a result of `amends draft`, without its complaint; give the cases with --cases")
    if result.ref is None:
        raise InputError("is null, so that nobody knows its case; give each case an id before drafting", "ref")
    if result.ref not in cases:
        raise InputError("there is no case of this id among those of --cases", "ref")
    case = cases[result.ref]
    return _to_label(result.ref, "ref", case.complaint, result.draft, case.context)


def _to_label(
    case: str | None, field: str, complaint: Complaint | str, text: str, context: Context | None
) -> DraftToLabel | str:
    if case is None or not case.strip():
        raise InputError("is required: labels are kept by it", field)
    if len(case) > CASE_CHARACTERS:
        raise InputError(f"must have at most {CASE_CHARACTERS} characters", field)
    if not text.strip():
        return "its draft is empty"
    return DraftToLabel(case, complaint, text, context)
