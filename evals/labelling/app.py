"""The labelling page's server: it shows one reader drafts and keeps their answers, and answers nobody else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from importlib.resources import files

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evals.labelling.guide import QUESTIONS
from evals.labelling.rows import Answer, Change, DraftToLabel, changed
from evals.labelling.store import LabelFile
from guardrails.types import Contract
from service.api.bodies import read_body
from service.api.problems import install_problems
from service.errors import InputError

SCRIPTS = tuple(f"{name}.js" for name in ("page", "case", "checks", "keys", "place", "saving", "text"))
# By their paths behind the token.
FILES = {
    "": ("labelling/page.html", "text/html"),
    "page.css": ("page.css", "text/css"),
    "label.css": ("labelling/label.css", "text/css"),
    **{name: (f"labelling/{name}", "text/javascript") for name in SCRIPTS},
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NUMBER = re.compile(r"[0-9]{1,6}")
Json = dict[str, object]


class Labelling:
    """One reader's work on some drafts. Nothing here knows a verdict or another reader's answer."""

    def __init__(self, drafts: Sequence[DraftToLabel], file: LabelFile) -> None:
        self._drafts = tuple(drafts)
        self._keys = tuple(draft.key for draft in drafts)
        self._file = file

    def overview(self) -> Json:
        """What the page has to know before it shows a draft."""
        return {
            "reader": self._file.reader,
            "file": str(self._file.path),
            "questions": [asdict(question) for question in QUESTIONS],
            "whole": self.whole(),
        }

    def whole(self) -> list[bool]:
        """Of each draft, whether all of its checks are answered."""
        answers = self._file.answers()
        pairs = zip(self._drafts, self._keys, strict=True)
        return [key in answers and answers[key].is_whole(draft) for draft, key in pairs]

    def shown(self, index: int) -> Json:
        """One draft with its case and the reader's own answer."""
        draft = self._drafts[index]
        complaint = draft.complaint
        return {
            "case": draft.case,
            "complaint": {"text": complaint} if isinstance(complaint, str) else _plain(complaint),
            "context": _plain(draft.context) if draft.context else None,
            "draft": draft.text,
            "asked": draft.asked,
            "answer": self._answer(index).model_dump(mode="json", exclude_none=True, include=set(Answer.model_fields)),
        }

    def change(self, index: int, change: Change) -> Json:
        """Keep what the reader did, and give the answer as it is by now.

        Raises:
            InputError: the draft cannot have this answer.
            StoreError: it could not be kept.
        """
        answer = changed(self._answer(index), change, self._drafts[index])
        self._file.save(self._keys[index], answer)
        return {"answer": answer.model_dump(mode="json", exclude_none=True), "whole": self.whole()}

    def has(self, index: int) -> bool:
        """Whether there is such a draft."""
        return index < len(self._drafts)

    def _answer(self, index: int) -> Answer:
        return self._file.answers().get(self._keys[index]) or Answer()


class Guard:
    """ASGI middleware that lets through only who knows the token, at this address, from the page itself."""

    def __init__(self, app: ASGIApp, token: str, address: str) -> None:
        self._app = app
        self._token = token
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        answer = PlainTextResponse(refusal, 403) if refusal else self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self._address]:
            return f"This page is served at {self._address} alone.\n"
        token = scope["path"].removeprefix("/").partition("/")[0]
        if not secrets.compare_digest(token.encode(errors="replace"), self._token.encode()):
            return "Open the address that `amends eval label` printed, with all of its characters.\n"
        if scope["method"] not in ("GET", "HEAD") and not self._is_from_page(headers):
            return "Answers are taken from the page itself alone.\n"
        return None

    def _is_from_page(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site", "same-origin")
        return headers.getlist("origin") == [f"http://{self._address}"] and site == "same-origin"


def create_app(labelling: Labelling, token: str, address: str) -> ASGIApp:
    """The application; `address` is the host and port that it is reached at, and every path begins with `token`."""
    app = FastAPI(openapi_url=None)
    install_problems(app)
    app.include_router(_drafts(labelling, token))
    for path, (name, kind) in FILES.items():
        app.add_api_route(f"/{token}/{path}", _serving(name, kind), methods=["GET"])
    return Guard(app, token, address)


def _serving(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    body = (files("evals") / name).read_bytes()

    async def serve() -> Response:
        return Response(body, media_type=kind)

    return serve


def _drafts(labelling: Labelling, token: str) -> APIRouter:
    """Handlers wait for the disk: answers come from one person, and are kept in their order."""
    router = APIRouter(prefix=f"/{token}/drafts")

    @router.get("")
    async def overview() -> Response:
        return JSONResponse(labelling.overview())

    @router.get("/{index}")
    async def shown(index: str) -> Response:
        return JSONResponse(labelling.shown(_number(index, labelling)))

    @router.post("/{index}")
    async def change(index: str, request: Request) -> Response:
        number = _number(index, labelling)
        return JSONResponse(labelling.change(number, await read_body(request, Change)))

    return router


def _number(index: str, labelling: Labelling) -> int:
    if not NUMBER.fullmatch(index) or not labelling.has(int(index)):
        raise InputError("there is no such draft", "index")
    return int(index)


def _plain(contract: Contract) -> Json:
    return contract.model_dump(mode="json", exclude_none=True)
