"""The files of the desk, and how agents come to it."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from service.access import USUAL_SCOPES
from service.api.desk import FOLDER, KINDS
from service.api.passes import COOKIE, CSRF_HEADER, SESSION
from service.limiting.rates import Limits, Rate
from service.passes import csrf_of
from tests.service.admitted import AT_ONCE, MemoryKeys, admitting_by, bearer, make_key, secret_of
from tests.service.api.calling import CASE, call, make_app
from tests.service.clock import SetClock
from tests.service.limiting.parts import Parts
from tests.service.parts import NOW, MemoryDrafts
from tests.service.passing import MemoryPasses

KEY, ADMIN, READER = make_key("a" * 12), make_key("b" * 12, "admin"), make_key("c" * 12, "read")
SOURCES = sorted((Path(__file__).parents[3] / "desk" / "src").glob("*.ts*"))
# What would make a text into a part of the page, or run it.
UNSAFE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|DOMParser|createContextualFragment"
    r"|\beval\b|new Function|srcdoc|javascript:|setTimeout\(\s*[\"'`]"
)


def closed_app(drafts: MemoryDrafts | None = None) -> FastAPI:
    """The application with these keys."""
    return make_app(admitting=admitting_by(MemoryKeys(KEY, ADMIN, READER), lifetime=AT_ONCE), drafts=drafts)


def signed_in(app: FastAPI, key_id: str = KEY.id) -> tuple[dict[str, str], httpx2.Response]:
    """The headers of an agent's browser after signing in, and the answer."""
    secret = bearer(key_id)["Authorization"].removeprefix("Bearer ")
    answer = call(app, "POST", SESSION, {"key": secret})
    assert answer.status_code == 200, answer.text
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}", CSRF_HEADER: answer.json()["csrf"]}, answer


