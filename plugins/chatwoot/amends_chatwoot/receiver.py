"""Takes Chatwoot's webhooks in: each is answered as soon as what it says is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from amends_chatwoot.errors import NotSigned, Unreadable
from amends_chatwoot.events import Answered, Ignored, Written, read_event
from amends_chatwoot.pages import Pages
from amends_chatwoot.signing import Signature, verify
from amends_chatwoot.store import Store
from amends_client.receiver.program import Lifespan

MOST_BYTES = 1024 * 1024
log = structlog.get_logger()


class TooLarge(Exception):
    """More bytes came than a webhook has."""


class Receiver:
    """Hears what happens in one account, signed with the secret, and wakes who works on it."""

    def __init__(self, account: int, secret: str, store: Store, wake: Callable[[], None]) -> None:
        self._account = account
        self._secret = secret
        self._store = store
        self._wake = wake

    async def hear(self, request: Request) -> Response:
        """A webhook: it is answered as soon as what it says is kept."""
        try:
            event = await self._event(request)
        except TooLarge:
            return refused("webhook.too_large", f"more than {MOST_BYTES} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except NotSigned as error:
            return refused("webhook.not_signed", str(error), HTTPStatus.UNAUTHORIZED)
        except Unreadable as error:
            return refused("webhook.unreadable", str(error), HTTPStatus.BAD_REQUEST)
        if isinstance(event, Ignored):
            return heard(event.why)
        delivery = request.headers.get("x-chatwoot-delivery", "")
        if not self._store.hear(delivery, event, time.time()):
            return heard("heard before")
        self._wake()
        log.info("webhook.heard", kind=type(event).__name__, conversation=event.conversation, message=event.message)
        return JSONResponse({"heard": True})

    async def _event(self, request: Request) -> Written | Answered | Ignored:
        given = request.headers
        body = await limited(request)
        signature = Signature(given.get("x-chatwoot-timestamp", ""), given.get("x-chatwoot-signature", ""))
        verify(self._secret, signature, body, time.time())
        event = read_event(body)
        if not isinstance(event, Ignored) and event.account != self._account:
            return Ignored("another account")
        return event

    async def health(self, _: Request) -> Response:
        """Whether it runs, and the file of accepted work can be read."""
        self._store.next_turn(frozenset())
        return PlainTextResponse("ok")


def application(receiver: Receiver, pages: Pages | None, lifespan: Lifespan) -> Starlette:
    """The routes; those of the dashboard app only where there is one."""
    routes = [Route("/webhook", receiver.hear, methods=["POST"]), Route("/healthz", receiver.health)]
    routes += pages.routes() if pages else []
    return Starlette(routes=routes, lifespan=lifespan)


async def limited(request: Request) -> bytes:
    """The body as it came.

    Raises:
        TooLarge: it is longer than any webhook, whatever its header says.
    """
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise TooLarge
    except ClientDisconnect:
        raise Unreadable("it broke off") from None
    return bytes(body)


def refused(event: str, why: str, status: HTTPStatus) -> Response:
    """An answer that tells no stranger more than its status."""
    log.warning(event, why=why)
    return JSONResponse({"heard": False}, status)


def heard(why: str) -> Response:
    """An answer to what is none of our business."""
    log.info("webhook.ignored", why=why)
    return JSONResponse({"heard": True})
