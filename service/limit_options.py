"""The limits of a key as commands take and show them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from service.errors import InvalidField
from service.limiting.rates import CLASSES, NO_LIMIT, USUAL, OwnLimits

Command = TypeVar("Command", bound=Callable[..., Any])
HELP = {
    "drafting": "Drafts and batches that it may hand in, such as `5/second, 100/minute`.",
    "checking": "The same of POST /v1/checks.",
    "reading": "The same of all other requests.",
    "at_once": "Requests that it may have under way at once, in each process.",
    "tokens_per_day": "Tokens that its drafts may take on a day of UTC.",
}
AS_SET = f" `{NO_LIMIT}` is no limit, `{USUAL}` the one of the settings."
NOTHING = "-"


def limit_options(command: Command) -> Command:
    """Give a command an option for each limit; they come as text."""
    for name, told in reversed(HELP.items()):
        option = f"--{name.replace('_', '-')}"
        metavar = "RATE" if name in CLASSES else "N"
        command = click.option(option, name, metavar=metavar, help=told + AS_SET)(command)
    return command


def changed_limits(own: str, given: Mapping[str, str | None]) -> str:
    """The limits to be kept for a key that has these, where other ones are given; empty where none is left.

    Raises:
        InvalidField: one is no limit.
    """
    known: dict[str, object] = json.loads(own or "{}")
    for name, text in given.items():
        if text == USUAL:
            known.pop(name, None)
        elif text is not None:
            known[name] = None if text == NO_LIMIT else text if name in CLASSES else _number(name, text)
    try:
        OwnLimits.model_validate(known)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise InvalidField(fault["msg"].removeprefix("Value error, "), _option(str(fault["loc"][0]))) from None
    return json.dumps(known) if known else ""


def shown_limits(own: str) -> str:
    """The limits of a key in one cell."""
    known: dict[str, object] = json.loads(own or "{}")
    shown = ((name, known[name]) for name in HELP if name in known)
    return "; ".join(f"{name} {NO_LIMIT if value is None else value}" for name, value in shown) or NOTHING


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 10:  # noqa: PLR2004 - more digits than any limit
        raise InvalidField(f"must be a number, `{NO_LIMIT}` or `{USUAL}`", _option(name))
    return int(text)


def _option(name: str) -> str:
    return name.replace("_", "-")
