"""Clients of httpx that send a request again where that may help, and each POST with one idempotency key."""

from __future__ import annotations

import time
import uuid
from typing import Any, TypeGuard

import anyio
import httpx

from amends_client.answers import problem_of
from amends_client.errors import AmendsError, NoAnswer, kind_of
from amends_client.retries import Course, Outcome, Retries, retry_after

KEY = "Idempotency-Key"


class PatientClient(httpx.Client):
    """Sends again as `retries` has it, and raises every error that was answered."""

    def __init__(self, retries: Retries, **options: Any) -> None:
        super().__init__(**options)
        self._retries = retries

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request as often as it takes.

        Raises:
            ProblemAnswered: the last answer was an error.
            NoAnswer: there was none.
        """
        course = began(request, self._retries)
        request.read()  # a file, too, can be sent twice
        while True:
            limit(request, course)
            outcome: Outcome
            try:
                outcome = super().send(request, **options)
            except httpx.RequestError as fault:
                outcome = fault
            if welcome(outcome):
                return outcome
            if isinstance(outcome, httpx.Response):
                outcome.read()
            if (pause := course.pause(outcome)) is None:
                raise error_of(outcome, request, course.tried) from fault_of(outcome)
            time.sleep(pause)


class PatientAsyncClient(httpx.AsyncClient):
    """As PatientClient."""

    def __init__(self, retries: Retries, **options: Any) -> None:
        super().__init__(**options)
        self._retries = retries

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request as often as it takes.

        Raises:
            ProblemAnswered: the last answer was an error.
            NoAnswer: there was none.
        """
        course = began(request, self._retries)
        await read(request)
        while True:
            limit(request, course)
            outcome: Outcome
            try:
                outcome = await super().send(request, **options)
            except httpx.RequestError as fault:
                outcome = fault
            if welcome(outcome):
                return outcome
            if isinstance(outcome, httpx.Response):
                await outcome.aread()
            if (pause := course.pause(outcome)) is None:
                raise error_of(outcome, request, course.tried) from fault_of(outcome)
            await anyio.sleep(pause)


def began(request: httpx.Request, retries: Retries) -> Course:
    """The course of a request, which has its idempotency key from now on."""
    if request.method == "POST":
        request.headers.setdefault(KEY, str(uuid.uuid4()))
    return Course(retries)


async def read(request: httpx.Request) -> None:
    """Have the body in memory, so that it can be sent twice; a file is read as the synchronous client does."""
    if isinstance(request.stream, httpx.SyncByteStream):
        request.read()
    else:
        await request.aread()


def limit(request: httpx.Request, course: Course) -> None:
    """Have no try go on for longer than the deadline."""
    request.extensions["timeout"] = course.limits(request.extensions["timeout"])


def welcome(outcome: Outcome) -> TypeGuard[httpx.Response]:
    """Whether it is an answer to go on with; 304 only comes to who asked for it."""
    return isinstance(outcome, httpx.Response) and (
        outcome.is_success or outcome.status_code == httpx.codes.NOT_MODIFIED
    )


def fault_of(outcome: Outcome) -> httpx.RequestError | None:
    """What broke the connection."""
    return outcome if isinstance(outcome, httpx.RequestError) else None


def error_of(outcome: Outcome, request: httpx.Request, tried: int) -> AmendsError:
    """What is raised about the last outcome."""
    if isinstance(outcome, httpx.RequestError):
        where = request.url.copy_with(path="/", query=None)
        return NoAnswer(str(where), str(outcome) or type(outcome).__name__, tried)
    return kind_of(outcome.status_code)(problem_of(outcome), retry_after(outcome), tried)
