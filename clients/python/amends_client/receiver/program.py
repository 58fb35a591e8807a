"""What the command of a receiver does, whatever it receives: answers `--help`, says what is wrong, listens, serves."""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette

from amends_client.receiver.errors import ConfigurationError
from amends_client.receiver.settings import FromEnvironment

WRONG_USE = 2
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
log = structlog.get_logger()


def read_arguments(settings: type[FromEnvironment], description: str) -> None:
    """Answer `--help` with the settings; there are no arguments besides."""
    arguments = argparse.ArgumentParser(
        prog=settings.command,
        description=description,
        epilog="Settings, from the environment:\n" + settings.describe(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.parse_args()


@contextmanager
def refusing_to_start(command: str) -> Iterator[None]:
    """Where a setting is wrong, say so to whoever started the command, and exit with 2."""
    try:
        yield
    except ConfigurationError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"{command}: {line}\n")
        sys.exit(WRONG_USE)


def listening(host: str, port: int, prefix: str) -> socket.socket:
    """The socket on which webhooks come; `prefix` is that of the settings HOST and PORT.

    Raises:
        ConfigurationError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from now on who calls waits, also while the program starts
    except OSError as error:
        listener.close()
        raise ConfigurationError(f"{prefix}HOST, {prefix}PORT: {host}:{port}: {error.strerror}") from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Where it listens, as `http://127.0.0.1:8812`."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def at_work(work: Callable[[], Coroutine[Any, Any, None]], **said: str) -> Lifespan:
    """Has the work done for as long as the application runs; what is `said` is logged at the start."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(work())
        log.info("receiver.started", **said)
        yield
        task.cancel()
        await asyncio.wait([task])

    return lifespan


async def serve(application: Starlette, listener: socket.socket) -> None:
    """Serve until a signal comes."""
    # A proxy's word for who asks is of no use here, and the access log would only repeat what we log ourselves.
    config = uvicorn.Config(application, log_config=None, access_log=False, proxy_headers=False, server_header=False)
    await uvicorn.Server(config).serve(sockets=[listener])
