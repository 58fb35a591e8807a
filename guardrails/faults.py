"""Says what breaks a contract in words for a person, the same ones for JSON and for YAML."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from guardrails.types import SEEN

# pydantic's words where they would puzzle a person who has never heard of it.
MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "is not a known field; remove it or correct its name",
    "union_tag_invalid": "must be an object or a text",
}


def message_of(fault: ErrorDetails) -> str:
    """What is wrong with the field that a fault is about, without its name."""
    if fault["type"] == "string_pattern_mismatch" and fault.get("ctx", {}).get("pattern") == SEEN:
        return "must not be blank"
    return MESSAGES.get(fault["type"], fault["msg"][:1].lower() + fault["msg"][1:])
