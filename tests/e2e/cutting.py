"""A proxy that cuts connections at the worst moments, as networks do."""

from __future__ import annotations

import re
import socket
import struct
import threading
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

# Before the request is passed on; when it is, while it is worked on; when its answer is there; after half of that.
Cut = Literal["unasked", "at work", "answered", "half answered"]
MOST_BYTES = 65_536


class CuttingProxy:
    """In front of `url` from `with` on, for HTTP with lengths: the first connections are cut like this, no others."""

    def __init__(self, url: str, *cuts: Cut) -> None:
        self.cut = 0  # connections
        self._cuts = list(cuts)
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # it was closed
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._address) as service:
            try:
                while request := message(client):
                    cut = self._cuts.pop(0) if self._cuts else None
                    answer = b"" if cut == "unasked" else answered(service, request, cut)
                    client.sendall(answer)
                    if cut:
                        self.cut += 1
                        return reset(client)
            except OSError:
                return None  # one of them hung up
        return None


def answered(service: socket.socket, request: bytes, cut: Cut | None) -> bytes:
    """What of the answer is passed on."""
    service.sendall(request)
    if cut == "at work":
        return b""
    answer = message(service)
    return {None: answer, "half answered": answer[: len(answer) // 2]}.get(cut, b"")


def message(sender: socket.socket) -> bytes:
    """The next request or answer; empty where there is none."""
    found = b""
    while b"\r\n\r\n" not in found:
        if not (more := sender.recv(MOST_BYTES)):
            return b""
        found += more
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head.lower())
    missing = (int(length[1]) if length else 0) - len(body)
    while missing > 0 and (more := sender.recv(MOST_BYTES)):
        found += more
        missing -= len(more)
    return found


def reset(client: socket.socket) -> None:
    """Hang up as a crashed machine does."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
