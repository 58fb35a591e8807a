"""Outcomes of cases, for tests of reports."""

from __future__ import annotations

import json
from collections.abc import Mapping

from evals.case import EvalCase
from evals.compare import Comparison, compare
from evals.outcomes import CaseOutcome, Replayed, outcome
from guardrails.types import Verdict, VerdictFinding
from service.schemas import Attempt, Result
from tests.evals.labelled_drafts import make_finding

DRAFT = "I am sorry that the kettle broke. We will refund it."
ADVICE = "Leave the cause out."
Passes = Mapping[str, bool]


def make_case(id: str = "kettle", **changes: object) -> EvalCase:  # noqa: A002 - the field's name
    """A case, as it would be read from a file."""
    case = {
        "id": id,
        "origin": "invented",
        "situation": "general",
        "kinds": ["ordinary"],
        "complaint": {"text": "My kettle broke.", "channel": "email"},
        "context": {"brand": "Harbour", "agent": {"name": "Maya"}, "now": "2025-10-21T10:15:00+01:00"},
        "must_mention": ["kettle"],
    }
    return EvalCase.model_validate_json(json.dumps(case | changes))


def make_verdicts(passes: Passes, draft: str = DRAFT, text: str = "") -> tuple[Verdict, ...]:
    """A verdict of each check; each points at the draft's words from the third to the ninth character."""
    return tuple(
        Verdict(
            check=check,
            passed=passed,
            blocking=check != "length",
            level=None,
            limit=None,
            findings=(make_finding(draft, draft[2:9], text or f"{check} says so."),) if len(draft) > 9 else (),
            advice=None if passed else text or ADVICE,
        )
        for check, passed in passes.items()
    )


def make_outcome(
    case: EvalCase | None = None,
    passes: Passes | None = None,
    draft: str | None = DRAFT,
    *,
    verdicts: tuple[Verdict, ...] | None = None,
    others: tuple[str, ...] = (),
    escalate: str | None = None,
    prompt: str = "[system]\nBe kind.\n\n[user]\nMy kettle broke.",
    model_ms: float | None = 1500,
) -> CaseOutcome:
    """What came of a case; `ready` where all that blocks passes. `others` are the drafts before the best one."""
    case = case or make_case()
    passes = {"apology": True, "excuses": True} if passes is None else passes
    judged = make_verdicts(passes, draft) if verdicts is None and draft is not None else verdicts or ()
    ready = draft is not None and not escalate and all(each.passed for each in judged if each.blocking)
    status = "failed" if draft is None else "ready" if ready else "needs_review"
    drafts = (*others, draft) if draft is not None else ()
    attempts = tuple(Attempt(draft=each, verdicts=judged, endpoint="embedded") for each in drafts)
    result = Result.model_validate(
        {
            "id": case.id,
            "ref": case.id,
            "status": status,
            "draft": draft if ready else None,
            "verdicts": judged,
            "escalate": escalate,
            "situation": case.situation,
            "unverified_constraints": (),
            "history_omitted": 0,
            "model": "small",
            "endpoint": "embedded",
            "prompt": {"name": "reply/general", "hash": "0123456789abcdef"},
            "policy": "default",
            "usage": {"prompt_tokens": 300, "completion_tokens": 100},
            "timings_ms": {"total": 0.0, "model": 0.0, "checks": 0.0},
        }
    )
    return outcome(Replayed(case, result, attempts, draft, prompt, model_ms))


def make_comparison(
    *marks: tuple[bool, bool], names: tuple[str, str] = ("shipped", "mine"), check: str = "excuses"
) -> Comparison:
    """A case for each pair, in which the first and the second arm pass this check or do not."""
    cases = [make_case(f"case-{index}") for index in range(len(marks))]
    arms = [
        [make_outcome(case, {"apology": True, check: mark[arm]}) for case, mark in zip(cases, marks, strict=True)]
        for arm in (0, 1)
    ]
    return compare(names, *arms)


def finding(start: int, end: int, reason: str = "because") -> VerdictFinding:
    """A finding at this place."""
    return VerdictFinding(start=start, end=end, excerpt="words", reason=reason)
