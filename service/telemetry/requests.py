"""Watches requests: how many, how long, what was answered; and goes on with the trace of whoever asks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus

from opentelemetry import context
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import CRASHED, NOTED
from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters
from service.telemetry.spans import HEADER, PROPAGATOR

UNKNOWN = "unknown"  # path or method: whatever is asked for that there is not
METHODS = frozenset(HTTPMethod)


class WatchedRequests:
    """ASGI middleware; what is not `traced` knows nothing of the caller's trace."""

    def __init__(self, app: ASGIApp, meters: Meters, *, traced: bool) -> None:
        self._app = app
        self._traced = traced
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # What the server answers where a crash keeps the app from answering.
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = context.attach(_continued(Headers(scope=scope).getlist(HEADER) if self._traced else []))
        try:
            await self._app(scope, receive, noting)
        finally:
            context.detach(token)
            with harmless():
                self._count(scope, status, time.perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        meters, route, method = self._meters, _route(scope), _method(scope)
        meters.http_requests.labels(route, method, str(status)).inc()
        meters.http_request_seconds.labels(route, method).observe(seconds)
        if problem := _problem(scope, status):
            meters.problems.labels(problem).inc()


def _continued(headers: list[str]) -> context.Context:
    """The caller's trace; none of ours where the caller has none, or one that the standard does not allow."""
    carrier: Mapping[str, str] = {HEADER: headers[0]} if len(headers) == 1 else {}
    return PROPAGATOR.extract(carrier, context.Context())


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", UNKNOWN))


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else UNKNOWN


def _problem(scope: Scope, status: int) -> str | None:
    """The end of the type of the problem that was answered."""
    noted = scope.get("state", {}).get(NOTED)
    if noted is None:
        return CRASHED.name if status == HTTPStatus.INTERNAL_SERVER_ERROR else None
    return str(noted).rpartition(":")[2]
