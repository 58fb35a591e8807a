"""Listens on a socket and serves the HTTP application until it is told to stop."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI

from service.errors import ConfigurationError
from service.hosts import allowed_hosts
from service.main import Parts, make_app, running, working
from service.settings import Settings
from service.settled import settled
from service.store.sqlite import is_in_memory
from service.wiring.access import admitting
from service.wiring.erasing import erasing
from service.wiring.limiting import limiting

DRAIN_GRACE_S = 2.0  # beyond a draft's own deadline, to store and answer it
SIGNALS = (signal.SIGINT, signal.SIGTERM)
log = structlog.get_logger()


class Server(uvicorn.Server):
    """A server in a process that minds its signals itself; uvicorn would end the process before the parts stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Finish what is under way and stop; at a second call, stop at once."""
        del sig, frame
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


class Stop:
    """What signals tell a server, or the one that will be there once all parts have started."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._signals: list[int] = []

    def heard(self, number: int) -> None:
        """A signal came; after a second one, a further one ends the process, whatever it is about."""
        self._signals.append(number)
        if self._server:
            self._server.handle_exit(number, None)
        if len(self._signals) > 1:
            _leave_signals()

    def reaches(self, server: Server) -> None:
        """From now on there is a server; it is told what came before."""
        self._server = server
        for number in self._signals:
            server.handle_exit(number, None)


@contextmanager
def stopping() -> Iterator[Stop]:
    """Take SIGINT and SIGTERM, before any part starts: parts that are not stopped leave their work to be found."""
    stop = Stop()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.heard, number)
    try:
        yield stop
    finally:
        _leave_signals()


def _leave_signals() -> None:
    for number in SIGNALS:
        asyncio.get_running_loop().remove_signal_handler(number)


async def serve_forever(
    settings: Settings, run: Callable[[Settings], AbstractAsyncContextManager[Parts]] = running
) -> None:
    """Start every part, answer requests, and stop the parts at the end; `run` makes the parts.

    Raises:
        ConfigurationError: address and port cannot be had, others reach the address and there is no access key, or a
            policy or prompt is wrong.
        EmbeddedModelFailed, StoreError: a part did not start.
    """
    with stopping() as stop, listen(settings.host, settings.port) as listener:
        address = str(listener.getsockname()[0])
        hosts = allowed_hosts(settings.allowed_hosts, address, asked=settings.host)
        async with run(settings) as parts, admitting(parts.database, address) as admits:
            if is_in_memory(parts.database.url):
                log.warning(
                    "database.in_memory",
                    detail="what is kept is gone when this process ends, and no other process sees it",
                    advice="let AMENDS_DATABASE_URL name a file or PostgreSQL",
                )
            await admits.start()
            await parts.warm_up()
            async with (
                working(settings, parts, works=settings.work) as work,
                erasing(settings, parts.database, work.stop) as erased,
                limiting(settings, parts.database, parts.watch.limits) as limiter,
            ):
                app = make_app(parts, work, erased, admits, hosts, limiter=limiter)
                server = make_server(app, settings.deadline_s + DRAIN_GRACE_S)
                stop.reaches(server)
                log.info("service.started", url=url_of(listener), pid=os.getpid())
                with settled():
                    await server.serve(sockets=[listener])
                log.info("service.stopped")


def make_server(app: FastAPI, drain_s: float = DRAIN_GRACE_S) -> Server:
    """The server of an application, not yet listening; told to stop, it lets requests end for so many seconds."""
    # Not whatever is installed: httptools is 0.2 ms faster, and keeps headers of any size in memory.
    config = uvicorn.Config(
        app,
        http="h11",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=math.ceil(drain_s),
    )
    return Server(config)


def url_of(listener: socket.socket) -> str:
    """Where a socket listens."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def listen(host: str, port: int, setting: str = "AMENDS_PORT") -> socket.socket:
    """A socket that listens; port 0 takes a free one. `setting` is where the port was set.

    Raises:
        ConfigurationError: address and port cannot be had, or the address is none.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except UnicodeError as error:  # Python does not even look it up: a part of a name is empty, or too long
        raise ConfigurationError(f"AMENDS_HOST={host}: it is not the name or address of a host") from error
    except OSError as error:
        raise ConfigurationError(
            f"AMENDS_HOST={host} {setting}={port}: cannot listen there: {error.strerror}; "
            "choose another port, or stop what listens there"
        ) from error
    # Connections inherit it. Without it the body of an answer waits until the client has acknowledged the headers,
    # which it may put off for 40 ms; asyncio sets it only for sockets that it made itself.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A client that vanished without a word, before its request or in the middle of one, would else never be given up.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return listener
