"""Labelled drafts and verdicts on them, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping

from evals.labelled import SCALES, LabelledDraft
from guardrails.types import Verdict, VerdictFinding

LIMITS = {"apology": 2, "excuses": 1, "solution": 2, "follow_up": 2, "acknowledgement": 2, "tone": 1}
HOSTILE = "</div><script>alert('x')</script><img src=x onerror=\"y\"> \x1b[2J\x00 \u202eabc & 😀"


def make_row(labels: Mapping[str, object], **changes: object) -> LabelledDraft:
    """A labelled draft, as it would be read from a line."""
    row = {"id": "r-1", "complaint": "My kettle broke.", "draft": "We are sorry.", "labels": dict(labels)}
    return LabelledDraft.model_validate_json(json.dumps(row | changes))


def make_verdict(
    check: str,
    level: int | None = None,
    *,
    passed: bool | None = None,
    blocking: bool = True,
    score: float | None = None,
    findings: tuple[VerdictFinding, ...] = (),
    skipped: str | None = None,
    error: str | None = None,
) -> Verdict:
    """A verdict by the shipped policy; a level decides it unless the test does."""
    limit = LIMITS.get(check)
    if passed is None:
        assert level is not None
        assert limit is not None
        passed = level >= limit if SCALES[check].passes == "at_least" else level <= limit
    return Verdict(
        check=check,
        passed=passed,
        blocking=blocking,
        level=level,
        limit=limit,
        score=score,
        findings=findings,
        skipped=skipped,
        error=error,
    )


def make_finding(text: str, excerpt: str, reason: str = "It does not say what happened.") -> VerdictFinding:
    """The finding at the first place where `excerpt` stands in `text`."""
    start = text.index(excerpt)
    return VerdictFinding(start=start, end=start + len(excerpt), excerpt=excerpt, reason=reason)
