"""A collector of spans on the loopback interface that takes them, or hangs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Span:
    """A span as it came."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    status: int
    began: int
    ended: int
    attributes: dict[str, Value] = field(default_factory=dict)


class Collector:
    """Serves from `with` on; `spans` has what came so far. One that `hangs` takes a request and answers nothing."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []
        self.resources: list[dict[str, Value]] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self.hangs = hangs
        handler = type("BoundHandler", (Handler,), {"collector": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, as the setting takes it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def take(self, path: str, body: bytes) -> None:
        """Keep what came."""
        self.paths.append(path)
        self.bodies.append(body)
        request = ExportTraceServiceRequest.FromString(body)
        for group in request.resource_spans:
            self.resources.append({each.key: _value(each.value) for each in group.resource.attributes})
            for scope in group.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        Span(
                            name=span.name,
                            trace_id=span.trace_id.hex(),
                            span_id=span.span_id.hex(),
                            parent_id=span.parent_span_id.hex(),
                            kind=span.kind,
                            status=span.status.code,
                            began=span.start_time_unix_nano,
                            ended=span.end_time_unix_nano,
                            attributes={each.key: _value(each.value) for each in span.attributes},
                        )
                    )
                    assert not span.events
                    assert not span.status.message

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
    """One connection to a `Collector`."""

    collector: Collector

    def do_POST(self) -> None:
        """Take spans."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.collector.hangs:
            self.collector.closing.wait()
            return
        self.collector.take(self.path, body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name for it
        """Keep the tests' output clean."""


def _value(value: AnyValue) -> Value:
    found = getattr(value, str(value.WhichOneof("value")))
    assert isinstance(found, Value)
    return found
