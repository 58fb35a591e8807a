"""Gives every request an id, which stands in its log lines, its errors and its answer's headers."""

from __future__ import annotations

import re
import time
import uuid
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[\w.-]{1,64}", re.ASCII)  # a caller's own id, if it cannot break a log line
log = structlog.get_logger()


class RequestIds:
    """ASGI middleware; it also writes one log line for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _id_for(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        # What the server answers where a crash keeps the app from answering.
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        began = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            log.info("http.request", method=scope["method"], route=_route(scope), status=status, ms=milliseconds)


def _id_for(given: str | None) -> str:
    return given if given and ACCEPTED.fullmatch(given) else uuid.uuid4().hex


def _route(scope: Scope) -> str:
    # The route's pattern and not the path: a path may hold anything.
    route = scope.get("route")
    return str(getattr(route, "path", "unknown"))
