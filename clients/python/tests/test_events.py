"""Events: those that Amends signed are read, and no others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from amends_client import NotOurs, read_event

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps(
    {
        "type": "draft.finished",
        "timestamp": "2026-03-02T09:30:00Z",
        "data": {"id": "0f6c", "ref": "é", "status": "ready"},
    },
    ensure_ascii=False,
).encode()


def signed(body: bytes, age: timedelta = timedelta(0)) -> dict[str, str]:
    """The headers of an event."""
    moment = datetime.now(UTC) - age
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(moment.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("msg_1", moment, body.decode("utf-8", "replace")),
    }


def test_an_event() -> None:
    """It says what happened, and whatever the case of the headers."""
    event = read_event(SECRET, signed(BODY), BODY)
    assert (event.type_, event.data.id, event.data.ref, event.data.status) == ("draft.finished", "0f6c", "é", "ready")
    assert event.timestamp == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY),
        (signed(BODY), BODY + b" "),
        (signed(BODY, timedelta(minutes=6)), BODY),
        (signed(BODY, -timedelta(minutes=6)), BODY),
        (signed(BODY) | {"Webhook-Id": "msg_2"}, BODY),
        (signed(BODY) | {"Webhook-Signature": "v1,AAAA"}, BODY),
        (signed(BODY) | {"Webhook-Signature": "nonsense"}, BODY),
        (signed(BODY) | {"Webhook-Timestamp": "soon"}, BODY),
        (signed(b"[]"), b"[]"),
        (signed(b"{}"), b"{}"),
        (signed(b"no json"), b"no json"),
        (signed(BODY), b"\xff"),
    ],
    ids=range(12),
)
def test_what_is_none(headers: dict[str, str], body: bytes) -> None:
    """Another body, age, id or signature; or no event."""
    with pytest.raises(NotOurs):
        read_event(SECRET, headers, body)
