"""The form of a cassette file: YAML that a person can read, written the same every time and read strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, StringConstraints, ValidationError

from guardrails.located_yaml import YamlError, parse
from service.errors import InputError

MILLISECONDS = "x-amends-ms"  # how long the answer took when it was recorded
RARE = re.compile("[\r\x85\u2028\u2029\ufeff]")
REMEDY = "the cassette is broken: delete it and record it again"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _with_milliseconds(headers: dict[str, list[str]]) -> dict[str, list[str]]:
    took = headers.get(MILLISECONDS, ["0"])
    if len(took) != 1 or not (took[0].isascii() and took[0].isdigit()):
        raise ValueError(f"{MILLISECONDS} must be one whole number")
    return headers


# Nothing else is ever kept: a key that was written in by hand does not go unseen.
_HeaderName = Annotated[str, StringConstraints(pattern=f"(?i)^(content-type|{MILLISECONDS})$")]
_Headers = Annotated[dict[_HeaderName, list[str]], AfterValidator(_with_milliseconds)]


class _Asked(_Part):
    method: Literal["POST"]
    uri: str
    headers: _Headers
    body: dict[str, JsonValue]


class _Completion(_Part):
    choices: list[dict[str, JsonValue]]
    model: str | None = None
    usage: JsonValue = None


class _Body(_Part):
    string: _Completion


class _Status(_Part):
    code: Literal[200]
    message: str | None


class _Answered(_Part):
    status: _Status
    headers: _Headers
    body: _Body


class _Interaction(_Part):
    request: _Asked
    response: _Answered


class _Document(_Part):
    """What a cassette file must be; vcrpy itself would find out late, or never."""

    version: Literal[1]
    interactions: list[_Interaction]


KEPT_FIELDS = tuple(_Completion.model_fields)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that a person can read prompts and answers and their changes."""


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # The writer takes rare line breaks for a reader's, and would lose them outside of quotes.
    style = '"' if RARE.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _as_block)


class Readable:
    """What vcrpy takes as a serializer: its own form, with the JSON of questions and answers written as YAML."""

    @staticmethod
    def serialize(cassette: Mapping[str, object]) -> str:
        """What vcrpy would write, readable."""
        plain = json.loads(json.dumps(cassette))
        for each in plain["interactions"]:
            each["request"]["body"] = json.loads(each["request"]["body"])
            each["response"]["body"]["string"] = json.loads(each["response"]["body"]["string"])
        plain["version"] = plain.pop("version")  # the last line: a file that was cut off lacks it
        # Not the writer in C: it escapes emojis, and whole texts for the sake of one.
        written: str = yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, width=120, sort_keys=False)
        return written

    @staticmethod
    def deserialize(text: str) -> object:
        """What vcrpy expects to find."""
        found = yaml.load(text, Loader=yaml.CSafeLoader)
        for each in found["interactions"]:
            each["request"]["body"] = json.dumps(each["request"]["body"], ensure_ascii=False)
            each["response"]["body"]["string"] = json.dumps(each["response"]["body"]["string"], ensure_ascii=False)
        return found


def checked_text(path: Path) -> str:
    """The text of a file that is a cassette.

    Raises:
        InputError: it is none; names the file and the line, and never quotes what stands there.
    """
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        _Document.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(f"{path}: line {line}: not UTF-8; {REMEDY}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(f"{path}: line {mark.line + 1 if mark else 1}: not valid YAML; {REMEDY}") from None
    except ValidationError as error:
        raise InputError(f"{path}: {_place(text, error)}; {REMEDY}") from None
    # A date that is none and the like: the loader lets Python's own errors through.
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(f"{path}: line 1: not valid YAML; {REMEDY}") from None
    return text


def _place(text: str, error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = [part for part in fault["loc"] if isinstance(part, int | str)]
    try:
        line = parse(text).line(path)
    except YamlError as other:
        line = other.line
    return f"line {line}: {'.'.join(map(str, path)) or 'the file'}: {fault['msg']}"
