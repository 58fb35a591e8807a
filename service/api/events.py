"""What the contract says of the events that webhooks receive."""

from __future__ import annotations

from collections.abc import Mapping

from service.webhooks.events import EventBody

SUMMARIES: Mapping[str, str] = {
    "draft.finished": "A draft that was asked for asynchronously, or in a batch, has ended",
    "batch.finished": "The last draft of a batch has ended",
    "webhook.test": "Somebody tries the webhook out",
}
HEADERS: Mapping[str, str] = {
    "webhook-id": "Names the delivery, at every try alike: who has seen it before need not act again.",
    "webhook-timestamp": "When it was sent, in seconds since 1970; refuse what is older than some minutes.",
    "webhook-signature": "One or several signatures, apart by blanks: `v1,` and the base64 of an HMAC-SHA256.",
}


def describe_events() -> dict[str, object]:
    """The requests that a webhook gets, by the names of their events."""
    return {name: {"post": _operation(name, summary)} for name, summary in SUMMARIES.items()}


def _operation(name: str, summary: str) -> dict[str, object]:
    schema = {"$ref": f"#/components/schemas/{EventBody.__name__}"}
    return {
        "tags": ["events"],
        "summary": summary,
        "description": "Signed as Standard Webhooks has it, and delivered at least once. It holds ids and no text.",
        "operationId": name.replace(".", "_"),
        "parameters": [_header(header, meaning) for header, meaning in HEADERS.items()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "2XX": {"description": "It was taken."},
            "410": {"description": "It is wanted no more, and not sent again."},
            "default": {"description": "It is sent again later, at the earliest after what `Retry-After` says."},
        },
    }


def _header(name: str, meaning: str) -> dict[str, object]:
    return {"name": name, "in": "header", "required": True, "description": meaning, "schema": {"type": "string"}}
