"""Serves the labelling page on this machine until Ctrl-C."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
from collections.abc import Callable

import uvicorn

from evals.labelling.app import Labelling, create_app
from service.errors import InputError
from service.server import Server, stopping

HOST = "127.0.0.1"


def serve(labelling: Labelling, port: int, tell: Callable[[str], None], show: Callable[[str], object] | None) -> None:
    """Tell the page's address, open it with `show`, and answer until a signal stops it; port 0 takes a free one.

    Raises:
        InputError: the port cannot be had.
    """
    with listen(port) as listener:
        asyncio.run(_answer(labelling, listener, tell, show))


async def _answer(
    labelling: Labelling, listener: socket.socket, tell: Callable[[str], None], show: Callable[[str], object] | None
) -> None:
    address = f"{HOST}:{listener.getsockname()[1]}"
    token = secrets.token_urlsafe(32)
    url = f"http://{address}/{token}/"
    config = uvicorn.Config(
        create_app(labelling, token, address),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    with stopping() as stop:
        server = Server(config)
        stop.reaches(server)
        tell(f"Label at {url} (Ctrl-C stops; every answer is saved at once)")
        if show:
            # A browser in the terminal would keep us from serving it.
            threading.Thread(target=show, args=(url,), daemon=True).start()
        await server.serve(sockets=[listener])


def listen(port: int) -> socket.socket:
    """A socket that this machine alone can reach.

    Raises:
        InputError: the port cannot be had.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise InputError(f"--port {port}: cannot listen there: {error.strerror}; 0 takes a free port") from error
