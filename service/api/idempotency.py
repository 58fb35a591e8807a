"""Reads the header Idempotency-Key and describes it in the contract."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request, Response

from guardrails import limits
from guardrails.types import Contract
from service.idempotency import HEADER, KEY, Answer, Asked, fingerprint_of, read_key

DESCRIPTION = (
    f"A name for this request, at most {limits.IDEMPOTENCY_KEY_CHARACTERS} characters, such as a UUID; bare or in "
    "quotes. Sent again with the same body to the same path, it is given the same answer, and nothing is done twice, "
    "also while the first is still worked on: then it waits, and is told 409 where that takes too long. With another "
    "body it is refused; white space and the order of names make no other body. Only successes are kept: after any "
    "error the request may be sent again, or corrected, with the same key. Keys expire, by default after 24 hours."
)
KEY_PARAMETER: dict[str, object] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": DESCRIPTION,
    "schema": {"type": "string", "pattern": f'^({KEY}|"{KEY}")$'},
}
HEADER_PARAMETER: dict[str, object] = {"parameters": [KEY_PARAMETER]}


def key_of(request: Request) -> str | None:
    """The key of a request.

    Raises:
        InvalidField: see read_key.
    """
    return read_key(request.headers.getlist(HEADER))


def asked_of(request: Request, key: str | None, body: Contract, tenant: str) -> Asked | None:
    """What a request asks for under its key; None where it has none."""
    if key is None:
        return None  # before the fingerprint, which takes longer than the rest
    return asked_by(request, key, fingerprint_of(request.url.path, body), tenant)


def asked_by(request: Request, key: str | None, fingerprint: str, tenant: str) -> Asked | None:
    """As `asked_of`, for a request that is no JSON: its fingerprint tells it from others."""
    if key is None:
        return None
    # The route's pattern, which is short and harmless; the path, which may hold anything, is in the fingerprint.
    route = f"{request.method} {request.scope['route'].path}"
    return Asked(tenant, route, key, fingerprint)


def respond(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """An answer as a response."""
    return Response(answer.body, answer.status, headers, media_type="application/json")
