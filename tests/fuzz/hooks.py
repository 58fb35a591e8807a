"""What schemathesis cannot know of Amends: how JSON Lines are sent, and which refusals are in order.

Its own check `positive_data_acceptance` knows statuses alone, and schemathesis.toml lets those pass that are refusals
in `excuses`; the check here looks at their reasons, and is as strict as that one about every other.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import re
import sys
from collections import Counter
from http import HTTPStatus
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.generation import GenerationMode

from service.idempotency import HEADER, KEY
from tests.fuzz.excuses import TAKEN, excuses_of

LINE = json.dumps(
    {
        "complaint": {"text": "The lid of my kettle was cracked.", "channel": "email"},
        "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    }
)
FREED = range(1, 200, 2)  # lengths of keys
excused: Counter[str] = Counter()


@atexit.register
def tell_excused() -> None:
    """Say at the end how often each excuse was needed."""
    sys.stdout.write(f"excused: {json.dumps(excused)}\n")


@schemathesis.serializer("application/jsonl", "application/x-ndjson")
def send_lines(context: object, value: object) -> bytes:
    """A text as it is, every other one with a case before it; what is no text, in the form that most often is sent."""
    del context
    if not isinstance(value, str):
        return json.dumps([value]).encode()
    text = f"{LINE}\n{value}" if value.strip() and len(value) % 2 else value
    return text.encode("utf-8", "surrogatepass")


@schemathesis.hook
def before_call(context: object, case: Case[Any], keywords: object) -> None:
    """Give another key to another request, mostly: few of those that are thought of would get further than that."""
    del context, keywords
    # What is wrong on purpose is left alone: to touch it would make it right, and give a header back that was left out.
    key = case.headers.get(HEADER) if case.headers and is_valid(case) else None
    if key and re.fullmatch(KEY, key) and len(key) in FREED:
        asked = repr((case.path_parameters, case.body)).encode("utf-8", "surrogatepass")
        case.headers[HEADER] = f"{key}.{hashlib.sha256(asked).hexdigest()[:8]}"


def is_valid(case: Case[Any]) -> bool:
    """Whether the contract allows what a case sends."""
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


@schemathesis.check
def refused_for_a_reason(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Data that the contract allows is taken, or refused for a reason that no schema can say."""
    del context
    if not is_valid(case):
        return
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in TAKEN:
        return
    if status == HTTPStatus.METHOD_NOT_ALLOWED and case.method.upper() != case.operation.method.upper():
        return  # another method was tried on purpose
    found = excuses_of(case.operation.label, response.json())
    assert found, f"{case.operation.label} refused what its schema allows: {response.text[:500]}"
    excused.update(excuse.kind for excuse in found)