def by_link(app: FastAPI, draft_id: str, **body: object) -> dict[str, str]:
    """The headers of a page that was opened by a link to a draft."""
    url = call(app, "POST", f"/v1/drafts/{draft_id}/links", body, bearer(KEY.id)).json()["url"]
    answer = call(app, "POST", SESSION, {"link": url.removeprefix("/#/open/"), "keep": "page"})
    assert COOKIE not in answer.cookies
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"index.html"}))
def test_files_are_served_to_anybody(name: str) -> None:
    """Without a key, packed where that is taken, and not again where they are known."""
    app = closed_app()
    plain = call(app, "GET", f"/desk/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.content == (FOLDER / name).read_bytes()
    packed = call(app, "GET", f"/desk/{name}", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", plain.content)
    tag = packed.headers["etag"]
    again = call(app, "GET", f"/desk/{name}", headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert (again.status_code, again.content, tag != plain.headers["etag"]) == (304, b"", True)


@pytest.mark.parametrize("path", ["/desk/", "/desk/none.js", "/desk/index.html", "/desk/..%2f__init__.py", "/desk/%00"])
def test_nothing_else_is_served(path: str) -> None:
    """No other file of the machine."""
    assert call(make_app(), "GET", path).status_code in (404, 405)
    assert call(closed_app(), "GET", path).status_code == 401


def test_the_page_runs_and_shows_nothing_foreign() -> None:
    """No script but our own, nothing inline, no text that becomes markup, and no frame around it."""
    answer = call(make_app(), "GET", "/")
    policy = dict(each.partition(" ")[::2] for each in answer.headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["frame-ancestors"], policy["require-trusted-types-for"]) == ("'none'", "'script'")
    assert answer.headers["x-frame-options"] == "DENY"
    assert re.search(r"<script(?! type=\"module\" src=)|<style|style=|\son\w+=", answer.text) is None


def test_first_load_is_small() -> None:
    """What a browser asks for first comes to less than 300 KB as it is sent."""
    assert sum(len(gzip.compress((FOLDER / name).read_bytes(), 9)) for name in KINDS) < 150_000


@pytest.mark.parametrize("path", SOURCES, ids=[path.name for path in SOURCES])
def test_no_source_makes_texts_into_markup(path: Path) -> None:
    """Texts of customers and models are data."""
    assert UNSAFE.findall(path.read_text(encoding="utf-8")) == []


def test_nobody_is_told_that_nobody_is_there() -> None:
    """Without a key it is no mistake to ask; where none is needed, one is there."""
    nobody = call(closed_app(), "GET", SESSION).json()
    assert (nobody["signed_in"], nobody["open"], nobody["csrf"], nobody["token"]) == (False, False, None, None)
    anybody = call(make_app(), "GET", SESSION).json()
    assert (anybody["signed_in"], anybody["open"]) == (True, True)


def test_a_key_is_exchanged_for_a_cookie() -> None:
    """That no script reads, and that goes to the API alone; it works as the key does, but for an administrator's."""
    app = closed_app()
    for key in (KEY, ADMIN):
        headers, answer = signed_in(app, key.id)
        said = answer.headers["set-cookie"].lower()
        assert all(part in said for part in ("httponly", "samesite=strict", "path=/v1;", "max-age=43200"))
        assert "secure" not in said
        assert secret_of(key.id) not in answer.text + said
        assert call(app, "GET", "/v1/drafts", headers=headers).status_code == 200
        assert call(app, "GET", "/v1/audit", headers=headers).status_code == 403
    assert "admin" not in USUAL_SCOPES


def test_a_cookie_is_secure_where_the_page_is() -> None:
    """The browser says so, also through a proxy."""
    app = closed_app()
    secret = bearer(KEY.id)["Authorization"].removeprefix("Bearer ")
    answer = call(app, "POST", SESSION, {"key": secret}, {"Origin": "https://amends.invalid"})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {CSRF_HEADER: ""},
        {CSRF_HEADER: csrf_of("another")},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_forged_request_is_refused(headers: dict[str, str]) -> None:
    """A cookie alone is not enough to change anything, nor is it from a page of another host."""
    app = closed_app()
    mine, _ = signed_in(app)
    assert call(app, "POST", "/v1/checks", {"complaint": "It broke.", "draft": "Sorry."}, mine).status_code == 200
    refused = call(app, "POST", "/v1/checks", {"complaint": "It broke.", "draft": "Sorry."}, mine | headers)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2] in ("csrf", "origin-not-allowed")) == (
        403,
        True,
    )


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_nobody_is_signed_in_or_out_by_another_page(headers: dict[str, str]) -> None:
    """Else an agent would work for somebody else without knowing."""
    app = closed_app()
    mine, _ = signed_in(app)
    secret = bearer(KEY.id)["Authorization"].removeprefix("Bearer ")
    assert call(app, "POST", SESSION, {"key": secret}, headers).status_code == 403
    assert call(app, "DELETE", SESSION, headers=mine | headers).status_code == 403


def test_a_session_ends() -> None:
    """When it is signed out of, after its hours, and with its key."""
    keys, clock = MemoryKeys(KEY), SetClock(NOW)
    app = make_app(admitting=admitting_by(keys, clock, lifetime=AT_ONCE), now=clock)
    first, _ = signed_in(app)
    second, _ = signed_in(app)
    assert call(app, "DELETE", SESSION, headers=first).status_code == 204
    assert [call(app, "GET", "/v1/drafts", headers=each).status_code for each in (first, second)] == [401, 200]
    clock.now += timedelta(hours=12)
    assert call(app, "GET", "/v1/drafts", headers=second).status_code == 401
    third, _ = signed_in(app)
    assert call(app, "GET", "/v1/drafts", headers=third).status_code == 200
    keys.kept.clear()
    keys.kept[READER.id] = READER
    assert call(app, "GET", "/v1/drafts", headers=third).status_code == 401


def test_a_link_is_for_one_draft_and_those_that_it_makes() -> None:
    """Whatever else is asked for is not there."""
    app = closed_app(MemoryDrafts())
    mine, other = (call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"] for _ in range(2))
    page = by_link(app, mine)
    assert call(app, "GET", SESSION, headers=page).json()["draft_id"] == mine
    open_to_it: tuple[tuple[str, str, object], ...] = (
        ("GET", f"/v1/drafts/{mine}", None),
        ("GET", f"/v1/drafts/{mine}/case", None),
        ("GET", f"/v1/drafts/{mine}/feedback", None),
        ("POST", "/v1/checks", {"complaint": "It broke.", "draft": "Sorry."}),
        ("POST", f"/v1/drafts/{mine}/feedback", {"outcome": "sent"}),
    )
    for method, path, body in open_to_it:
        assert call(app, method, path, body, page).status_code < 300, path
    made = call(app, "POST", f"/v1/drafts/{mine}/again", {}, page).json()["id"]
    assert call(app, "GET", f"/v1/drafts/{made}", headers=page).status_code == 200
    closed_to_it: tuple[tuple[str, str, object], ...] = (
        ("GET", f"/v1/drafts/{other}", None),
        ("GET", f"/v1/drafts/{other}/case", None),
        ("GET", f"/v1/drafts/{other}/feedback", None),
        ("POST", f"/v1/drafts/{other}/feedback", {"outcome": "sent"}),
        ("POST", f"/v1/drafts/{other}/again", {}),
        ("POST", f"/v1/drafts/{mine}/links", {}),
        ("DELETE", f"/v1/drafts/{mine}", None),
        ("POST", "/v1/drafts", CASE),
        ("GET", "/v1/drafts", None),
        ("GET", "/v1/metrics/drafts", None),
        ("GET", f"/v1/drafts/{mine}/", None),
        ("GET", f"/v1/drafts/{mine}/../{other}", None),
    )
    for method, path, body in closed_to_it:
        assert call(app, method, path, body, page).status_code == 404, path


def test_a_link_that_is_followed_again_is_for_what_was_made_by_it() -> None:
    """As when a page in a frame is loaded again; it opens its own draft, and another link's session has both."""
    app = closed_app(MemoryDrafts())
    mine, other = (call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"] for _ in range(2))
    url = call(app, "POST", f"/v1/drafts/{mine}/links", {}, bearer(KEY.id)).json()["url"]
    body = {"link": url.removeprefix("/#/open/"), "keep": "page"}
    first = call(app, "POST", SESSION, body).json()["token"]
    path, page = mine, {"Authorization": f"Bearer {first}"}
    made = []
    for _ in range(2):
        made.append(call(app, "POST", f"/v1/drafts/{path}/again", {}, page).json()["id"])
        answer = call(app, "POST", SESSION, body).json()
        path, page = made[-1], {"Authorization": f"Bearer {answer['token']}"}
        assert answer["opens"] == answer["draft_id"] == mine
        for each in (mine, *made):
            assert call(app, "POST", f"/v1/drafts/{each}/feedback", {"outcome": "sent"}, page).status_code == 201
        assert call(app, "GET", f"/v1/drafts/{other}", headers=page).status_code == 404
    cookie, _ = follow(app, other)
    joined = call(app, "POST", SESSION, {"link": body["link"]}, cookie)
    assert joined.json()["opens"] == mine
    for each in (mine, other, *made):
        assert call(app, "GET", f"/v1/drafts/{each}", headers=cookie).status_code == 200


def test_links_in_two_tabs_share_a_session() -> None:
    """The second one is added to it, so that the first tab goes on; what neither is for stays closed."""
    clock, drafts = SetClock(NOW), MemoryDrafts()
    app = make_app(admitting=admitting_by(MemoryKeys(KEY), clock, lifetime=AT_ONCE), now=clock, drafts=drafts)
    first, second, other = (call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"] for _ in range(3))
    cookie, opened = follow(app, first)
    clock.now += timedelta(hours=1, minutes=30)
    again, more = follow(app, second, cookie)
    assert (opened.json()["opens"], more.json()["opens"], again) == (first, second, cookie)
    assert opened.json()["csrf"] == more.json()["csrf"]
    clock.now += timedelta(hours=1)
    for draft_id, status in ((first, 200), (second, 200), (other, 404)):
        assert call(app, "GET", f"/v1/drafts/{draft_id}", headers=cookie).status_code == status


def test_a_link_takes_no_session_away() -> None:
    """Who signed in by a key that may as much keeps the whole desk; by one that may less, the link counts."""
    app = closed_app(MemoryDrafts())
    mine, other = (call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"] for _ in range(2))
    whole, _ = signed_in(app, ADMIN.id)
    kept, answer = follow(app, mine, whole)
    assert (kept, answer.json()["opens"], answer.json()["draft_id"]) == (whole, mine, None)
    assert COOKIE not in answer.cookies
    reading, _ = signed_in(app, READER.id)
    page, answer = follow(app, mine, reading)
    assert (page != reading, answer.json()["draft_id"]) == (True, mine)
    assert call(app, "GET", f"/v1/drafts/{other}", headers=page).status_code == 404


def test_a_link_of_a_revoked_key_takes_no_session_away() -> None:
    """It has expired like any other: who is signed in by another key stays so, and no session is made of it."""
    keys, drafts = MemoryKeys(KEY, ADMIN), MemoryDrafts()
    app = make_app(admitting=admitting_by(keys, lifetime=AT_ONCE), drafts=drafts)
    draft_id = call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"]
    url = call(app, "POST", f"/v1/drafts/{draft_id}/links", {}, bearer(KEY.id)).json()["url"]
    whole, _ = signed_in(app, ADMIN.id)
    del keys.kept[KEY.id]
    for headers in (whole, {}):
        answer = call(app, "POST", SESSION, {"link": url.removeprefix("/#/open/")}, headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:amends:problem:link-expired")
        assert "set-cookie" not in answer.headers
    assert call(app, "GET", "/v1/drafts", headers=whole).status_code == 200


def follow(app: FastAPI, draft_id: str, cookie: dict[str, str] | None = None) -> tuple[dict[str, str], httpx2.Response]:
    """The cookie of a browser after it followed a link, and the answer."""
    url = call(app, "POST", f"/v1/drafts/{draft_id}/links", {}, bearer(KEY.id)).json()["url"]
    answer = call(app, "POST", SESSION, {"link": url.removeprefix("/#/open/")}, cookie)
    assert answer.status_code == 200, answer.text
    if COOKIE not in answer.cookies:
        return cookie or {}, answer
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}", CSRF_HEADER: answer.json()["csrf"]}, answer


def test_a_link_has_no_more_scopes_than_its_key() -> None:
    """Who may only read gives a link that only reads."""
    app = closed_app(MemoryDrafts())
    draft_id = call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"]
    url = call(app, "POST", f"/v1/drafts/{draft_id}/links", {}, bearer(READER.id)).json()["url"]
    token = call(app, "POST", SESSION, {"link": url.removeprefix("/#/open/"), "keep": "page"}).json()["token"]
    page = {"Authorization": f"Bearer {token}"}
    assert call(app, "GET", f"/v1/drafts/{draft_id}", headers=page).status_code == 200
    assert call(app, "POST", f"/v1/drafts/{draft_id}/feedback", {"outcome": "sent"}, page).status_code == 403


def test_signing_in_is_counted_for_its_key() -> None:
    """By a key or a link, like any other request of that key; who is over the limit gets no session."""
    passes = MemoryPasses()
    limiter = Parts(Limits(reading=(Rate(4, 86_400),), at_once=2)).limiter
    app = make_app(
        admitting=admitting_by(MemoryKeys(KEY, ADMIN)), drafts=MemoryDrafts(), limiter=limiter, passes=passes
    )
    draft_id = call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"]
    url = call(app, "POST", f"/v1/drafts/{draft_id}/links", {}, bearer(KEY.id)).json()["url"]
    link, key = {"link": url.removeprefix("/#/open/")}, {"key": f"amends_{KEY.id}_{secret_of(KEY.id)}"}
    answers = [call(app, "POST", SESSION, body) for body in (link, key, link, key, link)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
        f'"at-once";r=1, "reading-86400s";r={left}' for left in (2, 1, 0, 0, 0)
    ]
    assert len(passes.kept) == 4
    signed_in(app, ADMIN.id)
    assert call(app, "POST", SESSION, {"key": "amends_" + "0" * 12 + "_" + "x" * 43}).status_code == 401


def test_a_link_expires() -> None:
    """After the time that was asked for, and is never a session itself."""
    clock, drafts = SetClock(NOW), MemoryDrafts()
    app = make_app(admitting=admitting_by(MemoryKeys(KEY), clock, lifetime=AT_ONCE), now=clock, drafts=drafts)
    draft_id = call(app, "POST", "/v1/drafts", CASE, bearer(KEY.id)).json()["id"]
    link = call(app, "POST", f"/v1/drafts/{draft_id}/links", {"expires_in_s": 60}, bearer(KEY.id)).json()
    token = link["url"].removeprefix("/#/open/")
    assert link["expires_at"] == "2025-10-21T09:06:00Z"
    assert call(app, "GET", f"/v1/drafts/{draft_id}", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert call(app, "POST", SESSION, {"link": token}).status_code == 200
    clock.now += timedelta(seconds=60)
    assert call(app, "POST", SESSION, {"link": token}).json()["type"] == "urn:amends:problem:link-expired"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"key": "amends_000000000000_" + "x" * 43}, 401),
        ({"key": "x\nAuthorization: y"}, 401),
        ({"link": "amends_pass_" + "x" * 43}, 403),
        ({"link": "x" * 501}, 422),
        ({"key": "x", "keep": "forever"}, 422),
    ],
)
def test_what_lets_nobody_in(body: dict[str, str], status: int) -> None:
    """A wrong key, a wrong link, or nothing."""
    answer = call(closed_app(), "POST", SESSION, body)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (status, None)


@pytest.mark.parametrize("expires", [59, 86_401, "900", None])
def test_a_link_lasts_a_day_at_most(expires: object) -> None:
    """And a minute at least."""
    answer = call(make_app(), "POST", "/v1/drafts/x/links", {"expires_in_s": expires})
    assert answer.status_code == 422
