"""The resource `audit`: pages of what was done."""

from __future__ import annotations

import pytest

from tests.service.api.calling import call, make_app
from tests.service.erased import GivenTrail


def test_the_trail_is_read_page_by_page() -> None:
    """The newest first; each page says where the next one begins, and the last one that there is none."""
    app = make_app()
    first = call(app, "GET", "/v1/audit?limit=2").json()
    assert [each["id"] for each in first["entries"]] == [3, 2]
    assert first["entries"][0] == {
        "id": 3,
        "at": "2025-10-21T09:05:00Z",
        "actor": "operator",
        "action": "draft.erased",
        "about": "id-1",
        "figures": {"drafts": 1},
    }
    last = call(app, "GET", f"/v1/audit?limit=2&before={first['next']}").json()
    assert ([each["id"] for each in last["entries"]], last["next"]) == ([1], None)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", ("default", None, 100)),
        ("?limit=1000", ("default", None, 1_000)),
        ("?before=7", ("default", 7, 100)),
        ("?before=2147483647", ("default", 2**31 - 1, 100)),
    ],
)
def test_a_page_has_limits(query: str, asked: tuple[str, int | None, int]) -> None:
    """A hundred deeds, unless others are asked for."""
    trail = GivenTrail()
    assert call(make_app(trail=trail), "GET", f"/v1/audit{query}").status_code == 200
    assert trail.asked == [asked]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=%D9%A3", "limit"),
        ("before=-1", "before"),
        ("before=0", "before"),
        ("before=2147483648", "before"),
        ("before=9007199254740991", "before"),
        ("before=1e3", "before"),
        ("after=1", "after"),
    ],
)
def test_what_is_no_number_is_refused(query: str, field: str) -> None:
    """With the name of the parameter."""
    answer = call(make_app(), "GET", f"/v1/audit?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
