"""The settings: read once from the environment, validated, and handed on as values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, TypeAdapter

from amends_client.receiver.settings import FromEnvironment, Secret

MINUTE, DAY = 60, 86_400
SECRET_CHARACTERS = 32


def _base(value: str) -> str:
    url = TypeAdapter(AnyHttpUrl).validate_python(value)
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must be an address alone, without a name, a password, ? or #")
    return str(url).rstrip("/")


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SECRET_CHARACTERS:
        raise ValueError(f"is too short: it must have {SECRET_CHARACTERS} characters that nobody can guess")
    return value


BaseUrl = Annotated[str, AfterValidator(_base)]


class Settings(FromEnvironment):
    """One value for each variable `AMENDS_CHATWOOT_...`; field names are theirs in lower case."""

    prefix: ClassVar[str] = "AMENDS_CHATWOOT_"
    command: ClassVar[str] = "amends-chatwoot"

    url: BaseUrl = Field(description="Where Chatwoot is, as agents' browsers reach it.")
    account: int = Field(ge=1, description="The number of the account, which stands in Chatwoot's addresses.")
    token: Secret = Field(description="The access token of the agent bot, which places the notes.")
    webhook_secret: Secret = Field(description="The secret by which Chatwoot signs what it sends to the bot.")
    business: Path = Field(description="TOML file that says what replies may state and promise.")
    amends_url: BaseUrl = Field(default="http://127.0.0.1:8000", description="Where Amends is.")
    amends_key: Secret | None = Field(
        default=None, description="An access key of Amends with the scopes draft, feedback, read and check."
    )
    desk_url: BaseUrl | None = Field(
        default=None, description="Where agents' browsers reach Amends; by default AMENDS_CHATWOOT_AMENDS_URL."
    )
    dashboard_secret: Annotated[Secret, AfterValidator(_long)] | None = Field(
        default=None,
        description=f"What the dashboard app's address bears; at least {SECRET_CHARACTERS} characters. "
        "Without it there is no dashboard app.",
    )
    database: Path = Field(
        default=Path("amends-chatwoot.db"), description="File in which accepted work is kept until it is done."
    )
    keep_days: int = Field(default=30, ge=1, le=3650, description="Days after which what was kept is forgotten.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8813, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    quiet_s: float = Field(
        default=10, ge=0, le=3600, description="Seconds of silence before a draft: customers write in pieces."
    )
    link_s: int = Field(
        default=DAY // 3,
        ge=MINUTE,
        le=DAY,
        description="Seconds for which a note's link to the desk opens it by itself.",
    )
    hand_over: bool = Field(
        default=True, description="Whether conversations that wait for the bot are given to the agents at once."
    )
    at_once: int = Field(default=4, ge=1, le=64, description="Conversations worked on at once.")

    @property
    def desk(self) -> str:
        """What the links to the desk begin with."""
        return self.desk_url or self.amends_url


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers name them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
