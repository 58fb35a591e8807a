"""Errors as callers see them: status, stable type, media type, and when to come again."""

from __future__ import annotations

import pytest

from service import errors
from service.api.problems import KINDS, kind_of
from service.schemas import Problem
from tests.service.api.calling import CASE, call, make_app
from tests.service.parts import MemoryDrafts

SECRET = "Zyxwv-4929"


def every_error() -> set[type[errors.AmendsError]]:
    """Every class of the tree."""
    return {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AmendsError)}


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (errors.NotJson("x"), 400, "not-json"),
        (errors.TooLarge("x"), 413, "too-large"),
        (errors.InvalidField("x", "options.policy"), 422, "invalid-field"),
        (errors.InputError("x"), 422, "invalid-field"),
        (errors.ConfigurationError("x"), 500, "configuration"),
        (errors.ModelError("x"), 502, "model-failed"),
        (errors.EndpointFailed("x"), 502, "model-failed"),
        (errors.AnswerUnusable("x"), 502, "model-failed"),
        (errors.EmbeddedModelFailed("x"), 502, "model-failed"),
        (errors.EndpointBusy("x", 7), 503, "model-busy"),
        (errors.DeadlinePassed("x"), 504, "deadline-passed"),
        (errors.FiguresBusy("x", 20), 503, "figures-busy"),
        (errors.StoreError("x"), 503, "store-unavailable"),
        (errors.DraftNotFound("x"), 404, "draft-not-found"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_error_has_its_kind(error: errors.AmendsError, status: int, name: str) -> None:
    """Status and type are what callers rely on; the body is a problem in its own media type."""
    answer = call(make_app(error), "POST", "/v1/drafts", CASE)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = Problem.model_validate_json(answer.content)
    assert (problem.type, problem.status) == (f"urn:amends:problem:{name}", status)
    assert problem.detail == str(error)
    assert problem.request_id == answer.headers["x-request-id"]


def test_no_error_is_without_a_kind() -> None:
    """A new error that nobody mapped would be found here."""
    for kind in every_error() - {errors.AmendsError}:
        assert kind_of(kind.__new__(kind)) in KINDS.values()


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (errors.EndpointBusy("x", 7), "7"),
        (errors.EndpointBusy("x", 0.2), "1"),
        (errors.EndpointBusy("x", 90.6), "91"),
        (errors.StoreError("x"), "5"),
        (errors.DraftNotFound("x"), None),
        (errors.EndpointFailed("x"), None),
        (errors.NotJson("x"), None),
    ],
    ids=repr,
)
def test_who_should_come_again_is_told_when(error: errors.AmendsError, seconds: str | None) -> None:
    """Every 503 says after how many whole seconds, at least one."""
    answer = call(make_app(error), "POST", "/v1/drafts", CASE)
    assert answer.headers.get("retry-after") == seconds


@pytest.mark.parametrize(
    "fault", [errors.EndpointFailed("x"), errors.EndpointBusy("x", 1), errors.DeadlinePassed("x")], ids=repr
)
def test_a_failed_draft_has_an_id(fault: errors.ModelError) -> None:
    """What the model did not give is stored, and the problem says under which id."""
    drafts = MemoryDrafts()
    answer = call(make_app(fault, drafts=drafts), "POST", "/v1/drafts", CASE)
    assert [answer.json()["id"]] == list(drafts.kept)


def test_too_many_at_once_is_busy() -> None:
    """Amends itself can be the one that is busy."""
    answer = call(make_app(most=0), "POST", "/v1/drafts", CASE)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:amends:problem:model-busy")
    assert int(answer.headers["retry-after"]) >= 1
    assert "id" not in answer.json()


def test_a_draft_that_cannot_be_stored_is_told() -> None:
    """The store's own words reach the caller."""
    drafts = MemoryDrafts(errors.StoreError("The disk is full."))
    answer = call(make_app(drafts=drafts), "POST", "/v1/drafts", CASE)
    assert (answer.status_code, answer.json()["detail"]) == (503, "The disk is full.")


def test_every_fault_is_listed() -> None:
    """All of them at once, each with its field."""
    answer = call(make_app(), "POST", "/v1/drafts", {"complaint": {}, "context": {"brand": "x"}})
    fields = [fault["field"] for fault in answer.json()["errors"]]
    assert fields == ["complaint.text", "complaint.channel", "context.agent"]


def test_a_crash_tells_nothing_but_its_request() -> None:
    """The text of an unforeseen exception may quote a customer: neither body nor header holds it."""
    answer = call(make_app(RuntimeError(SECRET)), "POST", "/v1/drafts", CASE, {"X-Request-ID": "r-1"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert SECRET not in answer.text + str(answer.headers)
    assert (answer.json()["type"], answer.json()["request_id"]) == ("urn:amends:problem:internal", "r-1")
    assert answer.headers["x-request-id"] == "r-1"


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("POST", "/", 405, "method-not-allowed"),
        ("POST", "/v1/drafts/1", 405, "method-not-allowed"),
        ("PUT", "/v1/drafts", 405, "method-not-allowed"),
        ("DELETE", "/v1/checks", 405, "method-not-allowed"),
        ("BREW", "/healthz", 405, "method-not-allowed"),
        ("GET", "/static-offline-docs/../app.py", 404, "not-found"),
        ("GET", "/static-offline-docs/%2e%2e/%2e%2e/core.py", 404, "not-found"),
    ],
)
def test_what_is_not_there_is_a_problem_too(method: str, path: str, status: int, name: str) -> None:
    """404 and 405 look like every other error."""
    answer = call(make_app(), method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"urn:amends:problem:{name}"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "methods"),
    [
        ("GET", "/v1/checks", "POST"),
        ("OPTIONS", "/v1/drafts/1", "DELETE, GET"),
        ("PATCH", "/v1/webhooks", "GET, POST"),
        ("PUT", "/v1/webhooks/1", "DELETE"),
        ("PUT", "/v1/webhooks/deliveries", "GET"),
        ("GET", "/v1/webhooks/deliveries/secret", "POST"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("POST", "/static-offline-docs/any.js", "GET, HEAD"),
        ("BREW", "/healthz", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(method: str, path: str, methods: str) -> None:
    """405 has the header that HTTP asks for: exactly what the resource can do, whichever route says so."""
    answer = call(make_app(), method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)
