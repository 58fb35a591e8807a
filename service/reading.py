"""Reads JSON into a contract, with errors that say where and what to do; the one way in for HTTP and CLI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from guardrails.types import SEEN, Contract
from service.errors import InvalidField, NotJson, TooLarge

Model = TypeVar("Model", bound=Contract)
POSITION = re.compile(r" at line (\d+) column (\d+)$")
BOM = b"\xef\xbb\xbf"  # some editors begin a file with it
MOST_FAULTS = 50  # a body of unknown fields alone would be answered with a larger one
MOST_NAME_CHARACTERS = 100
UNION_TAGS = ("<object>", "<text>")  # which form of a complaint was sent; no sender ever wrote them
# pydantic's words where they would puzzle a person who has never heard of it.
MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "is not a known field; remove it or correct its name",
    "union_tag_invalid": "must be an object or a text",
}


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


def _translated(faults: list[ErrorDetails]) -> NotJson | InvalidField:
    if faults[0]["type"] == "json_invalid":
        return NotJson(_json_message(str(faults[0].get("ctx", {}).get("error", faults[0]["msg"]))))
    listed = tuple((_path(fault), _message(fault)) for fault in faults[:MOST_FAULTS])
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


def _message(fault: ErrorDetails) -> str:
    if fault["type"] == "string_pattern_mismatch" and fault.get("ctx", {}).get("pattern") == SEEN:
        return "must not be blank"
    return MESSAGES.get(fault["type"], fault["msg"][:1].lower() + fault["msg"][1:])
