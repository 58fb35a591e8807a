"""The dashboard app: its page, and which draft belongs to the conversation that it is shown beside."""

from __future__ import annotations

import hmac
import html
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from amends_chatwoot.errors import is_gone
from amends_chatwoot.store import Store
from amends_client import AmendsError, AsyncAmends

FOLDER = Path(__file__).parent / "dashboard"
KINDS = {"app.js": "text/javascript; charset=utf-8", "app.css": "text/css; charset=utf-8"}
LINK_S = 900
MOST_NUMBER = 2**63 - 1  # that the file can hold
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in: agents' pages, by their secret; the origins are those of Chatwoot and of the desk."""

    secret: str
    chatwoot: str
    desk: str


class Pages:
    """The answers to agents' browsers."""

    def __init__(self, door: Door, store: Store, amends: AsyncAmends) -> None:
        self._door = door
        self._store = store
        self._amends = amends

    def routes(self) -> list[Route]:
        """Where they are given."""
        return [
            Route("/dashboard/", self.page),
            Route("/dashboard/conversations/{conversation:int}", self.draft),
            Route("/dashboard/{name}", self.file),
        ]

    async def page(self, _: Request) -> Response:
        """The page of the dashboard app; it holds no secret and no text of anybody."""
        text = (FOLDER / "index.html").read_text(encoding="utf-8")
        for name, value in (("CHATWOOT", self._door.chatwoot), ("DESK", self._door.desk)):
            text = text.replace(f"%{name}%", html.escape(value))
        return Response(text, media_type="text/html; charset=utf-8", headers=self._headers())

    async def file(self, request: Request) -> Response:
        """A file of that page."""
        name = request.path_params["name"]
        if name not in KINDS:
            return PlainTextResponse("There is no such file.", HTTPStatus.NOT_FOUND)
        return Response((FOLDER / name).read_bytes(), media_type=KINDS[name], headers=self._headers())

    async def draft(self, request: Request) -> Response:
        """Which draft belongs to a conversation, with a new link to it: for whoever has the dashboard's secret."""
        if not self._knows(request.headers.get("authorization", "")):
            return self._answer("refused", HTTPStatus.UNAUTHORIZED)
        conversation = request.path_params["conversation"]
        turn = self._store.newest(conversation) if conversation <= MOST_NUMBER else None
        if turn and turn.state in ("waiting", "drafting"):
            return self._answer("coming")
        if turn is None or not turn.draft_id:
            return self._answer("none")
        if request.query_params.get("known") == turn.draft_id:
            return self._answer("ready", draft=turn.draft_id)
        return await self._linked(turn.draft_id)

    async def _linked(self, draft_id: str) -> Response:
        try:
            link = await self._amends.link(draft_id, seconds=LINK_S)
        except AmendsError as error:
            if is_gone(error):
                return self._answer("none")
            log.warning("link.failed", draft=draft_id, error=type(error).__name__)
            return self._answer("away", HTTPStatus.BAD_GATEWAY)
        return self._answer("ready", draft=draft_id, url=link.url)

    def _answer(self, state: str, status: HTTPStatus = HTTPStatus.OK, **more: str) -> Response:
        return JSONResponse({"state": state} | more, status, self._headers())

    def _knows(self, given: str) -> bool:
        scheme, _, token = given.partition(" ")
        same = hmac.compare_digest(token.strip().encode("latin-1", "replace"), self._door.secret.encode())
        return scheme.lower() == "bearer" and same

    def _headers(self) -> dict[str, str]:
        policy = {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "connect-src": "'self'",
            "frame-src": self._door.desk,
            "frame-ancestors": self._door.chatwoot,
            "base-uri": "'none'",
            "form-action": "'none'",
            "require-trusted-types-for": "'script'",
        }
        return {
            "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
