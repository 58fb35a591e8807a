"""POST of checks."""

from __future__ import annotations

import pytest

from service.schemas import CheckResult
from tests.service.api.calling import CASE, DRAFT, call, make_app


def test_a_draft_is_answered_with_its_verdicts() -> None:
    """Every check answers, and the caller's id is echoed."""
    answer = call(make_app(), "POST", "/v1/checks", DRAFT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    result = CheckResult.model_validate_json(answer.content)
    assert (result.id, result.passed, len(result.verdicts)) == ("c-1", True, 3)


def test_a_draft_that_fails_is_a_result() -> None:
    """A failed check is data: the status stays 200."""
    answer = call(make_app(), "POST", "/v1/checks", DRAFT | {"draft": ""})
    assert (answer.status_code, answer.json()["passed"]) == (200, False)


def test_findings_count_code_points() -> None:
    """Offsets are those of characters, also behind an emoji."""
    body = call(make_app(), "POST", "/v1/checks", DRAFT | {"draft": "😀 sorry"}).json()
    (found,) = body["verdicts"][0]["findings"]
    assert (found["start"], found["end"], found["excerpt"]) == (2, 7, "sorry")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"policy": "none"}, "policy"),
        ({"draft": None}, "draft"),
        ({"draft": "x" * 20_001}, "draft"),
        ({"complaint": CASE["complaint"], "context": {"brand": "x"}}, "context.agent"),
        ({"options": {}}, "options"),
    ],
)
def test_a_fault_names_its_field(change: dict[str, object], field: str) -> None:
    """The problem lists what is wrong by its path."""
    answer = call(make_app(), "POST", "/v1/checks", DRAFT | change)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
