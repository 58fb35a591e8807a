"""Lets requests in before anything is read of them: by a name of this service, from no foreign page, with a key."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access import Caller
from service.admitting import Admitting
from service.api.callers import CALLER
from service.api.desk import PAGES
from service.api.passes import SESSION, pass_of, refuse_forged
from service.api.problems import answer_known
from service.errors import AmendsError
from service.hosts import Headers, Hosts
from service.passes import Desk, refuse_beyond

# What a machine asks of it that may know neither its name nor a key, and that is told nothing but yes or no.
HEALTH = frozenset({"/healthz", "/readyz"})
# The contract and its page are the same for everybody, whoever runs Amends.
STATIC = "/static-offline-docs"
# So is the desk, whose page asks who sits there.
OPEN = HEALTH | PAGES | {SESSION, "/docs", "/docs/oauth2-redirect", "/openapi.json"}
# Figures over all tenants tell of an outage of the database, if they can be had in it; they are no tenant's, so that a
# key that was revoked meanwhile opens nothing by them.
IN_AN_OUTAGE = frozenset({"/metrics"})
PATIENCE_S = 1.0  # with the keys, of whoever asks for those


class Door:
    """ASGI middleware; behind it, every request but the open ones has its caller in its state."""

    def __init__(self, app: ASGIApp, admitting: Admitting, hosts: Hosts, desk: Desk | None = None) -> None:
        self._app = app
        self._admitting = admitting
        self._desk = desk
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            try:
                await self._let_in(scope)
            except AmendsError as error:
                response = answer_known(Request(scope), error)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope) -> None:
        path = scope["path"]
        if path not in HEALTH:
            self._hosts.refuse_foreign(
                Headers(*(_fields(scope, name) for name in (b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode")))
            )
        if path not in OPEN and not path.startswith(f"{STATIC}/"):
            patience_s = PATIENCE_S if path in IN_AN_OUTAGE else None
            caller = await self._agent(Request(scope)) or await self._admitting.admit(
                _fields(scope, b"authorization"), patience_s
            )
            refuse_beyond(caller, scope["method"], path)
            scope.setdefault("state", {})[CALLER] = caller

    async def _agent(self, request: Request) -> Caller | None:
        """Whoever has a session at the desk. A cookie that no longer works is as good as none."""
        if self._desk is None:  # a process without one
            return None
        given, by_cookie = pass_of(request)
        caller = await self._desk.admit(given) if given else None
        if given and caller and by_cookie:
            refuse_forged(request, given)
        return caller


def _fields(scope: Scope, name: bytes) -> Sequence[str]:
    """Each header field of this name, in which any byte may stand."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
