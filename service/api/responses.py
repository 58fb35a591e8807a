"""What the contract says of the answers that are errors."""

from __future__ import annotations

from service.api.problems import CRASHED, KINDS, MEDIA_TYPE

COME_AGAIN = (409, 503)  # statuses that say when to send the request again
Responses = dict[int | str, dict[str, object]]


def problems(*statuses: int) -> Responses:
    """The problem answers of a route; a crash can happen anywhere."""
    return {status: _described(status) for status in (*statuses, CRASHED.status)}


def _described(status: int) -> dict[str, object]:
    titles = {kind.title: None for kind in (CRASHED, *KINDS.values()) if kind.status == status}
    answer: dict[str, object] = {
        "description": "; ".join(titles),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in COME_AGAIN:
        answer["headers"] = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}}}
    return answer
