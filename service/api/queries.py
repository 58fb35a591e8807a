"""Reads the query of a URL strictly and describes it in the contract."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from fastapi import Request

from guardrails.types import Contract
from service.errors import InvalidField
from service.reading import read_texts

Model = TypeVar("Model", bound=Contract)


def read_query(request: Request, model: type[Model]) -> Model:
    """The parameters of a request, each at most once.

    Raises:
        InvalidField: one is unknown, was sent twice, or breaks the contract.
    """
    pairs = request.query_params.multi_items()
    counted = Counter(name for name, _ in pairs)
    known = {field.alias or name for name, field in model.model_fields.items()}
    if twice := [name for name, count in counted.items() if count > 1 and name in known]:
        raise InvalidField("was sent more than once; send it once", twice[0])
    return read_texts(dict(pairs), model)


def query_of(model: type[Contract]) -> dict[str, object]:
    """What a route says about its query in the contract."""
    schema = model.model_json_schema()
    properties = dict(schema["properties"])
    return {"parameters": [_parameter(name, dict(found)) for name, found in properties.items()]}


def _parameter(name: str, schema: dict[str, object]) -> dict[str, object]:
    description = schema.pop("description", "")
    parameter = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return {key: value for key, value in parameter.items() if value != ""}
