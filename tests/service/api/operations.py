"""The operations of the contract, each with a request that it takes: one that is added is tried with the others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.service.api.calling import CASE, DRAFT

CONTRACT = yaml.safe_load((Path(__file__).parents[3] / "openapi.yaml").read_text(encoding="utf-8"))
BODIES: Mapping[str, object] = {
    "Case": CASE,
    "CheckInput": DRAFT,
    "LinkInput": {"expires_in_s": 60},
    "Options": {"instruction": "Shorter, please."},
    "Feedback": {"outcome": "rejected", "reason": "Too long."},
    "DeletionRequest": {"customer_ref": "customer"},
    "WebhookInput": {"url": "https://hooks.example.com/amends"},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What the contract says of a request: `scopes` is None where anybody may send it."""

    method: str
    path: str
    name: str
    scopes: tuple[str, ...] | None
    body: bytes | None
    headers: dict[str, str]

    @property
    def names(self) -> list[str]:
        """What stands in the path for ids."""
        return re.findall(r"{(\w+)}", self.path)

    def path_to(self, ids: Mapping[str, str]) -> str:
        """The path to things with these ids; a name that is not among them is a mistake of the test."""
        return self.path.format(**ids)


def operations() -> Iterator[Operation]:
    """Every one of the contract."""
    for path, methods in CONTRACT["paths"].items():
        for method, said in methods.items():
            yield _operation(method.upper(), path, said)


def _operation(method: str, path: str, said: dict[str, Any]) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    (scopes,) = [tuple(each["AccessKey"]) for each in said["security"]] if "security" in said else [None]
    if "application/jsonl" in content:
        body, headers = json.dumps(CASE).encode(), {"Content-Type": "application/jsonl"}
    elif content:
        schema = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        body, headers = json.dumps(BODIES[schema]).encode(), {"Content-Type": "application/json"}
    else:
        return Operation(method, path, said["operationId"], scopes, None, {})
    return Operation(method, path, said["operationId"], scopes, body, headers)


EVERY = tuple(operations())
CLOSED = tuple(each for each in EVERY if each.scopes is not None)
NAMES = [each.name for each in CLOSED]
