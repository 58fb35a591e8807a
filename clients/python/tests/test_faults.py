"""What goes wrong is told as it is, and what may pass is tried again: with one idempotency key, for so long."""

from __future__ import annotations

import copy
import json
import pickle
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from amends_client import (
    AccessRefused,
    Amends,
    AmendsError,
    Conflict,
    DraftCancelled,
    Invalid,
    NoAnswer,
    NotFinished,
    NotFound,
    ProblemAnswered,
    TooManyRequests,
    Unavailable,
    UnexpectedAnswer,
)
from amends_client.models import Agent, Case, Complaint, Context, Feedback, FieldFault, Problem
from clients.python.tests.conftest import Connect
from clients.python.tests.patience import NEW_CASE, quick
from tests.e2e.cutting import Cut, CuttingProxy
from tests.e2e.doors import new_key
from tests.e2e.site import GOOD, Site, running
from tests.fake_endpoint import FakeEndpoint, Reply, cuts_off, hangs, hangs_up, html, refusing_url, says_json
from tests.service.webhooks.receiver import Receiver, trusting

BUSY = {"type": "urn:amends:problem:model-busy", "title": "Too much is under way", "status": 503, "detail": "Later."}
NO_GZIP = Reply(200, {"content-encoding": "gzip"}, b"{}")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service with a key that may read, twice a second."""
    folder = tmp_path_factory.mktemp("closed")
    # Before the service begins, which would take some seconds to know it.
    key = new_key(folder, "crm", "--scope", "read")
    with running(folder, AMENDS_RATE_READING="2/second") as site:
        site.headers["Authorization"] = key
        yield site


def answer(site: Site) -> Reply:
    """A draft as the service answers it."""
    return says_json(site.ask("GET", f"/v1/drafts/{site.draft()}"))


def sent(endpoint: FakeEndpoint) -> list[str]:
    """The idempotency keys of all requests that came."""
    return [request.headers["idempotency-key"] for request in endpoint.requests]


@pytest.mark.parametrize("key", [None, "amends_0123456789ab_" + "x" * 43])
def test_without_a_key_that_works(key: str | None, closed: Site, connect: Connect) -> None:
    """401, told once."""
    with pytest.raises(AccessRefused) as caught:
        connect(closed.url, key).draft(NEW_CASE)
    assert (caught.value.status, caught.value.tried) == (401, 1)
    assert key is None or key not in str(caught.value)


def test_with_a_key_for_other_things(closed: Site, connect: Connect) -> None:
    """403, naming the scope; a new line behind the key does not matter."""
    with pytest.raises(AccessRefused, match="scope `draft`") as caught:
        connect(closed.url, closed.headers["Authorization"] + "\n").draft(NEW_CASE)
    assert caught.value.status == 403


def test_a_field_at_fault(amends: Amends) -> None:
    """422, with the name of the field, and the id of the request for whoever looks into the log."""
    case = Case(Complaint("Broken.", "email"), Context("Harbourline Home", Agent(" ")))
    with pytest.raises(Invalid, match=r"context\.agent\.name") as caught:
        amends.draft(case)
    problem = caught.value
    assert (problem.status, problem.type) == (422, "urn:amends:problem:invalid-field")
    assert [each.field for each in problem.errors] == ["context.agent.name"]
    assert all(isinstance(each, FieldFault) and each.message for each in problem.errors)
    assert problem.request_id
    assert problem.request_id in str(problem)


def test_an_unsound_case_does_not_leave(amends: Amends) -> None:
    """What is no case fails as Python does, not as if the service had answered something."""
    with pytest.raises(AttributeError):
        amends.draft({"complaint": "Broken."})  # type: ignore[arg-type] # on purpose


def test_what_is_not_there(amends: Amends) -> None:
    """404, also where the id is no id."""
    for draft_id in ("00000000-0000-4000-8000-000000000000", "../healthz?", "é/#"):
        with pytest.raises(NotFound):
            amends.read(draft_id)


def test_what_does_not_go_with_what_is_there(amends: Amends, site: Site) -> None:
    """409 is not tried again where waiting does not help."""
    with pytest.raises(Conflict, match="nothing left to cancel") as caught:
        amends.cancel(site.draft())
    assert caught.value.tried == 1


def test_a_key_for_another_request(amends: Amends) -> None:
    """422: a key of one's own stands for one request."""
    first = amends.draft(NEW_CASE, idempotency_key="ticket-4711-1")
    assert amends.draft(NEW_CASE, idempotency_key="ticket-4711-1") == first
    other = Case(NEW_CASE.complaint, NEW_CASE.context)
    with pytest.raises(Invalid, match="with another request before"):
        amends.draft(other, idempotency_key="ticket-4711-1")


