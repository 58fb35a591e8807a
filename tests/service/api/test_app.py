"""The application as a whole: its documentation, and that nothing of a customer stands in its logs."""

from __future__ import annotations

import json
import re

import pytest

from service.api.app import Resources, create_app
from service.api.passes import DeskParts
from service.checking import DraftChecker
from service.drafting import Budget, ReplyDrafter
from service.errors import AnswerUnusable, EndpointFailed, ModelError, StoreError
from service.intake import Intake
from service.logs import configure_logs
from service.writing import ModelWriter
from tests.fakes import QueueModel
from tests.service.admitted import admitting_all
from tests.service.api.calling import ANY, CASE, DRAFT, call, make_app, make_batches, uncounted, unkeyed
from tests.service.erased import GivenTrail, make_eraser
from tests.service.listed import MemoryListing
from tests.service.parts import NOW, MemoryDrafts, PlainPrompts, make_accepting, make_checks, no_escalation
from tests.service.passing import MemoryPasses
from tests.service.webhooks.memory import memory_webhooks

FOREIGN = re.compile(r"""(?:https?:)?//[^\s"'<>]+""")
SECRET = "Zyxwv-4929"
CONTACT = "dana@example.com"


def test_the_documentation_works_offline() -> None:
    """The page names no other host, and everything that it loads comes from here."""
    app = make_app()
    page = call(app, "GET", "/docs")
    assert page.status_code == 200
    assert FOREIGN.findall(page.text) == []
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert len(loaded) >= 3
    for path in (*loaded, "/openapi.json"):
        assert call(app, "GET", path).status_code == 200, path


def test_there_is_one_documentation() -> None:
    """The second form of it that FastAPI has is not served."""
    assert call(make_app(), "GET", "/redoc").status_code == 404


# A case in which every text that a customer or an agent wrote holds a word that must not be logged.
CONFIDENTIAL = {
    "id": f"ticket {SECRET}",
    "complaint": {
        "text": f"My kettle broke, says {SECRET}. Write to {CONTACT}.",
        "channel": "email",
        "customer_name": SECRET,
    },
    "context": {
        "brand": f"Harbourline {SECRET}",
        "agent": {"name": SECRET},
        "facts": [SECRET],
        "remedies": [{"id": "r1", "text": SECRET}],
        "history": [{"from": "customer", "text": SECRET}],
        "follow_up": {"person": SECRET, "channel": CONTACT},
        "customer_ref": SECRET,
    },
    "options": {"instruction": SECRET, "tone": SECRET},
}
POOR, GOOD = f"Hello {SECRET}.", f"We are sorry, {SECRET}. A short note: a refund."


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize(
    ("answers", "fault", "status"),
    [
        ((POOR, GOOD), None, 200),
        ((POOR, POOR, POOR), None, 200),
        ((AnswerUnusable("no text"), GOOD), None, 200),
        ((EndpointFailed("it is down"),), None, 502),
        ((GOOD,), StoreError("it is full"), 503),
        ((GOOD,), RuntimeError(f"crashed on {SECRET} of {CONTACT}"), 500),
    ],
    ids=["ready", "needs_review", "unusable", "endpoint", "store", "crash"],
)
def test_logs_hold_nothing_of_a_customer(
    capsys: pytest.CaptureFixture[str],
    answers: tuple[str | ModelError, ...],
    fault: Exception | None,
    status: int,
) -> None:
    """A whole request leaves JSON lines with its id, and no word of complaint, draft or contact."""
    configure_logs("debug")
    prompts = PlainPrompts()
    writer = ModelWriter(QueueModel(*answers), prompts, max_tokens=100)
    drafter = ReplyDrafter(writer, prompts, no_escalation, make_checks(), Budget(30, 3))
    intake = Intake(drafter, MemoryDrafts(fault), lambda: NOW, 4)
    checker = DraftChecker(make_checks(), lambda: NOW)
    app = create_app(
        Resources(
            admitting=admitting_all(),
            hosts=ANY,
            intake=intake,
            accepting=make_accepting(),
            desk=DeskParts(MemoryPasses(), lambda: NOW),
            listing=MemoryListing(MemoryDrafts()),
            batches=make_batches(),
            checker=checker,
            once=unkeyed(),
            eraser=make_eraser(),
            trail=GivenTrail(),
            webhooks=memory_webhooks(),
            figures=uncounted(),
            ready=_ready,
        )
    )
    headers = {"X-Request-ID": "r-1"}
    assert call(app, "POST", "/v1/drafts", CONFIDENTIAL, headers).status_code == status
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    events = [line["event"] for line in lines if line["event"] != "library.log"]
    assert events[-1] == "http.request" or events[-1] == "http.crashed"
    assert "draft.checked" in events
    assert all(line["request_id"] == "r-1" for line in lines)
    assert SECRET not in json.dumps(lines)
    assert CONTACT not in json.dumps(lines)


async def _ready() -> None:
    """All is well."""


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize(
    "body",
    [
        DRAFT | {"draft": SECRET},
        DRAFT | {SECRET: 1},
        DRAFT | {"policy": SECRET},
        DRAFT | {"complaint": {"text": SECRET, "channel": SECRET}},
        b'{"draft": "' + SECRET.encode(),
    ],
    ids=range(5),
)
def test_a_check_leaves_one_line(capsys: pytest.CaptureFixture[str], body: object) -> None:
    """A request is logged with its route, status and time, also when it is refused, and with no more."""
    configure_logs("debug")
    answer = call(make_app(), "POST", "/v1/checks?q=" + SECRET, body)
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["method"], line["route"], line["status"]) == (
        "http.request",
        "POST",
        "/v1/checks",
        answer.status_code,
    )
    assert line["ms"] >= 0
    assert SECRET not in json.dumps(line)


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize(
    ("path", "route"),
    [(f"/v1/drafts/{SECRET}", "/v1/drafts/{draft_id}"), (f"/{SECRET}", "unknown"), ("/healthz", "/healthz")],
)
def test_a_path_is_logged_as_its_pattern(capsys: pytest.CaptureFixture[str], path: str, route: str) -> None:
    """A path may hold anything."""
    configure_logs("info")
    call(make_app(), "GET", path)
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert line["route"] == route


@pytest.mark.usefixtures("restored_logging")
def test_a_crash_is_logged_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """The kind of exception and where it was raised help to find it; the request counts as failed."""
    configure_logs("info")
    call(make_app(RuntimeError(SECRET)), "POST", "/v1/drafts", CASE)
    lines = {line["event"]: line for line in map(json.loads, capsys.readouterr().err.splitlines())}
    assert lines["http.request"]["status"] == 500
    assert lines["http.crashed"]["error"] == "RuntimeError"
    assert str(lines["http.crashed"]["at"]).startswith("parts.py:")
