"""Reads JSON into a contract, with errors that say where and what to do; the one way in for HTTP and CLI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from guardrails.faults import message_of
from guardrails.types import Contract
from service.errors import InvalidField, NotJson, TooLarge

Model = TypeVar("Model", bound=Contract)
POSITION = re.compile(r" at line (\d+) column (\d+)$")
BOM = b"\xef\xbb\xbf"  # some editors begin a file with it
MOST_FAULTS = 50  # a body of unknown fields alone would be answered with a larger one
MOST_NAME_CHARACTERS = 100
UNION_TAGS = ("<object>", "<text>")  # which form of a complaint was sent; no sender ever wrote them
BLANKS = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder(parse_int=str)  # Python refuses to make a number of thousands of digits


class Member(NamedTuple):
    """A value inside another: its name or number as errors show it, and where that and the value itself begin."""

    name: str
    stands: int
    value: int


def read_contract(body: bytes, model: type[Model], most_bytes: int) -> Model:
    """Read a body strictly.

    Raises:
        TooLarge: over `most_bytes`.
        NotJson: not UTF-8, not JSON, or with a lone surrogate.
        InvalidField: with the faults listed, at most `MOST_FAULTS`; `field` is the first one's.
    """
    if len(body) > most_bytes:
        raise TooLarge(f"it is over the limit of {most_bytes:,} bytes")
    try:
        return model.model_validate_json(body.removeprefix(BOM))
    except ValidationError as error:
        # `from None`: pydantic's own text quotes the customer.
        raise _translated(error.errors(include_url=False, include_input=False)) from None


def read_texts(texts: Mapping[str, str], model: type[Model]) -> Model:
    """Read values that came as texts, as those of a URL's query do.

    Raises:
        InvalidField: with the faults listed; `field` is the first one's.
    """
    try:
        return model.model_validate_strings(dict(texts))
    except ValidationError as error:
        fault = _translated(error.errors(include_url=False, include_input=False))
        assert isinstance(fault, InvalidField)
        raise fault from None


def line_of(body: bytes, field: str) -> int | None:
    """The line of a body on which a field stands, or the nearest one around it that does; None if it is no JSON."""
    rest = field
    try:
        text = body.decode("utf-8-sig")
        stands = value = _after_blanks(text, 0)
        while rest and (found := [each for each in _members(text, value) if f"{rest}.".startswith(f"{each.name}.")]):
            # Of a name that stands twice, the last one was read.
            name, stands, value = found[-1]
            rest = rest[len(name) + 1 :]
    except (ValueError, IndexError, RecursionError):
        return None
    return text.count("\n", 0, stands) + 1


def _members(text: str, begins: int) -> Iterator[Member]:
    """What the object or the list holds that begins there; anything else holds nothing."""
    if text[begins] not in "{[":
        return
    at, number = _after_blanks(text, begins + 1), 0
    while text[at] not in "}]":
        name, stands = str(number), at
        if text[begins] == "{":
            name, at = DECODER.raw_decode(text, at)
            at = _after_blanks(text, _after_blanks(text, at) + 1)
        yield Member(_shown(name), stands, at)
        _, at = DECODER.raw_decode(text, at)
        at = _after_blanks(text, at)
        if text[at] == ",":
            at = _after_blanks(text, at + 1)
        number += 1


def _after_blanks(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    assert found is not None  # blanks may be none
    return found.end()


def _translated(faults: list[ErrorDetails]) -> NotJson | InvalidField:
    if faults[0]["type"] == "json_invalid":
        return NotJson(_json_message(str(faults[0].get("ctx", {}).get("error", faults[0]["msg"]))))
    listed = tuple((_path(fault), message_of(fault)) for fault in faults[:MOST_FAULTS])
    return InvalidField(listed[0][1], listed[0][0] or None, listed)


def _json_message(text: str) -> str:
    position = POSITION.search(text)
    what = POSITION.sub("", text)
    if "surrogate" in what or "hex escape" in what:
        what = "a \\u escape is half of a surrogate pair; send whole characters"
    if what == "expected ident":
        what = "a word that JSON does not know"
    if "control character" in what:
        what = "a control character stands inside a string; write it as an escape such as \\n"
    where = f" (line {position[1]}, column {position[2]})" if position else ""
    return f"not valid JSON: {what}{where}"


def _path(fault: ErrorDetails) -> str:
    return ".".join(_shown(str(part)) for part in fault["loc"] if part not in UNION_TAGS)


def _shown(name: str) -> str:
    """A name as it may be printed: the sender chose it, and it could hold commands for a terminal."""
    clipped = name[:MOST_NAME_CHARACTERS]
    return clipped if clipped.isprintable() else ascii(clipped)[1:-1]