def test_a_model_that_fails(site: Site, connect: Connect) -> None:
    """502 has the draft's id, and is not tried again: Amends itself has."""
    site.model.broken = True
    with pytest.raises(Unavailable) as caught:
        connect(site.url).draft(NEW_CASE)
    assert (caught.value.status, caught.value.tried) == (502, 1)
    assert caught.value.draft_id
    assert site.ask("GET", f"/v1/drafts/{caught.value.draft_id}")["status"] == "failed"


def test_over_a_limit(closed: Site, connect: Connect) -> None:
    """429 is waited out."""
    amends = connect(closed.url, closed.headers["Authorization"])
    began = time.monotonic()
    for _ in range(4):
        assert list(amends.drafts()) == []
    assert time.monotonic() - began > 0.5
    hasty = connect(closed.url, closed.headers["Authorization"], retries=quick(tries=1))
    with pytest.raises(TooManyRequests) as caught:
        any(list(hasty.drafts()) for _ in range(4))
    assert caught.value.retry_after == 1


@pytest.mark.parametrize("cut", ["unasked", "at work", "answered", "half answered"])
def test_a_cut_connection(cut: Cut, site: Site, connect: Connect) -> None:
    """Wherever it is cut, twice: the call succeeds, and there is one draft."""
    site.model.seconds = 0.2
    ref = f"cut {cut} {time.monotonic()}"
    case = Case(NEW_CASE.complaint, NEW_CASE.context, ref, NEW_CASE.options)
    with CuttingProxy(site.url, cut, cut) as proxy:
        result = connect(proxy.url, retries=quick()).draft(case)
        assert proxy.cut == 2
    assert result.draft == GOOD
    assert [each.id for each in connect(site.url).drafts(ref=ref)] == [result.id]


def test_feedback_is_given_once(site: Site, connect: Connect) -> None:
    """Also where its answer was lost."""
    draft_id = site.draft()
    with CuttingProxy(site.url, "answered") as proxy:
        stored = connect(proxy.url, retries=quick()).feedback(draft_id, Feedback(outcome="sent"))
    assert stored.number == 1


def test_come_again_later(site: Site, connect: Connect) -> None:
    """503 with Retry-After is waited for as long as it says, with the same key."""
    busy = says_json(BUSY, 503, retry_after="1")
    with FakeEndpoint(busy, answer(site)) as endpoint:
        began = time.monotonic()
        assert connect(endpoint.url, retries=quick()).draft(NEW_CASE).draft == GOOD
        assert 1 <= time.monotonic() - began < 5
    assert len(sent(endpoint)) == 2
    assert len(set(sent(endpoint))) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass(status: int, site: Site, connect: Connect) -> None:
    """Whoever answered it."""
    with FakeEndpoint(html(status), answer(site)) as endpoint:
        assert connect(endpoint.url, retries=quick()).draft(NEW_CASE).draft == GOOD
    assert endpoint.calls == 2


@pytest.mark.parametrize(
    "reply",
    [
        html(400),
        html(404),
        html(501),
        says_json(BUSY | {"type": "urn:amends:problem:model-failed"}, 502),
        says_json(BUSY | {"type": "urn:amends:problem:deadline-passed"}, 504),
        says_json(BUSY | {"type": "urn:amends:problem:configuration"}, 500),
        Reply(307, {"location": "https://elsewhere.example.com/"}),
    ],
)
def test_what_does_not_pass(reply: Reply, connect: Connect) -> None:
    """It is told at once, and sent nowhere else."""
    with FakeEndpoint(reply) as endpoint, pytest.raises(ProblemAnswered) as caught:
        connect(endpoint.url, "amends_secret", retries=quick()).draft(NEW_CASE)
    assert (endpoint.calls, caught.value.status) == (1, reply.status)


def test_each_call_has_a_key_of_its_own(site: Site, connect: Connect) -> None:
    """Two equal cases are two drafts, unless the caller says otherwise."""
    with FakeEndpoint(answer(site)) as endpoint:
        amends = connect(endpoint.url)
        amends.draft(NEW_CASE)
        amends.draft(NEW_CASE)
        amends.draft(NEW_CASE, idempotency_key="mine")
    assert len(set(sent(endpoint))) == 3
    assert sent(endpoint)[2] == "mine"


@pytest.mark.parametrize("behaviour", [hangs_up, cuts_off, NO_GZIP, says_json(BUSY, 503)])
def test_tries_end(behaviour: Any, connect: Connect) -> None:
    """After as many as were wanted, with the last fault."""
    with FakeEndpoint(behaviour) as endpoint, pytest.raises((NoAnswer, Unavailable), match="3 times") as caught:
        connect(endpoint.url, retries=quick(tries=3)).draft(NEW_CASE)
    assert endpoint.calls == 3
    assert isinstance(caught.value, NoAnswer | Unavailable)
    assert caught.value.tried == 3


