"""POST of feedback on a draft."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI

from service.errors import StoreError
from service.schemas import StoredFeedback
from tests.service.api.calling import CASE, call, make_app
from tests.service.parts import NOW, MemoryDrafts


def path_of_draft(app: FastAPI) -> str:
    """Where feedback on a new draft goes."""
    made = call(app, "POST", "/v1/drafts", CASE)
    draft_id = made.json()["id"]
    return f"/v1/drafts/{draft_id}/feedback"


def test_what_was_stored_is_answered() -> None:
    """With its number, its time and the edit distance, and without the texts."""
    drafts = MemoryDrafts()
    app = make_app(drafts=drafts)
    body = {"outcome": "edited", "text": "We are so sorry.", "reason": "Warmer.", "agent_tenure_months": 14}
    answer = call(app, "POST", path_of_draft(app), body)
    assert answer.status_code == 201
    stored = StoredFeedback.model_validate_json(answer.content)
    assert (stored.number, stored.outcome, stored.at, stored.agent_tenure_months) == (1, "edited", NOW, 14)
    assert stored.edit_distance == pytest.approx(3 / 16)
    assert b"sorry" not in answer.content
    ((draft_id, heard, at),) = drafts.feedback
    assert (draft_id, heard.text, heard.reason, at) == (stored.draft_id, "We are so sorry.", "Warmer.", NOW)


def test_each_feedback_is_kept() -> None:
    """A second one is numbered on; both stand."""
    drafts = MemoryDrafts()
    app = make_app(drafts=drafts)
    path = path_of_draft(app)
    first = call(app, "POST", path, {"outcome": "sent"}).json()
    second = call(app, "POST", path, {"outcome": "rejected", "reason": "Wrong customer."}).json()
    assert (first["number"], second["number"]) == (1, 2)
    assert [heard.outcome for _, heard, _ in drafts.feedback] == ["sent", "rejected"]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({}, "outcome", "is required"),
        ({"outcome": "kept"}, "outcome", "input should be 'sent', 'edited' or 'rejected'"),
        ({"outcome": "edited"}, "text", "is required where the outcome is `edited`: the text that was sent"),
        ({"outcome": "edited", "text": None}, "text", "is required where the outcome is `edited`"),
        ({"outcome": "edited", "text": "\u2003\n"}, "text", "must not be blank"),
        ({"outcome": "edited", "text": 5}, "text", "input should be a valid string"),
        ({"outcome": "rejected", "text": "x"}, "reason", "is required where the outcome is `rejected`"),
        ({"outcome": "sent", "rating": 5}, "rating", "is not a known field"),
        ({"outcome": "sent", "agent_tenure_months": -1}, "agent_tenure_months", "greater than or equal to 0"),
        ({"outcome": "sent", "agent_tenure_months": 10**30}, "agent_tenure_months", "less than or equal to 1200"),
        ({"outcome": "sent", "agent_tenure_months": "12"}, "agent_tenure_months", "valid integer"),
        ({"outcome": "edited", "text": "x" * 20_001}, "text", "at most 20000 characters"),
    ],
    ids=range(12),
)
def test_what_is_wrong_is_named(body: dict[str, object], field: str, says: str) -> None:
    """A 422 with the field and what to do; nothing is stored."""
    drafts = MemoryDrafts()
    app = make_app(drafts=drafts)
    answer = call(app, "POST", path_of_draft(app), body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:amends:problem:invalid-field")
    (fault, *_) = answer.json()["errors"]
    assert fault["field"] == field
    assert says in fault["message"]
    assert drafts.feedback == []


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"[", 400), (b"[]", 422), (b'{"outcome":"' + b"x" * 300_000, 413)], ids=range(4)
)
def test_what_is_no_body_is_refused(body: bytes, status: int) -> None:
    """As at every other route."""
    app = make_app()
    assert call(app, "POST", path_of_draft(app), body).status_code == status


@pytest.mark.parametrize("draft_id", ["none", "%00", "x" * 3_000, "..%2fdrafts"])
def test_an_unknown_draft_is_not_found(draft_id: str) -> None:
    """Feedback on nothing is a 404 as a problem."""
    answer = call(make_app(), "POST", f"/v1/drafts/{draft_id}/feedback", {"outcome": "sent"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_failing_store_is_told() -> None:
    """With the time to come again."""
    answer = call(
        make_app(drafts=MemoryDrafts(StoreError("full"))), "POST", "/v1/drafts/1/feedback", {"outcome": "sent"}
    )
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


def test_no_text_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither of a feedback that is taken nor of one that is refused."""
    app = make_app()
    path = path_of_draft(app)
    for body in ({"outcome": "edited", "text": "Zyxwv"}, {"outcome": "edited", "text": "Zyxwv", "Zyxwv": 1}):
        call(app, "POST", path, json.dumps(body).encode())
    shown = capsys.readouterr()
    assert "Zyxwv" not in shown.out + shown.err


def test_the_draft_itself_stays() -> None:
    """GET gives the very same body after an edit."""
    app = make_app()
    made = call(app, "POST", "/v1/drafts", CASE)
    path = f"/v1/drafts/{made.json()['id']}"
    call(app, "POST", f"{path}/feedback", {"outcome": "edited", "text": "Sorry."})
    assert call(app, "GET", path).content == made.content
