"""Spares callers who ask again an answer that they already have."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus

from fastapi import Request, Response

MATCH = "If-None-Match"
TAG = re.compile(r'"([^"]*)"')
HEADER_PARAMETER: dict[str, object] = {
    "name": MATCH,
    "in": "header",
    "required": False,
    "description": "The ETag of an answer that the caller has: where it would be the same, the answer is 304.",
    "schema": {"type": "string"},
}


def tagged(request: Request, body: str, headers: dict[str, str]) -> Response:
    """A JSON body with its ETag, or 304 where the caller has it."""
    tag = hashlib.sha256(body.encode()).hexdigest()
    headers = headers | {"ETag": f'"{tag}"'}
    asked = ",".join(request.headers.getlist(MATCH))
    if asked.strip() == "*" or tag in TAG.findall(asked):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
