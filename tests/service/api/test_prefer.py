"""Preferences as RFC 7240 has them."""

from __future__ import annotations

import time

import pytest
from starlette.requests import Request

from service.api.prefer import prefers_async


def request(*fields: str) -> Request:
    """A request with these Prefer fields."""
    headers = [(b"prefer", field.encode("latin-1")) for field in fields]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["respond-async"], True),
        (["Respond-Async"], True),
        (["respond-async, wait=10"], True),
        (["wait=10,respond-async"], True),
        (["return=minimal", "respond-async"], True),
        (['respond-async=""'], True),
        (['respond-async; a="b"'], True),
        (['a="x, y", respond-async'], True),
        (['a="\\", b", respond-async'], True),
        ([], False),
        ([""], False),
        (["wait=10"], False),
        (["respond-asynchronously"], False),
        (["a=respond-async"], False),
        (['a="x, respond-async"'], False),
        (["a; respond-async"], False),
        (["\xff\xfe"], False),
    ],
    ids=str,
)
def test_who_would_rather_come_back(fields: list[str], *, expected: bool) -> None:
    """The name counts, in any case, wherever it stands; within quotes or as a value it does not."""
    assert prefers_async(request(*fields)) == expected


@pytest.mark.parametrize("text", ['"', '"\\', ",", "a", '"",', '\\"', ";="], ids=repr)
def test_hostile_fields_take_no_time(text: str) -> None:
    """Linear, whatever stands there."""
    began = time.perf_counter()
    prefers_async(request(text * 30_000))
    assert time.perf_counter() - began < 1
