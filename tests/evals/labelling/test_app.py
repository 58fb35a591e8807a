"""The labelling page's server: what it gives to its reader, and refuses to everybody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest
from starlette.types import ASGIApp

from evals.labelling.app import FILES, Labelling, create_app
from evals.labelling.rows import CHECKS, DraftToLabel
from evals.labelling.store import LabelFile, read_labels
from tests.evals.labelled_drafts import HOSTILE
from tests.evals.labelling.rows_made import Clock, make_draft

ADDRESS = "127.0.0.1:8123"
ORIGIN = f"http://{ADDRESS}"
POSTED = {"origin": ORIGIN, "content-type": "application/json"}
DRAFTS = (make_draft(), make_draft("other", HOSTILE, context=False))


def make_app(path: Path, drafts: tuple[DraftToLabel, ...] = DRAFTS) -> ASGIApp:
    """The application for anna, with the token `secret`."""
    return create_app(Labelling(drafts, LabelFile(path, "anna", Clock())), "secret", ADDRESS)


def call(
    app: ASGIApp, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> httpx2.Response:
    """The answer to one request, by default from the page itself."""
    given = POSTED if headers is None and method == "POST" else headers

    async def run() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
            return await client.request(method, path, content=content, headers=given)

    return asyncio.run(run())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the labels are kept."""
    return tmp_path / "labels.jsonl"


@pytest.fixture
def app(path: Path) -> ASGIApp:
    """The application over two drafts."""
    return make_app(path)


