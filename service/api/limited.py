"""Keeps callers within their limits, before anything is read of a request and until its answer has ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access import Caller
from service.api.callers import CALLER
from service.api.limit_headers import limit_headers
from service.api.problems import answer_known
from service.errors import OverLimit
from service.limiting.limiter import Limiter
from service.limiting.rates import class_of


class Limited:
    """ASGI middleware, behind the door: what has no caller there has no limit."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        caller = scope.get("state", {}).get(CALLER)
        if scope["type"] != "http" or not isinstance(caller, Caller):
            await self._app(scope, receive, send)
            return
        try:
            # Left when the answer has ended, whether or not anybody still heard it.
            async with counted(self._limiter, caller, scope) as told:
                await self._app(scope, receive, _telling(send, told) if told else send)
        except OverLimit as error:
            response = answer_known(Request(scope), error)
            await response(scope, receive, send)


@asynccontextmanager
async def counted(limiter: Limiter | None, caller: Caller, scope: Scope) -> AsyncIterator[Mapping[str, str]]:
    """Let a request of a caller in until the block is left; gives the header fields that tell of its limits.

    Raises:
        OverLimit: it may not be let in.
    """
    kind = class_of(scope["method"], scope["path"])
    limits = limiter.limits_of(caller) if limiter else None
    if limiter is None or limits is None or not limits.concern(kind):
        yield {}
        return
    async with limiter.request(caller, limits, kind) as policies:
        yield limit_headers(policies)


def _telling(send: Send, told: Mapping[str, str]) -> Send:
    """Sends, with what is left of the limits."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(told)
        await send(message)

    return sending
