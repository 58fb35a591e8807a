"""Who is let in: by each operation of the contract, by hosts and pages, and by headers of every kind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import Message, Scope

from service.access import SCOPES, USUAL_SCOPES
from service.admitting import Admitting
from service.api.door import OPEN
from service.errors import StoreError
from service.hosts import allowed_hosts
from service.idempotency import DEFAULT_TENANT
from service.logs import configure_logs
from tests.service.admitted import AT_ONCE, MemoryKeys, admitting_by, bearer, make_key, secret_of
from tests.service.api.calling import CASE, call, make_app
from tests.service.api.operations import CLOSED, EVERY, NAMES, Operation
from tests.service.parts import MemoryDrafts

# A key with each scope alone, and for each scope one with all the others but `admin`.
ONLY = {scope: make_key(f"{number}{'a' * 11}", scope) for number, scope in enumerate(SCOPES)}
WITHOUT = {
    scope: make_key(f"{number}{'b' * 11}", *(other for other in USUAL_SCOPES if other != scope))
    for number, scope in enumerate(SCOPES)
}
GONE = "0123456789ab"
HERE = allowed_hosts("", "127.0.0.1", asked="127.0.0.1")
Pairs = Sequence[tuple[bytes, bytes]]


def closed_app() -> FastAPI:
    """The application with these keys."""
    return make_app(admitting=admitting_by(MemoryKeys(*ONLY.values(), *WITHOUT.values())))


def ask(app: FastAPI, operation: Operation, headers: dict[str, str]) -> httpx2.Response:
    """The answer to an operation, about things that there are not."""
    path = operation.path_to(dict.fromkeys(operation.names, "none"))
    return call(app, operation.method, path, operation.body, operation.headers | headers)


@pytest.mark.parametrize("operation", CLOSED, ids=NAMES)
def test_each_operation_needs_a_key(operation: Operation) -> None:
    """Without one, or with one that does not work, it is 401, which says how to send one, and nothing else."""
    app = closed_app()
    needed, wrong = ask(app, operation, {}), ask(app, operation, bearer(GONE))
    assert (needed.status_code, wrong.status_code) == (401, 401)
    assert needed.json()["type"] == "urn:amends:problem:access-key-needed"
    assert wrong.json()["type"] == "urn:amends:problem:access-key-wrong"
    assert needed.headers["www-authenticate"] == 'Bearer realm="amends"'
    assert wrong.headers["www-authenticate"] == 'Bearer realm="amends", error="invalid_token"'
    assert {"x-request-id", "content-type"} <= set(needed.headers)


@pytest.mark.parametrize("operation", CLOSED, ids=NAMES)
def test_each_operation_needs_its_scope(operation: Operation) -> None:
    """A key with all the other scopes is told which one is missing; with that one alone, or with `admin`, it may."""
    assert operation.scopes is not None
    (scope,) = operation.scopes
    app = closed_app()
    missing = ask(app, operation, bearer(next(key.id for each, key in WITHOUT.items() if each == scope)))
    assert (missing.status_code, missing.json()["type"]) == (403, "urn:amends:problem:scope-missing")
    assert f"`{scope}`" in missing.json()["detail"]
    assert missing.headers["www-authenticate"] == (
        f'Bearer realm="amends", error="insufficient_scope", scope="{scope}"'
    )
    for key in (key for each, key in ONLY.items() if each in (scope, "admin")):
        assert ask(app, operation, bearer(key.id)).status_code not in (401, 403)


def test_scopes_are_for_what_they_are_called() -> None:
    """To read is `read`, and what is of an operator's concern is `admin`; a new route must be put among them."""
    assert {each.name: each.scopes for each in EVERY} == {
        **dict.fromkeys(("create_draft", "draft_again", "cancel_draft", "create_batch", "cancel_batch"), ("draft",)),
        **dict.fromkeys(
            (
                "read_draft",
                "list_drafts",
                "read_case",
                "read_feedback",
                "link_draft",
                "read_batch",
                "read_batch_results",
                "read_draft_metrics",
            ),
            ("read",),
        ),
        "check_draft": ("check",),
        "give_feedback": ("feedback",),
        **dict.fromkeys(("delete_draft", "delete_customer", "read_audit"), ("admin",)),
        **dict.fromkeys(("create_webhook", "list_webhooks", "delete_webhook", "renew_webhook_secret"), ("admin",)),
        **dict.fromkeys(("test_webhook", "list_deliveries", "replay_delivery"), ("admin",)),
        **dict.fromkeys(("healthz", "readyz"), None),
    }


