"""What the business knows and allows, for each queue of the help desk, as the file `AMENDS_HELPDESK_QUEUES` says it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amends_client.receiver.business import Context, Options, Part, Words

NAME = "AMENDS_HELPDESK_QUEUES"


class Queue(Context):
    """One queue: what every draft for it may say."""

    channel: Literal["email", "chat", "review", "social"] = "email"
    language: Words | None = None
    options: Options = Options()


class Queues(Part):
    """The file: a table `[queue.N]` for each queue, N its number at the help desk."""

    queue: Annotated[dict[Annotated[int, Field(ge=1)], Queue], Field(min_length=1)]
