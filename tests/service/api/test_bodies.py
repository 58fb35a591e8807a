"""Bodies: how large, of which type, and in how many pieces."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import pytest
from fastapi import Request

from guardrails import limits
from service.api.bodies import read_body
from service.errors import NotJson
from service.schemas import Case
from tests.service.api.calling import CASE, call, make_app


def sized(size: int) -> bytes:
    """A valid case of this many bytes."""
    body = json.dumps(CASE).encode()
    return body + b" " * (size - len(body))


class Pieces:
    """A body in pieces of 64 KiB, without a length; `given` counts those that were taken."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), 65_536):
            self.given += 1
            yield self._body[start : start + 65_536]


@pytest.mark.parametrize("path", ["/v1/drafts", "/v1/checks"])
@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
def test_a_body_has_a_size_limit(path: str, chunked: object) -> None:
    """One byte over the limit is refused, whether or not its length is told before."""
    body = sized(limits.BODY_BYTES + 1)
    answer = call(make_app(), "POST", path, aiter(Pieces(body)) if chunked else body)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:amends:problem:too-large")
    assert "262,144 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
def test_a_body_of_exactly_the_limit_is_read(chunked: object) -> None:
    """The limit is the last size allowed."""
    body = sized(limits.BODY_BYTES)
    answer = call(make_app(), "POST", "/v1/drafts", aiter(Pieces(body)) if chunked else body)
    assert answer.status_code == 200


def test_no_more_than_the_limit_is_read() -> None:
    """A body without an end does not fill the memory."""
    pieces = Pieces(b"x" * (64 * 1024 * 1024))
    assert call(make_app(), "POST", "/v1/drafts", aiter(pieces)).status_code == 413
    assert pieces.given <= limits.BODY_BYTES // 65_536 + 2


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "application/vnd.crm+json",
    ],
)
def test_json_is_known_by_its_type(content_type: str | None) -> None:
    """Without a type JSON is assumed; capitals and parameters are of no account."""
    headers = {"content-type": content_type} if content_type else {}
    assert call(make_app(), "POST", "/v1/drafts", CASE, headers).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/xml",
        "",
        ";",
    ],
)
def test_another_type_is_refused(content_type: str) -> None:
    """A form that a web page could send across sites is no request."""
    answer = call(make_app(), "POST", "/v1/drafts", CASE, {"content-type": content_type})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:amends:problem:not-json")
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"[]", b"[" * 100_000, b"\0" * 1_000])
def test_what_is_no_case_is_refused(body: bytes) -> None:
    """Whatever comes, the answer is a problem and never a crash."""
    answer = call(make_app(), "POST", "/v1/drafts", body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("pause_s", [0.01, 3600], ids=["trickles", "stops"])
def test_a_body_that_takes_too_long_is_given_up(pause_s: float) -> None:
    """Whether it stops coming or never ends: else it would keep one of its caller's places for ever."""

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(pause_s)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def run() -> None:
        request = Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)
        with pytest.raises(NotJson, match=r"not all of it came within 0\.05 seconds; send it again"):
            await asyncio.wait_for(read_body(request, Case, within_s=0.05), 5)

    asyncio.run(run())


def test_a_sender_that_hangs_up_is_no_crash() -> None:
    """A connection that ends in the middle of a body is the sender's fault, and the app goes on."""
    sent: list[MutableMapping[str, Any]] = []
    incoming: Iterator[MutableMapping[str, Any]] = iter(
        [
            {"type": "http.request", "body": b'{"complaint"', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/drafts",
        "raw_path": b"/v1/drafts",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> MutableMapping[str, Any]:
        return next(incoming)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(make_app()(scope, receive, send))
    assert sent[0]["status"] == 400
