"""Which answers of Amends are final, and which are worth another try."""

from __future__ import annotations

import asyncio

import pytest

from amends_client import AmendsError, NoAnswer
from amends_client.errors import kind_of
from amends_client.models import Problem
from amends_django_helpdesk.errors import Refused, TryLater
from amends_django_helpdesk.handling import asked


def problem(status: int, name: str = "validation", *fields: str) -> AmendsError:
    """An error that was answered."""
    body = {
        "type": f"urn:amends:problem:{name}",
        "title": "It cannot be",
        "status": status,
        "detail": "It has the words of the customer.",
        "errors": [{"field": each, "message": "is wrong"} for each in fields],
    }
    return kind_of(status)(Problem.from_dict(body))


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (problem(422, "validation", "complaint.text"), Refused, "It cannot be (complaint.text)"),
        (problem(422, "validation", "text"), Refused, "It cannot be (text)"),
        (problem(413, "too-large"), Refused, "It cannot be"),
        (problem(404, "draft-not-found"), Refused, "It cannot be"),
        (problem(410, "draft-deleted"), Refused, "It cannot be"),
        (problem(422, "validation", "options.policy"), TryLater, "Amends answered 422: It cannot be (options.policy)"),
        (problem(404, "not-found"), TryLater, "Amends answered 404: It cannot be"),
        (problem(401, "access-key-wrong"), TryLater, "Amends answered 401: It cannot be"),
        (problem(503, "busy"), TryLater, "Amends answered 503: It cannot be"),
        (NoAnswer(OSError("refused"), "http://127.0.0.1:1/", 2), TryLater, "No answer from http://127.0.0.1:1/"),
    ],
)
def test_errors(error: AmendsError, kind: type[Exception], said: str) -> None:
    """What is wrong with a text stays so; what is wrong with settings or a machine can be mended."""

    async def fails() -> None:
        raise error

    with pytest.raises(kind) as caught:
        asyncio.run(asked(fails()))
    assert str(caught.value).startswith(said)
    assert "words of the customer" not in str(caught.value)
