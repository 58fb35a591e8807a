"""Request ids: the caller's own where it is harmless, else one of ours."""

from __future__ import annotations

import re

import pytest

from tests.service.api.calling import CASE, call, make_app

OURS = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("given", ["r-1", "A.b_c-9", "x" * 64])
def test_a_callers_id_is_kept(given: str) -> None:
    """It comes back in the header, whatever the answer is."""
    for method, path in (("GET", "/healthz"), ("GET", "/nowhere"), ("POST", "/v1/drafts")):
        answer = call(make_app(), method, path, headers={"X-Request-ID": given})
        assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "a\tb", "<script>", "${jndi:x}", "a;b", "../x", "a{b}"])
def test_a_hostile_id_is_replaced(given: str) -> None:
    """What could break a log line or a page is not passed on."""
    answer = call(make_app(), "GET", "/nowhere", headers={"X-Request-ID": given})
    assert OURS.fullmatch(answer.headers["x-request-id"])
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_an_id_beyond_ascii_is_replaced() -> None:
    """A header may hold any byte."""
    headers = {b"X-Request-ID": "ü\u0085".encode("latin-1")}
    answer = call(make_app(), "GET", "/healthz", headers=headers)  # type: ignore[arg-type]  # bytes on purpose
    assert OURS.fullmatch(answer.headers["x-request-id"])


def test_every_request_has_its_own_id() -> None:
    """Two requests without an id are told apart."""
    app = make_app()
    ids = {call(app, "POST", "/v1/drafts", CASE).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5
