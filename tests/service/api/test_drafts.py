"""POST and GET of drafts."""

from __future__ import annotations

import pytest

from service.errors import DraftNotFound, EndpointFailed, StoreError
from service.schemas import Result
from tests.service.api.calling import CASE, call, make_app
from tests.service.parts import MemoryDrafts


def test_a_case_is_answered_with_a_draft() -> None:
    """The body is a result with the caller's reference and our id."""
    answer = call(make_app(), "POST", "/v1/drafts", CASE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    result = Result.model_validate_json(answer.content)
    assert (result.ref, result.status, result.draft) == ("ticket-7", "ready", "We are sorry.")


def test_what_was_not_asked_for_is_absent() -> None:
    """Alternatives and attempts stand in the body only on request, a problem where there was one; the rest always."""
    body = call(make_app(), "POST", "/v1/drafts", CASE).json()
    assert set(body) == set(Result.model_fields) - {"alternatives", "attempts", "problem"}


def test_a_draft_is_read_as_it_was_answered() -> None:
    """GET gives the very same body."""
    app = make_app()
    made = call(app, "POST", "/v1/drafts", CASE)
    read = call(app, "GET", f"/v1/drafts/{made.json()['id']}")
    assert (read.status_code, read.content) == (200, made.content)


def test_a_failed_draft_is_read_by_the_problems_id() -> None:
    """Who got a 502 can look at what is known of the draft."""
    app = make_app(EndpointFailed("down"))
    problem = call(app, "POST", "/v1/drafts", CASE).json()
    read = call(app, "GET", f"/v1/drafts/{problem['id']}")
    assert (read.status_code, read.json()["status"], read.json()["draft"]) == (200, "failed", None)


@pytest.mark.parametrize("draft_id", ["none", "a%20b", "%00", "x" * 3_000, "%F0%9F%98%80", "..%2fdrafts"])
def test_an_unknown_draft_is_not_found(draft_id: str) -> None:
    """Any other id is a 404 as a problem."""
    answer = call(make_app(), "GET", f"/v1/drafts/{draft_id}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(("fault", "status"), [(StoreError("The database failed."), 503), (DraftNotFound("no"), 404)])
def test_a_failing_store_is_told(fault: Exception, status: int) -> None:
    """Reading says what the store says."""
    assert call(make_app(drafts=MemoryDrafts(fault)), "GET", "/v1/drafts/1").status_code == status


def test_a_text_of_any_language_comes_back() -> None:
    """The answer is UTF-8."""
    answer = call(make_app("Größe 😀 \u2028 \0"), "POST", "/v1/drafts", CASE)
    assert answer.json()["draft"] == "Größe 😀 \u2028 \0"
