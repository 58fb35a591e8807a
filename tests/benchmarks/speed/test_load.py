"""The load: different cases, and no answer that is none."""

from __future__ import annotations

import itertools
import json

import pytest

from benchmarks.speed.load import draft_in, requests
from service.schemas import Case

URL = "http://127.0.0.1:8000/v1/drafts"


def test_every_case_is_another_one() -> None:
    """Cases of one seed differ, and so do those of two."""
    seen = {request for seed in (1, 2) for request in itertools.islice(requests("case", URL, seed), 500)}
    assert len(seen) == 1000


def test_a_case_is_one_of_amends() -> None:
    """The service takes it, and its draft is returned whatever the checks say."""
    head, _, body = next(requests("case", URL, 1)).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    case = Case.model_validate_json(body)
    assert case.options is not None
    assert case.options.delivery == "flagged"


def test_a_draft_is_found_in_each_form() -> None:
    """The text of Amends' answer, and of a chat completion."""
    assert draft_in("case", json.dumps({"draft": "Sorry.", "verdicts": [{"error": None}]}).encode()) == "Sorry."
    assert draft_in("chat", json.dumps({"choices": [{"message": {"content": "Sorry."}}]}).encode()) == "Sorry."


@pytest.mark.parametrize(
    "answer",
    [
        {"draft": None, "verdicts": []},
        {"draft": "Sorry.", "verdicts": [{"error": "The check 'tone' took longer than 5 s"}]},
        {"type": "about:blank", "status": 503},
    ],
)
def test_no_draft_and_a_broken_check_are_errors(answer: object) -> None:
    """An answer without a text, and one of which a check broke, does not count as a request."""
    with pytest.raises((ValueError, LookupError)):
        draft_in("case", json.dumps(answer).encode())
