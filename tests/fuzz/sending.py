"""Requests to the application as a server hands them over: in pieces, with any header, and perhaps hung up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from hypothesis import strategies as st

from tests.fuzz.bodies import BODIES, LINES, bodies, one_in

Header = tuple[bytes, bytes]
HOST: Header = (b"host", b"127.0.0.1:8000")
IDS = ("00000000-0000-0000-0000-000000000000", "x", "deliveries", "%00", "..", "a" * 3_000, "é\ufffd", "\0")
TYPES: tuple[bytes, ...] = (
    b"application/json",
    b"application/JSON; charset=utf-16",
    b"application/vnd.x+json",
    b"text/plain",
    b"",
    b"\xff",
)
TYPES += (b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded", b"application/jsonl", b"a" * 5_000)
ODD: Sequence[Header] = (
    (b"content-encoding", b"gzip"),
    (b"content-encoding", b"br, gzip"),
    (b"content-length", b"0"),
    (b"content-length", b"99999999999999999999"),
    (b"content-length", b"-1"),
    (b"content-length", "²".encode("latin-1")),
    (b"transfer-encoding", b"chunked"),
    (b"expect", b"100-continue"),
    (b"accept", b"text/event-stream"),
    (b"accept", b"text/event-stream;q=x, */*"),
    (b"prefer", b"respond-async"),
    (b"prefer", b'"' * 2_000),
    (b"idempotency-key", b"k-1"),
    (b"idempotency-key", b'"k-1"'),
    (b"idempotency-key", b""),
    (b"idempotency-key", b"\xff"),
    (b"idempotency-key", b"k" * 256),
    (b"x-request-id", b"\r\nset-cookie: a=b"),
    (b"x-request-id", b"r-1"),
    (b"authorization", b"Bearer \xff"),
    (b"host", b"evil.example"),
    (b"host", b"\xff:99999"),
    (b"origin", b"null"),
    (b"sec-fetch-site", b"cross-site"),
    (b"if-none-match", b"*"),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; `hangs_up` where the sender leaves before the last piece."""

    path: str
    headers: tuple[Header, ...]
    pieces: tuple[bytes, ...]
    hangs_up: bool = False


@dataclass(frozen=True, slots=True)
class Got:
    """Its answer."""

    status: int
    kind: str
    body: bytes


@st.composite
def requests(draw: st.DrawFn, known: dict[str, str]) -> Sent:
    """A request to one of the routes; `known` are ids of what there is, by the name of the parameter."""
    path = draw(st.sampled_from(sorted(BODIES)))
    body = draw(bodies(path))
    usual = b"application/jsonl" if path == LINES else b"application/json"
    kinds = draw(st.lists(st.sampled_from(TYPES), max_size=1) if draw(one_in(8)) else st.just([usual]))
    odd = draw(st.lists(st.sampled_from(ODD), max_size=2))
    for name, known_id in known.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", draw(st.just(known_id) | st.sampled_from(IDS)))
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=3)))
    pieces = tuple(body[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(body)], strict=True))
    headers = (HOST, *((b"content-type", kind) for kind in kinds), *odd)
    return Sent(path, headers, pieces, hangs_up=draw(one_in(20)))


async def send(app: FastAPI, sent: Sent) -> Got:
    """Hand a request to the application and gather what it answers.

    Raises:
        Exception: whatever the application lets through, as a server would see it.
    """
    given = iter(_messages(sent))
    answered: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(given, {"type": "http.disconnect"})

    async def take(message: Any) -> None:
        answered.append(message)

    await app(_scope(sent), receive, take)
    headers = dict(answered[0]["headers"])
    return Got(
        answered[0]["status"],
        headers.get(b"content-type", b"").decode(),
        b"".join(each.get("body", b"") for each in answered[1:]),
    )


def _messages(sent: Sent) -> list[dict[str, Any]]:
    last = len(sent.pieces) - 1
    whole = [
        {"type": "http.request", "body": piece, "more_body": sent.hangs_up or number < last}
        for number, piece in enumerate(sent.pieces)
    ]
    return [*whole, {"type": "http.disconnect"}] if sent.hangs_up else whole


def _scope(sent: Sent) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": sent.path,
        "raw_path": sent.path.encode("utf-8", "surrogatepass"),
        "query_string": b"",
        "root_path": "",
        "headers": list(sent.headers),
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_000),
        "state": {},
    }
