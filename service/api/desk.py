"""The agents' desk at `/`: its files, as they were built."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request, Response

FOLDER = Path(__file__).parent.parent / "desk"
KINDS = {
    "index.html": "text/html; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
# The newest is asked for each time, and not sent where it is known: an agent never has half of a new version.
CACHE = "no-cache"
PAGES = frozenset({"/", *(f"/desk/{name}" for name in KINDS if name != "index.html")})


@dataclass(frozen=True, slots=True)
class Served:
    """A file as it is sent."""

    body: bytes
    packed: bytes
    kind: str
    tag: str


def desk_router(embedders: Sequence[str]) -> APIRouter:
    """The files of the desk, which pages of `embedders` may hold in a frame."""
    router = APIRouter(include_in_schema=False)
    files = {name: _read(name, kind) for name, kind in KINDS.items()}
    headers = security_headers(embedders)

    @router.get("/")
    async def read_desk(request: Request) -> Response:
        """The page."""
        return _answer(request, files["index.html"], headers)

    @router.get("/desk/{name}")
    async def read_desk_file(name: str, request: Request) -> Response:
        """A file of it."""
        if name not in files or name == "index.html":
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return _answer(request, files[name], headers)

    return router


def security_headers(embedders: Sequence[str]) -> dict[str, str]:
    """What keeps the desk from running, showing or telling anything that is not its own."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(embedders) or "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": CACHE,
        "Vary": "Accept-Encoding",
    }
    return headers if embedders else headers | {"X-Frame-Options": "DENY"}


def _read(name: str, kind: str) -> Served:
    body = (FOLDER / name).read_bytes()
    return Served(body, gzip.compress(body, 9, mtime=0), kind, hashlib.sha256(body).hexdigest()[:32])


def _answer(request: Request, file: Served, headers: Mapping[str, str]) -> Response:
    packs = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{file.tag}{"-gz" if packs else ""}"'
    headers = {**headers, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if packs:
        return Response(file.packed, media_type=file.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.body, media_type=file.kind, headers=headers)
