"""Works through JSON lines: one answer per line, in order, whatever a line holds."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import IO, TypeVar

from guardrails import limits
from guardrails.types import Contract
from service.errors import AmendsError, TooLarge
from service.reading import BOM, read_contract

Model = TypeVar("Model", bound=Contract)
LINE_END = b"\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, its number counted from 1; `body` is None where the line was over the limit."""

    number: int
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Done:
    """An input that was worked on: its result as JSON, and whether it passed."""

    text: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """An input that was not: why, and the id that could still be read from it."""

    id: str | None
    error: AmendsError


def read_lines(file: IO[bytes]) -> Iterator[Line]:
    """The lines that are not blank; never more than one is held in memory."""
    number = 0
    while piece := file.readline(limits.BODY_BYTES + len(LINE_END)):
        number += 1
        body = piece.rstrip(LINE_END)
        if len(body) > limits.BODY_BYTES:
            _skip_the_rest(file, piece)
            yield Line(number, None)
        elif body.removeprefix(BOM).strip():
            yield Line(number, body)


def _skip_the_rest(file: IO[bytes], piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = file.readline(limits.BODY_BYTES)


async def work_on(body: bytes | None, model: type[Model], work: Callable[[Model], Awaitable[Done]]) -> Done | Failed:
    """One input through its work; what is wrong with it becomes its answer."""
    try:
        return await work(read_line(body, model))
    except AmendsError as error:
        return Failed(id_in(body), error)


def read_line(body: bytes | None, model: type[Model]) -> Model:
    """The input of a line.

    Raises:
        TooLarge, NotJson, InvalidField: see read_contract.
    """
    if body is None:
        raise TooLarge(f"it is over the limit of {limits.BODY_BYTES:,} bytes")
    return read_contract(body, model, limits.BODY_BYTES)


def id_in(body: bytes | None) -> str | None:
    """The id of an input that breaks the contract, if there is one to be had."""
    try:
        given = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    found = given.get("id") if isinstance(given, dict) else None
    return found[: limits.STRING_CHARACTERS] if isinstance(found, str) and found.isprintable() else None
