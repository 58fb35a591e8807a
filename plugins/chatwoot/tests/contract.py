"""Holds what is sent and answered against contract.yaml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import yaml

CONTRACT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "contract.yaml").read_text(encoding="utf-8"))


def operation(path: str) -> dict[str, Any] | None:
    """What the contract says of a POST to a path; None where it has none."""
    for template, methods in CONTRACT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[1-9][0-9]*", template), path):
            found: dict[str, Any] = methods["post"]
            return found
    return None


def request_fits(said: dict[str, Any], body: object) -> None:
    """Raise unless a body is one that the operation takes."""
    jsonschema.Draft202012Validator(said["requestBody"]["content"]["application/json"]["schema"]).validate(body)


def answer_fits(said: dict[str, Any], status: int, body: object) -> None:
    """Raise unless an answer is one that the operation gives."""
    found = said["responses"][str(status)]
    if "$ref" in found:
        found = CONTRACT["components"]["responses"][found["$ref"].rpartition("/")[2]]
    jsonschema.Draft202012Validator(found["content"]["application/json"]["schema"]).validate(body)


def webhook_fits(headers: dict[str, str], body: object) -> None:
    """Raise unless an event is one that Chatwoot sends."""
    said = CONTRACT["webhooks"]["messageCreated"]["post"]
    request_fits(said, body)
    for parameter in said["parameters"]:
        value = headers.get(parameter["name"])
        assert value is not None or not parameter["required"]
        if value is not None:
            jsonschema.Draft202012Validator(parameter["schema"]).validate(value)
