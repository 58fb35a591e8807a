"""A receiver of webhooks on the loopback interface that takes, fails and misbehaves as it is told to."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import trustme

HOST = "hooks.example.test"  # the name in the receiver's certificate


@dataclass(frozen=True, slots=True)
class Received:
    """What came; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


Behaviour = Callable[["Handler"], None]


@dataclass(frozen=True, slots=True)
class Says:
    """An answer that follows HTTP."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __call__(self, handler: Handler) -> None:
        """Send it."""
        handler.send_response(self.status)
        for name, value in self.headers:
            handler.send_header(name, value)
        if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self.headers):
            handler.send_header("content-length", str(len(self.body)))
        handler.end_headers()
        handler.wfile.write(self.body)


def hangs(handler: Handler) -> None:
    """Take the request and answer nothing for as long as the receiver lives."""
    handler.receiver.closing.wait()


def hangs_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def babbles(handler: Handler) -> None:
    """Answer something that is not HTTP."""
    handler.wfile.write(b"220 mail.example.test ESMTP\r\n")
    handler.close_connection = True


def trickles(handler: Handler) -> None:
    """Send the head of an answer byte by byte, without an end."""
    handler.wfile.write(b"HTTP/1.1 204 No Content\r\nX-Slow: ")
    while not handler.receiver.closing.wait(0.02):
        handler.wfile.write(b"x")


def puts_off(handler: Handler) -> None:
    """Ask for the body again and again, and never answer."""
    while not handler.receiver.closing.wait(0.01):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def floods(handler: Handler) -> None:
    """Take it, and send a body without an end."""
    Says(200, (("transfer-encoding", "chunked"),))(handler)
    while not handler.receiver.closing.is_set():
        handler.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        handler.receiver.flooded += 0x10000


class Receiver:
    """Receives from `with` on; every request takes the next behaviour, and the last one stays."""

    def __init__(self, *behaviours: Behaviour, secure: bool = False) -> None:
        self.received: list[Received] = []
        self.closing = threading.Event()
        self.connections = 0
        self.flooded = 0  # bytes that `floods` got rid of
        self._behaviours = behaviours or (Says(),)
        self._lock = threading.Lock()
        handler = type("BoundHandler", (Handler,), {"receiver": self})
        self._server = _Server(("127.0.0.1", 0), handler, self, _context() if secure else None)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """Its URL, without TLS."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of each request."""
        return [each.headers["webhook-id"] for each in self.received]

    def wait_for(self, count: int, seconds: float = 20) -> None:
        """Wait until so many requests have come."""
        until = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < until, f"only {len(self.received)} of {count} came"
            time.sleep(0.01)

    def behave(self, received: Received) -> Behaviour:
        """Note a request and say how to answer it."""
        with self._lock:
            self.received.append(received)
            return self._behaviours[min(len(self.received), len(self._behaviours)) - 1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@cache
def authority() -> trustme.CA:
    """Who signs the receiver's certificate: made anew for each run of the tests, so that no key is kept anywhere."""
    return trustme.CA()


def trusting() -> ssl.SSLContext:
    """What a client needs to trust the receiver."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(HOST).configure_cert(context)
    return context


class Handler(BaseHTTPRequestHandler):
    """One connection to a `Receiver`."""

    receiver: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as the receiver was told to."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.behave(Received(self.path, headers, body))(self)

    def do_GET(self) -> None:
        """Nobody should come by GET, as a redirect that is followed might."""
        self.receiver.behave(Received(self.path, {}, b"GET"))(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name for it
        """Keep the tests' output clean."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client may keep its connection for longer
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type[Handler], receiver: Receiver, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(address, handler)
        self._receiver = receiver
        self._tls = tls

    def process_request(self, request: object, client_address: object) -> None:
        """Count a connection, and speak TLS on it where that is asked for."""
        self._receiver.connections += 1
        super().process_request(request, client_address)  # type: ignore[arg-type] # sockets, as the parent has it

    def finish_request(self, request: object, client_address: object) -> None:
        """Shake hands in the thread of the connection: a client that does not would hold up the others."""
        if self._tls is None:
            super().finish_request(request, client_address)  # type: ignore[arg-type] # likewise
            return
        with self._tls.wrap_socket(request, server_side=True) as secured:  # type: ignore[arg-type] # likewise
            super().finish_request(secured, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that leave in mid-answer are what many tests are about."""
