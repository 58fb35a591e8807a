"""Events: what stands in them, and what does not."""

from __future__ import annotations

import json

import pytest

from service.webhooks.events import Event, batch_finished, draft_finished, webhook_tested
from tests.service.parts import NOW


@pytest.mark.parametrize(
    ("event", "body"),
    [
        (draft_finished("d", "ticket-7", "ready", NOW), ("draft.finished", "d", "ticket-7", "ready")),
        (draft_finished("d", None, "failed", NOW), ("draft.finished", "d", None, "failed")),
        (batch_finished("b", NOW), ("batch.finished", "b", None, "finished")),
        (webhook_tested("w", NOW), ("webhook.test", "w", None, "test")),
    ],
)
def test_a_body_is_thin(event: Event, body: tuple[str, str, str | None, str]) -> None:
    """Name, moment, id, reference and status: whoever wants the text asks for it."""
    name, about, ref, status = body
    assert (event.name, event.about, event.at) == (name, about, NOW)
    assert json.loads(event.body) == {
        "type": name,
        "timestamp": "2025-10-21T09:05:00Z",
        "data": {"id": about, "ref": ref, "status": status},
    }
