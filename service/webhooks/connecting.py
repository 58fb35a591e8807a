"""Connects to no address but an allowed one: what is checked is the address that the packets go to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from ssl import SSLContext
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from service.webhooks.targets import Targets

LookUp = Callable[[str, int], Sequence[str]]


def look_up(host: str, port: int) -> list[str]:
    """The IP addresses of a host name, as this machine knows them.

    Raises:
        OSError: it has none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Guard:
    """Makes the sockets of one connection; `refused` says why it made none for some address.

    A name is looked up once, and each address that came of it passes here on its way to the system's `connect`, as
    does an address that stands in the URL: a name server that answers otherwise next time gains nothing.
    """

    def __init__(self, targets: Targets, scheme: str) -> None:
        self._targets = targets
        self._scheme = scheme
        self.refused: str | None = None

    # The library's own type leaves the address open.
    def __call__(self, info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        """A socket for an address.

        Raises:
            ConnectionRefusedError: nothing may be sent there.
        """
        family, kind, protocol, _, address = info
        if reason := self._targets.refusal(str(address[0]), self._scheme):
            self.refused = reason
            raise ConnectionRefusedError(f"the address is {reason}")
        return socket.socket(family, kind, protocol)


class DaemonResolver(AbstractResolver):
    """Looks names up in threads of its own.

    One name server that does not answer would fill asyncio's few threads, on which others wait, and then keep the
    process from ending.
    """

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            OSError: it has none.
        """
        del family  # each that it has
        future: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        threading.Thread(target=self._answer, args=(host, port, future), daemon=True).start()
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in await future
        ]

    async def close(self) -> None:
        """There is nothing to close."""

    def _answer(self, host: str, port: int, future: asyncio.Future[Sequence[str]]) -> None:
        tell: Callable[[], None]
        try:
            tell = partial(_unless_done, future, future.set_result, self._look_up(host, port))
        except OSError as error:
            tell = partial(_unless_done, future, future.set_exception, error)
        except UnicodeError:  # a name that no server can be asked for
            tell = partial(_unless_done, future, future.set_exception, OSError("no host name"))
        with suppress(RuntimeError):  # the loop has ended meanwhile
            future.get_loop().call_soon_threadsafe(tell)


def _unless_done(future: asyncio.Future[Sequence[str]], tell: Callable[[Any], None], value: object) -> None:
    if not future.done():
        tell(value)


def guarded_connector(guard: Guard, tls: SSLContext, look_up: LookUp) -> TCPConnector:
    """What opens one connection; it is not kept, so that the next one is checked anew."""
    return TCPConnector(
        ssl=tls, resolver=DaemonResolver(look_up), use_dns_cache=False, force_close=True, socket_factory=guard
    )
