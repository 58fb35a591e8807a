"""What valid data may be refused for: the listed reasons, at the listed operations, and no others."""

from __future__ import annotations

import pytest

from service.api.problems import KINDS
from tests.fuzz.excuses import EXCUSES, excuses_of
from tests.service.api.test_contract import operations

POLICY = ("options.policy", "there is no such policy; known are default")
SITUATION = ("options.situation", "there is no such situation; known are general")


def problem(kind: str, *faults: tuple[str, str]) -> dict[str, object]:
    """A problem as it is answered."""
    listed = [{"field": field, "message": message} for field, message in faults]
    return {"type": f"urn:amends:problem:{kind}", "errors": listed}


@pytest.mark.parametrize(
    ("operation", "answer", "count"),
    [
        ("POST /v1/drafts", problem("invalid-field", POLICY), 1),
        ("POST /v1/drafts", problem("invalid-field", POLICY, SITUATION), 2),
        ("POST /v1/drafts", problem("invalid-field", POLICY, ("complaint.text", "must not be blank")), 0),
        ("POST /v1/drafts", problem("invalid-field", ("options.policy", "input should be a valid string")), 0),
        ("POST /v1/checks", problem("invalid-field", POLICY), 0),
        ("POST /v1/drafts", problem("idempotency-key-reused"), 1),
        ("GET /v1/audit", problem("idempotency-key-reused"), 0),
        ("POST /v1/drafts", problem("not-json"), 0),
        ("POST /v1/batches", problem("not-json-lines"), 1),
        ("POST /v1/checks", problem("not-json-lines"), 0),
        ("POST /v1/drafts", {}, 0),
    ],
)
def test_refusals(operation: str, answer: dict[str, object], count: int) -> None:
    """Each fault needs an excuse of its own; one without any leaves none."""
    assert len(excuses_of(operation, answer)) == count


def test_every_excuse_is_for_something() -> None:
    """It names a problem and operations that there are."""
    names = [name for name, _ in operations()]
    for excuse in EXCUSES:
        assert excuse.kind in {kind.name for kind in KINDS.values()}
        assert all(any(name.startswith(each) for name in names) for each in excuse.operations), excuse
