"""Says in the contract what the ids in an answer are good for, so that clients and tests find their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Operations that can follow, each with its parameters as pointers into the answer's body.
Following = Mapping[str, Mapping[str, str]]


def _with(name: str, pointer: str, operations: Iterable[str]) -> Following:
    return {operation: {name: pointer} for operation in operations}


DRAFT = _with(
    "draft_id",
    "/id",
    (
        "read_draft",
        "read_case",
        "read_feedback",
        "draft_again",
        "link_draft",
        "cancel_draft",
        "give_feedback",
        "delete_draft",
    ),
)
BATCH = _with("batch_id", "/id", ("read_batch", "read_batch_results", "cancel_batch"))
WEBHOOK = _with("webhook_id", "/id", ("renew_webhook_secret", "test_webhook", "delete_webhook"))
DELIVERY = {"replay_delivery": {"delivery_id": "/id"}}


def links(following: Following) -> dict[str, object]:
    """What a response says of the operations that can follow it."""
    return {"links": {operation: _link(operation, pointers) for operation, pointers in following.items()}}


def _link(operation: str, pointers: Mapping[str, str]) -> dict[str, object]:
    parameters = {name: f"$response.body#{pointer}" for name, pointer in pointers.items()}
    return {"operationId": operation, "parameters": parameters}
