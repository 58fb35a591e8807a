"""The settings: read once from the environment, validated, and handed on as values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, Field, SecretStr, ValidationError

from amends_client.receiver.settings import FromEnvironment, Secret

MINUTE, DAY = 60, 86_400


def _numbers(value: object) -> object:
    return [each for each in value.replace(",", " ").split() if each] if isinstance(value, str) else value


def _base(value: str) -> str:
    try:
        url = AnyHttpUrl(value)
    except ValidationError:
        raise ValueError("must be an address, such as https://help.example.com") from None
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must be an address without a name, a password, ? or #")
    return value.rstrip("/")


def _no_colon(value: str) -> str:
    if ":" in value:
        raise ValueError("must not hold a colon: HTTP could not tell it from the password")
    return value


BaseUrl = Annotated[str, AfterValidator(_base)]
UserName = Annotated[str, AfterValidator(_no_colon)]
Numbers = Annotated[frozenset[Annotated[int, Field(ge=1)]], BeforeValidator(_numbers)]


class Settings(FromEnvironment):
    """One value for each variable `AMENDS_HELPDESK_...`; field names are theirs in lower case."""

    prefix: ClassVar[str] = "AMENDS_HELPDESK_"
    command: ClassVar[str] = "amends-helpdesk"

    url: BaseUrl = Field(description="Where the help desk is: what stands before `tickets/` in its addresses.")
    user: UserName = Field(description="The name of the bot's user at the help desk, who must be staff.")
    password: SecretStr = Field(description="That user's password.")
    queues: Path = Field(description="TOML file that says for which queues to draft, and what may be promised there.")
    amends_url: BaseUrl = Field(default="http://127.0.0.1:8000", description="Where Amends is.")
    amends_key: Secret | None = Field(
        default=None, description="An access key of Amends with the scopes draft, feedback, read and check."
    )
    desk_url: BaseUrl | None = Field(
        default=None, description="Where agents' browsers reach Amends; by default AMENDS_HELPDESK_AMENDS_URL."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on for the help desk's webhooks.")
    port: int = Field(default=8812, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    poll_s: float = Field(
        default=60, ge=1, le=DAY, description="Seconds between two looks at all open tickets, for what no webhook said."
    )
    link_s: int = Field(
        default=DAY // 3, ge=MINUTE, le=DAY, description="Seconds for which the link to the desk opens it by itself."
    )
    statuses: Numbers = Field(
        default=frozenset({1, 2}), description="Numbers of the statuses that mean open; by default 1,2."
    )
    first_ticket: int = Field(
        default=1, ge=1, description="Tickets with a smaller number are let be: set it when you begin with a full desk."
    )
    agents: Numbers = Field(
        default=frozenset(),
        description="Numbers of the users who are agents, where customers sign in to the help desk, too; by default "
        "every user is one.",
    )
    at_once: int = Field(default=2, ge=1, le=64, description="Tickets worked on at once.")

    @property
    def desk(self) -> str:
        """What the links in notes begin with."""
        return self.desk_url or self.amends_url
