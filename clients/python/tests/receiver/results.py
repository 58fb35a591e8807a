"""What Amends may answer, to write notes of."""

from __future__ import annotations

from typing import Any

from amends_client.models import Result


def verdict(check: str, *, passed: bool, **more: Any) -> dict[str, Any]:
    """What a check decided."""
    known = {"check": check, "passed": passed, "blocking": True, "decided_by": "rule", "findings": []}
    return known | dict.fromkeys(("level", "limit", "score", "advice", "skipped", "error")) | more


def result(**changes: Any) -> Result:
    """A draft that passed."""
    answer = {
        "id": "d-1",
        "ref": "ticket-7",
        "status": "ready",
        "draft": "Dear *Dana*,\n\nI am sorry.",
        "verdicts": [verdict("apology", passed=True), verdict("remedies", passed=True, skipped="no remedies")],
        "situation": "other",
        "unverified_constraints": [],
        "history_omitted": 0,
        "model": "m",
        "endpoint": "e",
        "prompt": {"name": "p", "hash": "h"},
        "policy": "default",
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
        "timings_ms": {"total": 1, "model": 1, "checks": 1},
    }
    return Result.from_dict(answer | changes)
