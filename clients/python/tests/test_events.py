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
    ("minutes", "changes", "body"),
    [
        (0, {"Webhook-Id": ""}, BODY),
        (6, {}, BODY),
        (-6, {}, BODY),
        (0, {"Webhook-Id": "msg_2"}, BODY),
        (0, {"Webhook-Signature": "v1,AAAA"}, BODY),
        (0, {"Webhook-Signature": "nonsense"}, BODY),
        (0, {"Webhook-Timestamp": "soon"}, BODY),
        (0, {}, b"[]"),
        (0, {}, b"{}"),
        (0, {}, b"no json"),
    ],
    ids=range(10),
)
def test_what_is_none(minutes: int, changes: dict[str, str], body: bytes) -> None:
    """Another age, id or signature; or signed, but no event."""
    with pytest.raises(NotOurs):
        read_event(SECRET, signed(body, timedelta(minutes=minutes)) | changes, body)


@pytest.mark.parametrize("body", [BODY + b" ", b"", b"\xff"])
def test_another_body(body: bytes) -> None:
    """To the byte."""
    with pytest.raises(NotOurs):
        read_event(SECRET, signed(BODY), body)


def test_no_headers() -> None:
    """As of a request by somebody else."""
    with pytest.raises(NotOurs):
        read_event(SECRET, {}, BODY)
