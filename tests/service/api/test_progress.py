"""The progress of a draft as server-sent events."""

from __future__ import annotations

import asyncio
import gc
import json

import httpx2
import pytest
from fastapi import Request
from structlog.testing import capture_logs

from service.api.progress import ProgressStreams
from service.errors import EndpointFailed, InvalidField
from service.idempotency import Answer
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted, Listener, Progress
from service.schemas import Result
from tests.service.api.calling import CASE, call, make_app
from tests.service.parts import VERDICT, MemoryDrafts, make_case, make_result

WATCHED = {"accept": "text/event-stream"}
TOLD: tuple[Progress, ...] = (
    AttemptStarted(attempt=1),
    AttemptFailed(attempt=1, reason="AnswerUnusable", kind="unusable"),
    AttemptStarted(attempt=2),
    AttemptChecked(attempt=2, passed=True, verdicts=(VERDICT,)),
)


def events_in(answer: httpx2.Response) -> list[tuple[str, dict[str, object]]]:
    """Names and data of the events; comments are nothing."""
    found = []
    for block in answer.text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_the_events_tell_the_way_of_a_draft() -> None:
    """Every attempt as it begins and ends, and the result at last, the same that is stored."""
    drafts = MemoryDrafts()
    answer = call(make_app(told=TOLD, drafts=drafts), "POST", "/v1/drafts", CASE, WATCHED)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    events = events_in(answer)
    assert [name for name, _ in events] == ["attempt", "fault", "attempt", "verdicts", "result"]
    assert events[1][1] == {"attempt": 1, "reason": "AnswerUnusable", "kind": "unusable"}
    assert events[3][1]["passed"] is True
    ((_, stored, _, _),) = drafts.kept.values()
    assert Result.model_validate_json(json.dumps(events[-1][1])) == stored


def test_no_text_comes_before_the_result() -> None:
    """What an attempt said is shown in the result alone."""
    answer = call(make_app("A text.", told=TOLD), "POST", "/v1/drafts", CASE, WATCHED)
    before, _, result = answer.text.partition("event: result")
    assert "A text." not in before
    assert "A text." in result


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, application/json;q=0.9"])
def test_others_get_one_answer(accept: str) -> None:
    """Events come only where they are asked for."""
    answer = call(make_app(told=TOLD), "POST", "/v1/drafts", CASE, {"accept": accept})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("accept", ["TEXT/EVENT-STREAM", "application/json, text/event-stream;q=0.5"])
def test_the_header_is_read_as_http_has_it(accept: str) -> None:
    """Case, weights and further kinds do not matter."""
    answer = call(make_app(told=TOLD), "POST", "/v1/drafts", CASE, {"accept": accept})
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_a_fault_before_any_event_is_a_plain_problem() -> None:
    """What is wrong with the request itself is told by the status, as ever."""
    fault = InvalidField("there is no such policy", "options.policy")
    answer = call(make_app(fault), "POST", "/v1/drafts", CASE, WATCHED)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_fault_after_that_is_an_event() -> None:
    """The status is sent by then: the last event holds the problem with the draft's id."""
    answer = call(make_app(EndpointFailed("down"), told=TOLD[:2]), "POST", "/v1/drafts", CASE, WATCHED)
    name, problem = events_in(answer)[-1]
    assert (answer.status_code, name, problem["status"]) == (200, "problem", 502)
    assert problem["id"]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_crash_in_the_middle_quotes_nothing() -> None:
    """An unforeseen error is told without its text, which may quote a customer."""
    answer = call(make_app(RuntimeError("secret words"), told=TOLD[:2]), "POST", "/v1/drafts", CASE, WATCHED)
    name, problem = events_in(answer)[-1]
    assert (name, problem["status"]) == ("problem", 500)
    assert "secret words" not in answer.text


def test_a_draft_goes_on_when_nobody_watches() -> None:
    """The one who hung up finds the draft stored."""

    async def run() -> bool:
        go, finished = asyncio.Event(), asyncio.Event()

        async def make(tell: Listener) -> Answer:
            tell(AttemptStarted(attempt=1))
            await go.wait()
            finished.set()
            return Answer(200, make_result("id-1", make_case()).to_json())

        response = await ProgressStreams().answer(make, Request({"type": "http"}))
        stream = aiter(response.body_iterator)  # type: ignore[attr-defined]  # a streaming response, as it is declared
        await anext(stream)
        await stream.aclose()
        go.set()
        async with asyncio.timeout(5):
            await finished.wait()
        return finished.is_set()

    assert asyncio.run(run())


def test_a_crash_that_nobody_watches_quotes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody takes its exception, which asyncio would then log with its text."""

    async def run() -> None:
        go = asyncio.Event()

        async def make(tell: Listener) -> Answer:
            tell(AttemptStarted(attempt=1))
            await go.wait()
            raise RuntimeError("secret words")

        response = await ProgressStreams().answer(make, Request({"type": "http"}))
        stream = aiter(response.body_iterator)  # type: ignore[attr-defined]  # a streaming response, as it is declared
        await anext(stream)
        await stream.aclose()
        go.set()
        await asyncio.sleep(0.01)
        gc.collect()

    with capture_logs() as logged:
        asyncio.run(run())
    assert "secret words" not in caplog.text
    assert [each["event"] for each in logged] == ["http.crashed"]
    assert "secret words" not in str(logged)


def test_a_quiet_connection_is_kept_alive() -> None:
    """Between two events far apart there are comments."""

    async def run() -> list[str]:
        async def make(tell: Listener) -> Answer:
            tell(AttemptStarted(attempt=1))
            await asyncio.sleep(0.2)
            return Answer(200, make_result("id-1", make_case()).to_json())

        response = await ProgressStreams(quiet_s=0.05).answer(make, Request({"type": "http"}))
        return [chunk.decode() async for chunk in response.body_iterator]  # type: ignore[attr-defined]  # likewise

    chunks = asyncio.run(run())
    assert chunks[0].startswith("event: attempt")
    assert ": ping\n\n" in chunks
    assert chunks[-1].startswith("event: result")