def test_nobody_is_there(connect: Connect) -> None:
    """The error names the address."""
    with pytest.raises(NoAnswer, match=r"http://127\.0\.0\.1:\d+/.*sent 2 times"):
        connect(refusing_url(), retries=quick(tries=2)).read("x")


def test_a_wrong_certificate(connect: Connect) -> None:
    """It is told once, and nothing was sent; who trusts it says so."""
    with Receiver(secure=True) as receiver:
        url = f"https://127.0.0.1:{receiver.port}"
        with pytest.raises(NoAnswer, match="certificate verify failed") as caught:
            connect(url, "amends_secret").draft(NEW_CASE)
        trusted = connect(url, verify=trusting(), retries=quick(tries=1))
        with pytest.raises(NoAnswer, match=r"(Hostname|IP address) mismatch"):
            trusted.draft(NEW_CASE)
        assert receiver.received == []
    assert caught.value.tried == 1


@pytest.mark.parametrize(
    "error",
    [
        TooManyRequests(Problem("about:blank", "Slowly", 429, "Later.", errors=[FieldFault("a", "b")]), 2.0, 3),
        NoAnswer("http://127.0.0.1/", "refused", 4),
        NotFinished("0f6c", 5),
        DraftCancelled("0f6c"),
        UnexpectedAnswer("what"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_in_another_process(error: AmendsError) -> None:
    """It is the same there."""
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda case: pickle.loads(pickle.dumps(case))])
def test_a_case_in_another_process(copied: Callable[[Case], Case]) -> None:
    """What was left out still is."""
    case = Case(Complaint("Broken.", "email"), Context("Harbourline Home", Agent("Maya Lindqvist")))
    assert json.dumps(copied(case).to_dict()) == json.dumps(case.to_dict())


@pytest.mark.parametrize("behaviour", [hangs, says_json(BUSY, 503), says_json(BUSY, 503, retry_after="3600")])
def test_the_deadline_ends_it(behaviour: Any, connect: Connect) -> None:
    """Whether nothing comes, or errors without end, or one that says to come in an hour."""
    patience = quick(tries=1_000, deadline_s=0.6)
    began = time.monotonic()
    with FakeEndpoint(behaviour) as endpoint, pytest.raises((NoAnswer, Unavailable)) as caught:
        connect(endpoint.url, retries=patience).draft(NEW_CASE)
    assert time.monotonic() - began < 3
    if isinstance(caught.value, Unavailable) and caught.value.retry_after:
        assert (caught.value.retry_after, endpoint.calls) == (3600, 1)


@pytest.mark.parametrize("reply", [html(200), says_json([]), says_json({"id": 5}), Reply(200, {}, b"\xff"), Reply(204)])
def test_something_else_is_there(reply: Reply, connect: Connect) -> None:
    """200 alone does not make it Amends."""
    with FakeEndpoint(reply) as endpoint, pytest.raises(UnexpectedAnswer, match="address of Amends"):
        connect(endpoint.url).draft(NEW_CASE)


def test_a_later_version(site: Site, connect: Connect) -> None:
    """Fields that the contract has later are passed over."""
    result = site.ask("GET", f"/v1/drafts/{site.draft()}")
    newer = result | {"confidence": 1, "usage": result["usage"] | {"cached": 2}}
    with FakeEndpoint(says_json(newer)) as endpoint:
        assert connect(endpoint.url).draft(NEW_CASE).draft == GOOD


@pytest.mark.parametrize(
    "url",
    ["", "amends.example.com", "ftp://amends.example.com", "http://", "http://a?b", "http://a\n", "http://[::zz]"],
)
def test_no_url(url: str) -> None:
    """It is said before anything is sent."""
    with pytest.raises(ValueError, match="URL"):
        Amends(url)


@pytest.mark.parametrize(
    ("url", "desk_url"),
    [("https://crm:secret@amends.example.com", None), ("http://127.0.0.1:8000", "https://:secret@amends.example.com")],
)
def test_a_password_in_a_url(url: str, desk_url: str | None) -> None:
    """It is refused, and not said."""
    with pytest.raises(ValueError, match="no password") as caught:
        Amends(url, desk_url=desk_url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["amends_é", "amends_1\namends_2"])
def test_no_key(key: str) -> None:
    """It is said, and the key is not."""
    with pytest.raises(ValueError, match="access key") as caught:
        Amends("http://127.0.0.1:8000", key)
    assert key not in str(caught.value)


def test_a_cut_while_waiting(site: Site, connect: Connect) -> None:
    """The draft is waited for through lost connections, too."""
    ticket = connect(site.url).submit(NEW_CASE)
    with CuttingProxy(site.url, "answered", "half answered") as proxy:
        assert connect(proxy.url, retries=quick()).wait(ticket.id).draft == GOOD
        assert proxy.cut == 2