def test_the_page_and_its_files_are_served(app: ASGIApp) -> None:
    """All that the page names is there, with its type, and nothing of it is anywhere else."""
    page = call(app, "GET", "/secret/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "http" not in page.text
    for name, (_, kind) in FILES.items():
        answer = call(app, "GET", f"/secret/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
    named = {part.split('"')[0] for part in page.text.replace('src="', 'href="').split('href="')[1:]}
    assert named - {"data:,"} <= set(FILES)


def test_every_answer_keeps_scripts_and_frames_out(app: ASGIApp) -> None:
    """Refusals too: nothing inline runs, nothing is loaded from elsewhere, nobody frames it, nothing is cached."""
    for answer in (call(app, "GET", "/secret/"), call(app, "GET", "/"), call(app, "GET", "/secret/none")):
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'; script-src 'self'; " in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers
    assert "<script>" not in call(app, "GET", "/secret/").text


@pytest.mark.parametrize("path_", ["/", "/wrong/", "/wrong/drafts", "/secre/", "/secrett/", "//secret/", "/SECRET/"])
def test_nothing_is_given_without_the_token(app: ASGIApp, path_: str) -> None:
    """Whatever is asked for."""
    answer = call(app, "GET", path_)
    assert (answer.status_code, "secret" in answer.text) == (403, False)
    assert call(app, "POST", path_, {"remark": "x"}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:9", "localhost:8123", "evil.example:8123"])
def test_nothing_is_given_under_another_name(app: ASGIApp, host: str) -> None:
    """A name of the attacker's that leads to this machine gives them nothing, token or not."""
    answer = call(app, "GET", "/secret/drafts", headers={"host": host})
    assert (answer.status_code, "kettle" in answer.text) == (403, False)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json"},
        POSTED | {"origin": "http://evil.example"},
        POSTED | {"origin": "null"},
        POSTED | {"origin": "http://127.0.0.1:9"},
        POSTED | {"origin": "https://127.0.0.1:8123"},
        POSTED | {"sec-fetch-site": "cross-site"},
        POSTED | {"sec-fetch-site": "same-site"},
    ],
)
def test_answers_come_from_the_page_alone(app: ASGIApp, path: Path, headers: dict[str, str]) -> None:
    """Another page that knew the address could still not label."""
    assert call(app, "POST", "/secret/drafts/0", {"remark": "x"}, headers).status_code == 403
    assert not path.exists()


def test_a_form_is_no_answer(app: ASGIApp, path: Path) -> None:
    """What a page of another origin may send without asking is no JSON."""
    answer = call(app, "POST", "/secret/drafts/0", b'{"remark": "x"}', POSTED | {"content-type": "text/plain"})
    assert (answer.status_code, path.exists()) == (400, False)


def test_the_overview_says_what_is_asked(app: ASGIApp, path: Path) -> None:
    """The questions, whose labels they are, where they lie, and what is left."""
    found = call(app, "GET", "/secret/drafts").json()
    assert (found["reader"], found["file"], found["whole"]) == ("anna", str(path), [False, False])
    assert tuple(question["check"] for question in found["questions"]) == CHECKS
    assert found["questions"][6]["levels"][0]["value"] is False


def test_a_draft_is_given_with_its_case_and_nothing_else(app: ASGIApp) -> None:
    """The reader is blind: no verdict, no score, nobody else's answer."""
    found = call(app, "GET", "/secret/drafts/0").json()
    assert set(found) == {"case", "complaint", "context", "draft", "asked", "answer"}
    assert (found["draft"], found["complaint"]) == (DRAFTS[0].text, {"text": "My kettle broke."})
    assert found["context"]["constraints"] == ["Under 280 characters."]
    assert found["answer"] == {"labels": {}, "evidence": {}, "remark": ""}
    assert tuple(found["asked"]) == CHECKS


def test_a_hostile_draft_is_data(app: ASGIApp) -> None:
    """It comes as JSON, as it is, and stands in no page."""
    answer = call(app, "GET", "/secret/drafts/1")
    assert answer.headers["content-type"] == "application/json"
    assert (answer.json()["draft"], answer.json()["context"]) == (HOSTILE, None)
    assert tuple(answer.json()["asked"]) == CHECKS[:6]


def test_an_answer_is_kept_at_once(app: ASGIApp, path: Path) -> None:
    """It is in the file when it is confirmed, and a second start shows it."""
    call(app, "POST", "/secret/drafts/0", {"check": "apology", "label": 2})
    answer = call(app, "POST", "/secret/drafts/0", {"check": "apology", "evidence": [[7, 12]]})
    kept = {"labels": {"apology": 2}, "evidence": {"apology": [[7, 12]]}, "remark": ""}
    assert answer.json() == {"answer": kept, "whole": [False, False]}
    (row,) = read_labels(path)
    assert (row.case, row.reader, row.labels.apology, row.evidence) == ("kettle", "anna", 2, {"apology": ((7, 12),)})
    assert call(make_app(path), "GET", "/secret/drafts/0").json()["answer"] == kept
    assert call(make_app(path), "GET", "/secret/drafts/1").json()["answer"]["labels"] == {}


def test_two_pages_do_not_undo_each_other(app: ASGIApp) -> None:
    """Each says only what was done in it."""
    call(app, "POST", "/secret/drafts/0", {"check": "apology", "label": 2})
    call(app, "POST", "/secret/drafts/0", {"check": "tone", "label": 1})
    answer = call(app, "POST", "/secret/drafts/0", {"remark": "hm"}).json()["answer"]
    assert answer == {"labels": {"apology": 2, "tone": 1}, "evidence": {}, "remark": "hm"}


def test_a_draft_is_done_when_all_is_answered(app: ASGIApp) -> None:
    """The page can say how many are left."""
    for check in CHECKS[:6]:
        answer = call(app, "POST", "/secret/drafts/1", {"check": check, "label": 0})
    assert answer.json()["whole"] == [False, True]
    taken_back = call(app, "POST", "/secret/drafts/1", {"check": "tone", "label": None})
    assert taken_back.json()["whole"] == [False, False]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"check": "apology", "label": 4}, 422),
        ({"check": "kindness", "label": 1}, 422),
        ({"check": "apology", "label": "2"}, 422),
        ({"check": "apology", "evidence": [[0, 1000]]}, 422),
        ({"check": "apology", "evidence": [[0, 1]] * 51}, 422),
        ({"remark": "x" * 2_001}, 422),
        ({"reader": "ben"}, 422),
        ([], 422),
        (b"{", 400),
        (b'{"remark": "\\ud800"}', 400),
        (b'{"remark": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
def test_a_wrong_answer_is_refused_whole(app: ASGIApp, path: Path, body: object, status: int) -> None:
    """With what is wrong in words for a person, and nothing is kept."""
    answer = call(app, "POST", "/secret/drafts/0", body)
    assert (answer.status_code, path.exists()) == (status, False)
    assert answer.json()["detail"]


@pytest.mark.parametrize("index", ["2", "-1", "x", "9999999999999999", "٣", "0x1", "1e0"])
def test_there_are_no_other_drafts(app: ASGIApp, path: Path, index: str) -> None:
    """Neither to see nor to label."""
    assert call(app, "GET", f"/secret/drafts/{index}").status_code == 422
    assert call(app, "POST", f"/secret/drafts/{index}", {"remark": "x"}).status_code == 422
    assert not path.exists()


def test_an_answer_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    """The page must not say that it is saved."""
    app = make_app(tmp_path / "gone" / "labels.jsonl")
    answer = call(app, "POST", "/secret/drafts/0", {"check": "apology", "label": 2})
    assert answer.status_code == 503
    assert "could not be written" in answer.json()["detail"]
    assert call(app, "GET", "/secret/drafts/0").json()["answer"]["labels"] == {}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_there_is_nothing_else_to_do(app: ASGIApp, method: str) -> None:
    """A preflight of another page is refused as well."""
    assert call(app, method, "/secret/drafts/0", headers={"origin": "http://evil.example"}).status_code == 403
    assert call(app, method, "/secret/drafts/0", headers={"origin": ORIGIN}).status_code == 405


@pytest.mark.parametrize("name", ["docs", "openapi.json", "redoc", "label_app.py", "../label_app.py"])
def test_nothing_else_is_served(app: ASGIApp, name: str) -> None:
    """No contract, no sources."""
    assert call(app, "GET", f"/secret/{name}").status_code in (403, 404)
