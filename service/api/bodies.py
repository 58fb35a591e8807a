"""Reads request bodies within their limit and describes them in the contract."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from guardrails import limits
from guardrails.types import Contract
from service.errors import NotJson, TooLarge
from service.reading import read_contract

Model = TypeVar("Model", bound=Contract)
WHOLE_S = 60.0  # for a body of the largest size over a line of 35 kbit/s


async def read_body(request: Request, model: type[Model], within_s: float = WHOLE_S) -> Model:
    """The body of a request, strictly; it must have come within so many seconds.

    Raises:
        TooLarge: over the limit; no more than that is read.
        NotJson: it is of another type, too slow, or the sender hung up; else see read_contract.
        InvalidField: see read_contract.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise NotJson("the Content-Type must be application/json")
    try:
        async with asyncio.timeout(within_s):
            body = await _read_within_limit(request)
    except TimeoutError:
        raise NotJson(f"not all of it came within {within_s:g} seconds; send it again") from None
    except ClientDisconnect:
        raise NotJson("the connection closed before the whole body had come") from None
    return read_contract(body, model, limits.BODY_BYTES)


async def _read_within_limit(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limits.BODY_BYTES:
            raise TooLarge(f"it is over the limit of {limits.BODY_BYTES:,} bytes")
    return bytes(body)


def body_of(model: type[Contract]) -> dict[str, object]:
    """What a route says about its body in the contract."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    description = f"At most {limits.BODY_BYTES:,} bytes of UTF-8."
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "description": description, "content": content}}
