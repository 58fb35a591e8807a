"""By which names the service may be called, and from pages of which hosts: so that no foreign page reaches it.

A page that somebody on this machine looks at may send requests to it, and a name server may lead a name of the page's
owner here. Neither can be told from a program of this machine but by the headers that browsers set.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import HostRefused, OriginRefused

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
AUTHORITY = re.compile(r"([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.ASCII)
ORIGIN = re.compile(r"https?://([^/?#@]+)", re.ASCII)
MOST_CHARACTERS = 300  # a name has 253 at the most
FOREIGN_SITES = ("cross-site", "same-site")  # what Sec-Fetch-Site says of a page of another host or port
SETTING = "AMENDS_ALLOWED_HOSTS"


@dataclass(frozen=True, slots=True)
class Authority:
    """A host, and a port where one is named."""

    host: str
    port: str | None = None

    def covers(self, other: Authority) -> bool:
        """Whether the other one is this; without a port, at any."""
        return self.host == other.host and self.port in (None, other.port)


@dataclass(frozen=True, slots=True)
class Headers:
    """What browsers say of a request, each header as often as it was sent."""

    host: Sequence[str]
    origin: Sequence[str] = ()
    site: Sequence[str] = ()
    mode: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts by which requests may come, and the `origins` beside that same host; where there are none, any."""

    hosts: tuple[Authority, ...] = ()
    origins: tuple[Authority, ...] = ()

    def refuse_foreign(self, headers: Headers) -> None:
        """Do nothing where a request may come.

        Raises:
            HostRefused: it names another host, none, or several.
            OriginRefused: a page of another host, or of another port, has sent it.
        """
        if not self.hosts:
            return
        host = _host(headers.host)
        if host is None or not any(each.covers(host) for each in self.hosts):
            raise HostRefused(
                f"This service does not answer under the name in Host. Call it by another, or add it to {SETTING}."
            )
        if headers.origin and not self._has(_origin(headers.origin), host):
            raise OriginRefused(
                f"A page of another host sent this. Where that is wanted, add the host of the page to {SETTING}."
            )
        # An image or a script of a foreign page comes without an origin. A link that somebody follows may.
        if not headers.origin and _says(headers.site, *FOREIGN_SITES) and not _says(headers.mode, "navigate"):
            raise OriginRefused("A page of another host sent this.")

    def _has(self, origin: Authority | None, host: Authority | None) -> bool:
        return origin is not None and (origin == host or any(each.covers(origin) for each in self.origins))


def allowed_hosts(setting: str, bound: str, *, asked: str) -> Hosts:
    """What a service that is bound to an address answers to; `asked` is the name of the address in the settings.

    The setting names all of them. Without it, a service on loopback has the names of that and of its address; one
    that others reach has any, as nobody knows its names: there every request needs a key, which no page has.

    Raises:
        ValueError: the setting names something that is no host.
    """
    named = read_hosts(setting)
    if named:
        return Hosts(named, named)
    if not is_loopback(bound):
        return Hosts()
    here = [each for each in (asked, bound) if each]
    return Hosts(tuple({authority: None for name in (*LOOPBACK, *map(_bracketed, here)) if (authority := _read(name))}))


def read_hosts(setting: str) -> tuple[Authority, ...]:
    """The hosts of a setting, with commas between them.

    Raises:
        ValueError: one is no host.
    """
    found = []
    for part in filter(None, map(str.strip, setting.split(","))):
        authority = _read(_bracketed(part))
        if authority is None:
            raise ValueError(f"{part[:MOST_CHARACTERS]!r} is no host; write `amends.example.com` or `localhost:8000`")
        found.append(authority)
    return tuple(found)


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def _bracketed(name: str) -> str:
    """An IPv6 address as it stands in a URL."""
    return f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name


def _host(fields: Sequence[str]) -> Authority | None:
    return _read(fields[0]) if len(fields) == 1 else None


def _origin(fields: Sequence[str]) -> Authority | None:
    if len(fields) != 1 or len(fields[0]) > MOST_CHARACTERS:
        return None
    found = ORIGIN.fullmatch(fields[0].strip().lower())
    return _read(found[1]) if found else None


def _read(text: str) -> Authority | None:
    if len(text) > MOST_CHARACTERS:
        return None
    found = AUTHORITY.fullmatch(text.strip().lower())
    return Authority(found[1].rstrip("."), found[2]) if found else None


def _says(fields: Sequence[str], *values: str) -> bool:
    return any(field.strip().lower() in values for field in fields)
