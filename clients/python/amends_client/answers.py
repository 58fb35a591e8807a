"""Reads what came: a problem as what it is, and whatever is none in the same form."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import httpx

from amends_client.errors import UnexpectedAnswer
from amends_client.generated.models import Problem

T = TypeVar("T")
P = ParamSpec("P")
UNREADABLE = (TypeError, ValueError, AttributeError, KeyError)  # what generated code raises over what it cannot read


def problem_of(response: httpx.Response) -> Problem:
    """The problem of an answer that was read.

    Something that stands before Amends answers in a way of its own: that has the type `about:blank`.
    """
    try:
        problem = Problem.from_dict(response.json())
        if not all(isinstance(each, str) for each in (problem.type_, problem.title, problem.detail)):
            raise TypeError
    except UNREADABLE:
        problem = Problem(
            type_="about:blank",
            title=response.reason_phrase or "Error",
            status=response.status_code,
            detail="It was not Amends that answered, but something before it, or at its address.",
        )
    problem.status = response.status_code
    problem.request_id = problem.request_id or response.headers.get("X-Request-ID")
    return problem


def expect(kind: type[T], function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a generated function answers, if it is of this kind.

    Raises:
        UnexpectedAnswer: it is not.
    """
    try:
        return checked(kind, function(*args, **kwargs))
    except UNREADABLE as error:
        if over_an_answer(error):
            raise unexpected(kind) from error
        raise


async def awaited(kind: type[T], function: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> T:
    """As `expect`, for one to be awaited."""
    try:
        return checked(kind, await function(*args, **kwargs))
    except UNREADABLE as error:
        if over_an_answer(error):
            raise unexpected(kind) from error
        raise


def over_an_answer(error: Exception) -> bool:
    """Whether it was raised over what came, and not over what was to be sent."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_code.co_name == "_parse_response" for frame, _ in frames)  # of the generated code


def checked(kind: type[T], answer: object) -> T:
    """An answer, if it is of this kind."""
    if not isinstance(answer, kind):
        raise unexpected(kind)
    return answer


def unexpected(kind: type[object]) -> UnexpectedAnswer:
    """What is raised where another thing came."""
    return UnexpectedAnswer(
        f"What came is no {kind.__name__} of this contract: is it the address of Amends, and of the client's version?"
    )
