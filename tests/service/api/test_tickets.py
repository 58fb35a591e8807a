"""Drafts that are made later, over HTTP: accepted, asked for, cancelled."""

from __future__ import annotations

import pytest

from service.errors import InvalidField, NoAsyncWork, StoreError
from service.schemas import Case
from tests.service.api.calling import CASE, call, make_app
from tests.service.parts import MemoryDrafts, MemoryJobs, make_accepting

LATER = {"Prefer": "respond-async"}


def test_a_case_is_accepted() -> None:
    """202 with where to ask, when, and that the preference was heard; nothing is drafted meanwhile."""
    drafts = MemoryDrafts()
    answer = call(make_app(drafts=drafts), "POST", "/v1/drafts", CASE, LATER)
    body = answer.json()
    assert (answer.status_code, body) == (202, {"id": body["id"], "ref": "ticket-7", "status": "queued"})
    assert answer.headers["location"] == f"/v1/drafts/{body['id']}"
    assert (answer.headers["preference-applied"], answer.headers["retry-after"]) == ("respond-async", "2")
    assert drafts.kept == {}


def test_without_the_preference_nothing_has_changed() -> None:
    """200 and the draft; no header speaks of a preference."""
    answer = call(make_app(), "POST", "/v1/drafts", CASE, {"Prefer": "wait=5"})
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert not {"location", "retry-after", "preference-applied"} & set(answer.headers)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), ({}, 422), (CASE | {"extra": 1}, 422), (CASE | {"options": {"max_words": 0}}, 422)],
    ids=["no JSON", "empty", "unknown field", "out of its limits"],
)
def test_a_body_is_read_as_strictly(body: object, status: int) -> None:
    """What would be refused at once is refused at once, and nothing is kept."""
    jobs = MemoryJobs()
    assert call(make_app(accepting=make_accepting(jobs=jobs)), "POST", "/v1/drafts", body, LATER).status_code == status
    assert jobs.kept == {}


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (InvalidField("there is no such policy", "options.policy"), 422, "invalid-field"),
        (NoAsyncWork("in memory"), 501, "no-asynchronous-work"),
        (StoreError("full"), 503, "store-unavailable"),
    ],
    ids=str,
)
def test_what_cannot_be_accepted(fault: Exception, status: int, kind: str) -> None:
    """Each with its problem."""

    def refuse(_: Case) -> None:
        raise fault

    answer = call(make_app(accepting=make_accepting(refuse=refuse)), "POST", "/v1/drafts", CASE, LATER)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:amends:problem:{kind}")


class Site:
    """An application with accepted work in memory."""

    def __init__(self) -> None:
        self.jobs = MemoryJobs()
        self.app = make_app(accepting=make_accepting(jobs=self.jobs))
        self.id = str(call(self.app, "POST", "/v1/drafts", CASE, LATER).json()["id"])
        self.path = f"/v1/drafts/{self.id}"


def test_asking_until_it_is_there() -> None:
    """Queued, running, cancelled: each with its tag, and when to come again where that is of use."""
    site = Site()
    tags = set()
    for status, again in (("queued", "2"), ("running", "2"), ("cancelled", None)):
        site.jobs.statuses[site.id] = status  # type: ignore[assignment]  # a table of strings
        answer = call(site.app, "GET", site.path)
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert answer.headers.get("retry-after") == again
        tag = answer.headers["etag"]
        assert tag[0] == tag[-1] == '"', "a strong one"
        tags.add(tag)
        unchanged = call(site.app, "GET", site.path, headers={"If-None-Match": f'W/"other", {tag}'})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
        assert unchanged.headers.get("retry-after") == again
    assert len(tags) == 3


@pytest.mark.parametrize(("given", "status"), [("*", 304), ('"other"', 200), ("nonsense", 200), ("", 200)])
def test_a_draft_has_a_tag_too(given: str, status: int) -> None:
    """It is spared to those alone who have it."""
    app = make_app()
    draft_id = call(app, "POST", "/v1/drafts", CASE).json()["id"]
    assert call(app, "GET", f"/v1/drafts/{draft_id}", headers={"If-None-Match": given}).status_code == status


def test_cancelling() -> None:
    """At once, twice the same; a finished draft is a conflict, and what is not there is not found."""
    site = Site()
    first, second = (call(site.app, "POST", f"{site.path}/cancel") for _ in range(2))
    assert (first.status_code, first.json()) == (200, {"id": site.id, "ref": "ticket-7", "status": "cancelled"})
    assert second.content == first.content
    assert call(site.app, "POST", "/v1/drafts/none/cancel").status_code == 404
    site.jobs.statuses[site.id] = "done"
    finished = call(site.app, "POST", f"{site.path}/cancel")
    assert (finished.status_code, finished.json()["type"]) == (409, "urn:amends:problem:draft-finished")
    assert "retry-after" not in finished.headers, "coming again would not help"
    assert call(site.app, "POST", f"{site.path}/cancel", headers={"Idempotency-Key": "a b"}).status_code == 422