@pytest.mark.parametrize(
    "path",
    [
        "/desk",
        "/v1",
        "/v1/desk",
        "/v1/desk/session/x",
        "/v1/drafts/",
        "/docs/",
        "/docs/x",
        "/openapi.jsonx",
        "/metrics",
        "/%2e/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_nothing_else_is_told_without_a_key(path: str, method: str) -> None:
    """Not even whether there is such a path."""
    assert call(closed_app(), method, path).status_code == 401


def test_what_is_open() -> None:
    """Signs of life and the documentation, which are the same for everybody."""
    app = closed_app()
    assert {each.path for each in EVERY if each.scopes is None} < OPEN
    for path in (*OPEN, "/static-offline-docs/swagger-ui.css"):
        assert call(app, "GET", path).status_code == 200, path
        assert call(app, "GET", path, headers=bearer(GONE)).status_code == 200, path
    for path in ("/static-offline-docs/", "/static-offline-docs/../app.py", "/static-offline-docs/%2e%2e/app.py"):
        assert call(app, "GET", path).status_code in (401, 404), path


def test_the_contract_of_an_open_service() -> None:
    """It says that no key is needed, as long as that is so; everything else in it is the same."""
    keys = MemoryKeys()
    app = make_app(admitting=admitting_by(keys, may_be_open=True, lifetime=AT_ONCE))
    call(app, "GET", "/v1/webhooks")
    found = call(app, "GET", "/openapi.json").json()
    for operation in CLOSED:
        said = found["paths"][operation.path][operation.method.lower()]
        assert said["security"] == [{"AccessKey": list(operation.scopes or ())}, {}]
        said["security"].pop()
    keys.kept = {key.id: key for key in ONLY.values()}
    call(app, "GET", "/v1/webhooks")
    assert call(app, "GET", "/openapi.json").json() == found


async def raw(app: FastAPI, headers: Pairs, path: str = "/v1/webhooks") -> tuple[int, dict[str, Any]]:
    """Status and body of the answer to a request with these very headers."""
    sent: list[Message] = []
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), *headers],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5),
        "root_path": "",
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent))


GOOD = bearer(ONLY["admin"].id)["Authorization"].encode()


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", GOOD), (b"authorization", GOOD)],
        [(b"authorization", GOOD), (b"authorization", b"")],
        [(b"authorization", b"")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Basic " + GOOD)],
        [(b"authorization", b"\xff\xfe" + GOOD)],
        [(b"authorization", GOOD + b"\xe9")],
        [(b"authorization", b"\xef\xbb\xbf" + GOOD)],
        [(b"authorization", GOOD.replace(b"amends", b"AMENDS"))],
        [(b"authorization", b"Bearer " + b"a" * 1_000_000)],
        [(b"authorization", GOOD + b" " * 1_000_000)],
        [(b"authorization", b"Bearer \0")],
        [(b"proxy-authorization", GOOD)],
        [(b"x-api-key", GOOD)],
        [(b"cookie", b"Authorization=" + GOOD)],
    ],
    ids=range(15),
)
def test_hostile_headers(headers: Pairs) -> None:
    """Two fields, none, other schemes, other bytes, huge ones: 401 for all, and no word of a key in the answer."""
    status, body = asyncio.run(raw(closed_app(), headers))
    assert (status, body["type"].partition("-")[0]) == (401, "urn:amends:problem:access")
    assert secret_of(ONLY["admin"].id) not in json.dumps(body)


def test_a_key_in_any_case_of_its_field() -> None:
    """As servers hand it on: in lower case."""
    assert asyncio.run(raw(closed_app(), [(b"authorization", GOOD)]))[0] == 200


