"""What webhooks hear of: that a draft or a batch is finished, by its id and without any text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from pydantic import AwareDatetime, Field

from guardrails.types import Contract

EventName = Literal["draft.finished", "batch.finished"]
EVENT_NAMES: tuple[EventName, ...] = get_args(EventName)
TEST: Final = "webhook.test"  # goes to the webhook that it was asked for, whatever that listens to


class EventData(Contract):
    """What an event is about; ask for it by its id."""

    id: str
    ref: str | None = Field(description="The caller's own reference of the case, where it had one.")
    status: str = Field(description="How it ended.")


class EventBody(Contract):
    """The body that is sent."""

    type: Literal["draft.finished", "batch.finished", "webhook.test"]
    timestamp: AwareDatetime = Field(description="When it happened, which is not when it is sent.")
    data: EventData


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell webhooks of; `about` is the id of the draft, batch or webhook, `body` the JSON to send."""

    name: str
    about: str
    at: datetime
    body: str


def draft_finished(draft_id: str, ref: str | None, status: str, at: datetime) -> Event:
    """A draft has ended; `status` is its result's, or `cancelled`."""
    return _event("draft.finished", EventData(id=draft_id, ref=ref, status=status), at)


def batch_finished(batch_id: str, at: datetime, status: str = "finished") -> Event:
    """The last draft of a batch has ended."""
    return _event("batch.finished", EventData(id=batch_id, ref=None, status=status), at)


def webhook_tested(webhook_id: str, at: datetime) -> Event:
    """Somebody wants to see whether a webhook works."""
    return _event(TEST, EventData(id=webhook_id, ref=None, status="test"), at)


def _event(name: Literal["draft.finished", "batch.finished", "webhook.test"], data: EventData, at: datetime) -> Event:
    return Event(name, data.id, at, EventBody(type=name, timestamp=at, data=data).model_dump_json())
