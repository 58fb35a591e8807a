"""A model endpoint on the loopback interface that answers, fails and misbehaves as it is told to."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

TRICKLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Reply:
    """A response that follows HTTP; None leaves a field out of the JSON."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __call__(self, handler: Handler) -> None:
        """Send it."""
        handler.send(self.status, self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, object]


Behaviour = Callable[["Handler"], None]


def says(text: str | None, finish_reason: str = "stop", **message: object) -> Reply:
    """A normal completion with this text; further arguments are further fields of its message."""
    return says_json(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "fake-model",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish_reason,
                    "message": {"role": "assistant", "content": text, **message},
                }
            ],
            "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
        }
    )


def says_json(value: object, status: int = 200, **headers: str) -> Reply:
    """Any JSON with any status; `retry_after="1"` becomes the header `retry-after`."""
    named = {name.replace("_", "-"): content for name, content in headers.items()}
    return Reply(status, {"content-type": "application/json", **named}, json.dumps(value).encode())


def fails(status: int, code: str = "fake_error", message: str = "no", **headers: str) -> Reply:
    """An error as OpenAI writes it."""
    error = {"message": message, "type": "fake_type", "param": None, "code": code}
    return says_json({"error": error}, status, **headers)


def html(status: int = 200) -> Reply:
    """A web page, as a proxy or a wrong address answers."""
    return Reply(status, {"content-type": "text/html"}, b"<!doctype html><title>Welcome</title>")


def no_choices() -> Reply:
    """A completion without choices."""
    return says_json({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": []})


def truncated_json() -> Reply:
    """JSON that ends too early, in a response that is whole."""
    return Reply(200, {"content-type": "application/json"}, says("Secret answer.").body[:-40])


def cuts_off(handler: Handler) -> None:
    """Promise a whole answer, send half of it, and reset the connection."""
    body = says("Secret answer.").body
    handler.send(200, {"content-type": "application/json", "content-length": str(len(body))}, body[:30])
    # Without lingering, closing sends a reset.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def hangs_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def hangs(handler: Handler) -> None:
    """Take the request and answer nothing for as long as the server lives."""
    handler.endpoint.closing.wait()


def after(seconds: float, behaviour: Behaviour) -> Behaviour:
    """The same, some time later."""

    def waits(handler: Handler) -> None:
        handler.endpoint.closing.wait(seconds)
        behaviour(handler)

    return waits


def trickles(handler: Handler) -> None:
    """Send one byte at a time, far too slowly."""
    body = says("A slow answer.").body
    handler.send(200, {"content-type": "application/json", "content-length": str(len(body))}, b"")
    for byte in body:
        if handler.endpoint.closing.wait(TRICKLE_SECONDS):
            return
        handler.wfile.write(bytes([byte]))


def floods(handler: Handler) -> None:
    """Send spaces without an end, until the client has had enough."""
    handler.send(200, {"content-type": "application/json", "transfer-encoding": "chunked"}, b"")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while not handler.endpoint.closing.is_set():
        handler.wfile.write(chunk)
        handler.endpoint.flooded += 0x10000


class FakeEndpoint:
    """Serves from `with` on; every call takes the next behaviour, and the last one stays.

    `url` is its base URL, `calls` counts completions asked for, `requests` keeps them. Its list of models,
    which readiness asks for, is answered by `models` and counted by `pings`.
    """

    def __init__(self, *behaviours: Behaviour, models: Behaviour | None = None) -> None:
        self.requests: list[Request] = []
        self.pings = 0
        self.models = models or says_json({"object": "list", "data": []})
        self.closing = threading.Event()
        self.flooded = 0  # bytes that `floods` got rid of
        self._behaviours = behaviours or (says("I am sorry that your parcel arrived broken."),)
        self._lock = threading.Lock()
        handler = type("BoundHandler", (Handler,), {"endpoint": self})
        self._server = _QuietServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, as OpenAI clients take it."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def calls(self) -> int:
        """How many requests came."""
        return len(self.requests)

    def next_behaviour(self, request: Request) -> Behaviour:
        """Note a request and say how to answer it."""
        with self._lock:
            self.requests.append(request)
            return self._behaviours[min(self.calls, len(self._behaviours)) - 1]

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


class Handler(BaseHTTPRequestHandler):
    """One connection to a `FakeEndpoint`."""

    endpoint: FakeEndpoint
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as the endpoint was told to."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.endpoint.next_behaviour(Request(self.path, headers, body))(self)

    def do_GET(self) -> None:
        """Answer the question for the models."""
        self.endpoint.pings += 1
        self.endpoint.models(self)

    def send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Write a response; the length is the body's unless a header says otherwise."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if not {"content-length", "transfer-encoding"} & headers.keys():
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name for it
        """Keep the tests' output clean."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client may keep its connection for longer
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that leave in mid-answer are what many tests are about."""


def refusing_url() -> str:
    """A base URL on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
