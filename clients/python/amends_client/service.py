"""Where a service is and how it is reached: what the synchronous and the asynchronous client have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

import attrs
import httpx

from amends_client.generated import AuthenticatedClient
from amends_client.generated.models import Link

TIMEOUT_S = 90.0  # longer than the minute that a draft may take
CONNECT_S = 10.0  # a service that is there takes a connection sooner
VERSION = version("amends-client")


@dataclass(frozen=True, slots=True)
class Service:
    """A service at `url`; `desk_url` is where agents' browsers reach it, if that is elsewhere.

    Raises:
        ValueError: a URL or the key cannot be right.
    """

    url: str
    key: str | None = field(default=None, repr=False)
    desk_url: str | None = None

    def __post_init__(self) -> None:
        for url in (self.url, self.url if self.desk_url is None else self.desk_url):
            try:
                parts = httpx.URL(url)
            except httpx.InvalidURL as error:
                raise ValueError(f"The URL of Amends is none: {error}") from error
            if parts.userinfo:  # it would take the key's place, and stand in errors and in links for agents
                raise ValueError("The URL of Amends must have no user name and no password in it.")
            if parts.scheme not in ("http", "https") or not parts.host or parts.query or parts.fragment:
                raise ValueError(f"The URL of Amends must be like https://amends.example.com, and not {url!r}.")
        if not (self._secret.isascii() and self._secret.isprintable()):
            raise ValueError("The access key holds characters that no access key has.")

    @property
    def _secret(self) -> str:
        return (self.key or "").strip()  # one that was read from a file ends in a new line

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request."""
        agent = {"User-Agent": f"amends-client/{VERSION}"}
        return agent | {"Authorization": f"Bearer {self._secret}"} if self._secret else agent

    def generated(self) -> AuthenticatedClient:
        """What generated functions are called with, once it has a client of httpx."""
        return AuthenticatedClient(base_url=self.url, token="")  # nosec B106 # set per request

    def at_the_desk(self, link: Link) -> Link:
        """A link with a whole URL."""
        return attrs.evolve(link, url=(self.desk_url or self.url).rstrip("/") + link.url)


def timeouts(seconds: float) -> httpx.Timeout:
    """How long nothing may come."""
    return httpx.Timeout(seconds, connect=min(seconds, CONNECT_S))
