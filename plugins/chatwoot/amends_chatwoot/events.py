"""Reads what Chatwoot says: a customer wrote, an agent answered, or something that is none of our business."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool, StrictInt, ValidationError

from amends_chatwoot.errors import Unreadable

Channel = Literal["email", "chat", "social"]
Id = Annotated[StrictInt, Field(ge=1, lt=2**63)]
CHANNELS: dict[str, Channel] = {"Channel::Email": "email", "Channel::TwitterProfile": "social"}


class Numbered(BaseModel):
    """Something with a number; of what Chatwoot sends besides nothing is read."""

    id: Id


class Sender(BaseModel):
    """Who wrote: a contact of Chatwoot's has no type in a webhook."""

    id: Id | None = None
    name: str | None = None
    type: str | None = None


class Conversation(Numbered):
    """Where it was written."""

    status: str = ""
    channel: str | None = None


class Message(BaseModel):
    """The event `message_created`, as far as we read it."""

    id: Id
    message_type: str
    private: StrictBool = False
    content: str | None = None
    account: Numbered
    conversation: Conversation
    sender: Sender | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A customer wrote."""

    account: int
    conversation: int
    message: int
    text: str
    channel: Channel
    pending: bool  # whether the conversation waits for the bot, out of the agents' sight
    customer: int | None
    customer_name: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An agent sent a message that the customer sees."""

    account: int
    conversation: int
    message: int
    text: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something else, and what."""

    why: str


def read_event(body: bytes) -> Written | Answered | Ignored:
    """What a webhook says.

    Raises:
        Unreadable: it is not as the contract has it.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None
    if not isinstance(event, dict):
        raise Unreadable("it is no object")
    if event.get("event") != "message_created":
        return Ignored("another event")
    try:
        message = Message.model_validate(event)
    except ValidationError as error:
        # Only where, never what: the value may be a customer's text.
        where = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
        raise Unreadable(f"`{where}` is missing or malformed") from None
    return _told(message)


def _told(message: Message) -> Written | Answered | Ignored:
    text = encodable(message.content or "").strip()
    kind = message.sender.type if message.sender else None
    place = message.account.id, message.conversation.id, message.id
    if message.private:
        return Ignored("a private note")
    if not text:
        return Ignored("no text")
    if message.message_type == "incoming" and kind in (None, "contact"):
        return Written(
            *place,
            text,
            channel=CHANNELS.get(message.conversation.channel or "", "chat"),
            pending=message.conversation.status == "pending",
            customer=message.sender.id if message.sender else None,
            customer_name=encodable((message.sender.name if message.sender else None) or "") or None,
        )
    if message.message_type == "outgoing" and kind == "user":
        return Answered(*place, text)
    return Ignored("not by a customer or an agent")


def encodable(text: str) -> str:
    """The text without halves of characters, which JSON can spell and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()
