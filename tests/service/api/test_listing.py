"""The list of drafts, the case of one, and the same case drafted again."""

from __future__ import annotations

import pytest

from service.errors import EndpointFailed
from tests.service.api.calling import CASE, call, make_app
from tests.service.parts import COMPLAINT, MemoryDrafts


def test_a_draft_is_listed_and_its_case_is_read() -> None:
    """The case is as it was sent, with its moment, and nobody on the way keeps it."""
    app = make_app()
    made = call(app, "POST", "/v1/drafts", CASE).json()
    listed = call(app, "GET", "/v1/drafts")
    assert [each["id"] for each in listed.json()["drafts"]] == [made["id"]]
    assert listed.headers["cache-control"] == "no-store"
    case = call(app, "GET", f"/v1/drafts/{made['id']}/case")
    assert (case.json()["complaint"]["text"], case.json()["context"]["now"]) == (COMPLAINT, "2025-10-21T09:05:00Z")
    assert case.headers["cache-control"] == "no-store"


def test_what_became_of_a_draft_is_read() -> None:
    """In order, without the texts; of a draft that is not there it is 404."""
    app = make_app()
    path = f"/v1/drafts/{call(app, 'POST', '/v1/drafts', CASE).json()['id']}/feedback"
    assert call(app, "GET", path).json() == {"feedback": []}
    given = [{"outcome": "sent"}, {"outcome": "rejected", "reason": "It is too long."}]
    stored = [call(app, "POST", path, each).json() for each in given]
    answer = call(app, "GET", path)
    assert (answer.json(), answer.headers["cache-control"]) == ({"feedback": stored}, "no-store")
    assert call(app, "GET", "/v1/drafts/none/feedback").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=queued", "status"),
        ("feedback=maybe", "feedback"),
        ("channel=fax", "channel"),
        ("from=yesterday", "from"),
        ("to=2025-10-01T00:00:00", "to"),
        ("to=0.5", "to"),
        ("from=1760000000", "from"),
        ("from=0001-01-01T00:00:00Z", "from"),
        ("since=2025-10-01T00:00:00Z", "since"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("from=2025-10-01T00:00:00Z&from=2025-10-02T00:00:00Z", "from"),
        ("situation=" + "x" * 501, "situation"),
    ],
)
def test_a_query_is_read_strictly(query: str, field: str) -> None:
    """The parameter at fault is named."""
    answer = call(make_app(), "GET", f"/v1/drafts?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_case_is_drafted_again() -> None:
    """With the options given and those that it had, as of the same moment; the first draft stays."""
    drafts = MemoryDrafts()
    app = make_app(drafts=drafts)
    first = call(app, "POST", "/v1/drafts", CASE | {"options": {"max_words": 90, "tone": "warm"}}).json()
    options = {"instruction": "Shorter.", "tone": "plain"}
    second = call(app, "POST", f"/v1/drafts/{first['id']}/again", options).json()
    assert (second["ref"], second["id"] != first["id"], len(drafts.kept)) == (first["ref"], True, 2)
    made = drafts.kept[second["id"]][0].options
    assert made is not None
    assert (made.instruction, made.tone, made.max_words) == ("Shorter.", "plain", 90)


def test_a_case_is_drafted_again_with_progress() -> None:
    """As server-sent events, as other drafts are."""
    app = make_app()
    first = call(app, "POST", "/v1/drafts", CASE).json()
    stream = call(app, "POST", f"/v1/drafts/{first['id']}/again", {}, {"Accept": "text/event-stream"})
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "event: result" in stream.text


def test_a_draft_that_is_not_there_is_not_drafted_again() -> None:
    """It is 404, before anything is made; a fault of the model is answered as with other drafts."""
    assert call(make_app(), "POST", "/v1/drafts/none/again", {}).status_code == 404
    drafts = MemoryDrafts()
    first = call(make_app(drafts=drafts), "POST", "/v1/drafts", CASE).json()
    broken = make_app(EndpointFailed("It broke."), drafts=drafts)
    assert call(broken, "POST", f"/v1/drafts/{first['id']}/again", {}).status_code == 502
    assert call(broken, "POST", f"/v1/drafts/{first['id']}/again", {"instructions": "x"}).status_code == 422
