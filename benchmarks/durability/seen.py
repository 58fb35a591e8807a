"""What the world outside of Amends saw: calls of the model, and events that webhooks were told of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """One line of the log that the outside keeps; times are seconds of the machine's clock."""

    model_config = ConfigDict(frozen=True)


class Call(Record):
    """A completion asked for: of which case, by which life of which process, from when to when.

    `model` is another name for every call, which the result repeats, so that it tells whose text was stored.
    `answered` is False where the caller hung up before it had its answer, as one does that is killed.
    """

    case: int | None
    caller: str
    model: str
    began: float
    ended: float
    answered: bool


class Notice(Record):
    """An event that came to the webhook: its id, its type, what it is about, and whether its signature is right.

    `taken` is False where the receiver failed on purpose, so that it must come again.
    """

    event: str
    type: str
    about: str
    verified: bool
    taken: bool


class Seen(Record):
    """Everything so far."""

    calls: tuple[Call, ...] = ()
    notices: tuple[Notice, ...] = ()
