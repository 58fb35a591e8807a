"""Keeps callers within their limits, before anything is read of a request and until its answer has ended."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access import Caller
from service.api.callers import CALLER
from service.api.limit_headers import limit_headers
from service.api.problems import answer_known
from service.errors import OverLimit
from service.limiting.limiter import Limiter
from service.limiting.policies import Policy
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
        kind = class_of(scope["method"], scope["path"])
        limits = self._limiter.limits_of(caller)
        if not limits.concern(kind):
            await self._app(scope, receive, send)
            return
        try:
            # Left when the answer has ended, whether or not anybody still heard it.
            async with self._limiter.request(caller, limits, kind) as policies:
                await self._app(scope, receive, _telling(send, policies))
        except OverLimit as error:
            response = answer_known(Request(scope), error)
            await response(scope, receive, send)


def _telling(send: Send, policies: Sequence[Policy]) -> Send:
    """Sends, with what is left of the limits."""
    told = limit_headers(policies)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(told)
        await send(message)

    return sending
