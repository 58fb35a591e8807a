"""Answers a request for what has not changed since without its body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response

HEADER = "ETag"
IF_NONE_MATCH: dict[str, object] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the last answer: where nothing changed since, the answer is 304 without a body.",
    "schema": {"type": "string"},
}
NOT_MODIFIED: dict[int | str, dict[str, object]] = {304: {"description": "Nothing changed since the ETag sent."}}


def answer_if_changed(request: Request, body: str, headers: Mapping[str, str]) -> Response:
    """A JSON body with its ETag, or 304 where the caller says that it has this one."""
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    tagged = {**headers, HEADER: tag}
    if _has(request.headers.getlist("if-none-match"), tag):
        return Response(None, HTTPStatus.NOT_MODIFIED, tagged)
    return Response(body, HTTPStatus.OK, tagged, "application/json")


def _has(fields: list[str], tag: str) -> bool:
    known = [each.strip().removeprefix("W/") for field in fields for each in field.split(",")]
    return tag in known or known == ["*"]
