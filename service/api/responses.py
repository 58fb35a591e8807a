"""What the contract says of the answers that are errors."""

from __future__ import annotations

from http import HTTPStatus

from service.api.limit_headers import DESCRIBED_LIMITS
from service.api.problems import AUTHENTICATE, CRASHED, KINDS, MEDIA_TYPE

REFUSED = (401, 403, 421, 429)  # whoever asks for what is not open, or for too much
COME_AGAIN = (409, 429, 503)  # statuses that say when to send the request again
Responses = dict[int | str, dict[str, object]]


def problems(*statuses: int) -> Responses:
    """The problem answers of a route that needs an access key; a crash can happen anywhere."""
    return open_problems(*REFUSED, *statuses)


def open_problems(*statuses: int) -> Responses:
    """The problem answers of a route that anybody may call."""
    return {status: _described(status) for status in (*statuses, CRASHED.status)}


def _described(status: int) -> dict[str, object]:
    titles = {kind.title: None for kind in (CRASHED, *KINDS.values()) if kind.status == status}
    headers: dict[str, object] = {}
    answer: dict[str, object] = {
        "description": "; ".join(titles),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        headers[AUTHENTICATE] = {"description": "A `Bearer` challenge.", "schema": {"type": "string"}}
    if status in COME_AGAIN:
        headers["Retry-After"] = {"description": "In seconds.", "schema": {"type": "integer"}}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers |= DESCRIBED_LIMITS
    return answer | {"headers": headers} if headers else answer