@pytest.mark.usefixtures("restored_logging")
def test_no_key_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it works or not, lacks a scope, or crashes what it asks for; nor is it in an answer."""
    configure_logs("debug")
    key, secret = ONLY["read"], secret_of(ONLY["read"].id)
    app = make_app(RuntimeError(secret), admitting=admitting_by(MemoryKeys(key, ONLY["draft"])))
    for headers in (
        bearer(key.id),
        bearer(GONE, secret),
        bearer(key.id, secret[:-1] + "!"),
        {"Authorization": f"Basic {secret}"},
        bearer(ONLY["draft"].id, secret),
    ):
        for method, path in (("POST", "/v1/drafts"), ("GET", f"/v1/drafts/{secret}"), ("GET", f"/{secret}")):
            answer = call(app, method, path, CASE if method == "POST" else None, headers)
            assert secret not in answer.text or path.endswith(secret)
    call(app, "POST", "/v1/drafts", CASE, bearer(ONLY["draft"].id))
    logged = capsys.readouterr().err
    assert logged
    assert secret not in logged
    assert secret_of(ONLY["draft"].id) not in logged


def test_keys_that_cannot_be_read_close_everything() -> None:
    """503 and when to come again, with nothing of the database: nobody is known yet. What is open stays so."""
    keys = MemoryKeys(ONLY["admin"])
    keys.fault = StoreError("The database postgresql://db.internal cannot be reached.")
    app = make_app(admitting=admitting_by(keys))
    for headers in ({}, bearer(ONLY["admin"].id)):
        answer = call(app, "GET", "/v1/webhooks", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:amends:problem:store-unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert "db.internal" not in answer.text
    assert call(app, "GET", "/healthz").status_code == 200


def open_admitting() -> Admitting:
    """Who lets everybody in."""
    return admitting_by(MemoryKeys(), may_be_open=True)


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"Host": "127.0.0.1:8000"}, 200, None),
        ({"Host": "localhost:1"}, 200, None),
        ({"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"}, 200, None),
        ({"Host": "evil.example:8000"}, 421, "host-not-allowed"),
        ({"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}, 421, "host-not-allowed"),
        ({"Host": "127.0.0.1:8000", "Origin": "http://evil.example"}, 403, "origin-not-allowed"),
        ({"Host": "127.0.0.1:8000", "Origin": "null"}, 403, "origin-not-allowed"),
        ({"Host": "127.0.0.1:8000", "Sec-Fetch-Site": "cross-site"}, 403, "origin-not-allowed"),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("path", ["/v1/webhooks", "/docs", "/openapi.json"])
def test_foreign_pages(headers: dict[str, str], status: int, kind: str | None, path: str) -> None:
    """No page reaches an open service, by whatever name it was led there; the problem says which check it was."""
    answer = call(make_app(admitting=open_admitting(), hosts=HERE), "GET", path, headers=headers)
    assert answer.status_code == status
    if kind:
        assert answer.json()["type"] == f"urn:amends:problem:{kind}"
        assert "access-control-allow-origin" not in answer.headers


def test_no_page_asks_whether_it_may() -> None:
    """A browser's question before a request of another host is answered like the request: with no."""
    headers = {
        "Host": "127.0.0.1:8000",
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = call(make_app(admitting=open_admitting(), hosts=HERE), "OPTIONS", "/v1/drafts", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_signs_of_life_under_any_name(path: str) -> None:
    """A cluster asks by the address of the moment."""
    headers = {"Host": "10.1.2.3:8000", "Origin": "http://evil.example"}
    assert call(make_app(hosts=HERE), "GET", path, headers=headers).status_code == 200


def test_who_is_refused_reads_no_body() -> None:
    """An upload of any size is answered before it has come."""

    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    headers = {"Content-Type": "application/jsonl"}
    assert call(closed_app(), "POST", "/v1/batches", endless(), headers).status_code == 401


def test_the_tenant_of_a_key_reaches_the_drafts() -> None:
    """Where a draft is made, and where it is kept; without a key, it is the default one."""
    drafts = MemoryDrafts()
    key = make_key("c" * 12, tenant="shop")
    keys = MemoryKeys()
    app = make_app(drafts=drafts, admitting=admitting_by(keys, may_be_open=True, lifetime=AT_ONCE))
    call(app, "POST", "/v1/drafts", CASE)
    keys.kept[key.id] = key
    call(app, "POST", "/v1/drafts", CASE, bearer(key.id))
    assert list(drafts.tenants.values()) == [DEFAULT_TENANT, "shop"]
