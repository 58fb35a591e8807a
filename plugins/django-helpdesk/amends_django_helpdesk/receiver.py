"""Takes the help desk's webhooks, of which nothing is believed but that there is something to look at."""

from __future__ import annotations

import json
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from amends_client.receiver.program import Lifespan

MOST_BYTES = 1024 * 1024  # what comes is the whole ticket, with all that was ever written on it
MOST_ID = 2**31 - 1


class Listener(Protocol):
    """Who hears of it."""

    problem: str | None

    def notice(self, ticket_id: int) -> None:
        """Something happened on a ticket."""

    def look_around(self) -> None:
        """Something happened somewhere."""


def receiver(listener: Listener, lifespan: Lifespan | None = None) -> Starlette:
    """The application: `POST /hook` for both of the help desk's webhooks, `GET /healthz` for who watches."""

    async def hook(request: Request) -> JSONResponse:
        """Answers at once: the help desk's visitor waits for it."""
        body = await read(request)
        if body is None:
            listener.look_around()
            return JSONResponse({"noticed": "something"}, 202)
        ticket_id = ticket_in(body)
        if ticket_id is None:
            return JSONResponse({"detail": "There is no ticket.id in this. Send the help desk's webhooks here."}, 400)
        listener.notice(ticket_id)
        return JSONResponse({"noticed": ticket_id}, 202)

    async def healthz(_: Request) -> JSONResponse:
        """Says whether the last look at the help desk succeeded."""
        body = {"status": "failing", "problem": listener.problem} if listener.problem else {"status": "ok"}
        return JSONResponse(body, 503 if listener.problem else 200)

    routes = [Route("/hook", hook, methods=["POST"]), Route("/healthz", healthz)]
    return Starlette(routes=routes, lifespan=lifespan)


async def read(request: Request) -> bytes | None:
    """The body; None where it is too long to be read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


def ticket_in(body: bytes) -> int | None:
    """The ticket that a webhook is about."""
    try:
        ticket_id = json.loads(body)["ticket"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_number = isinstance(ticket_id, int) and not isinstance(ticket_id, bool)
    return ticket_id if is_number and 1 <= ticket_id <= MOST_ID else None
