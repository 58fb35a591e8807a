"""Cases, outcomes and recordings, made for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from evals.arms import Arm
from evals.case import EvalCase, load_case
from evals.outcomes import CaseOutcome, Replayed, outcome
from evals.replay import Bench, make_bench, record
from guardrails.types import Verdict
from service.embedded.server import Address
from service.schemas import Attempt, PromptVersion, Result, Status, Timings, Usage
from tests.fake_endpoint import FakeEndpoint

MODEL = "fake-model"
KEY = "sk-never-to-be-written-down"
ARM = Arm(f"model={MODEL}", model=MODEL)
CASE = """\
id: kettle
origin: invented for a test
situation: broken_or_undelivered
kinds: [ordinary, several_remedies]
complaint:
  channel: email
  customer_name: Dana Okafor
  text: |
    My new kettle came this morning and the lid is cracked right across. It was for my mother's birthday on Sunday.
context:
  brand: Harbourline Home
  agent: {name: Maya Lindqvist, role: Customer Care}
  now: 2025-10-21T10:15:00+01:00
  facts: ["Order HL-20418, one Tern kettle at £42.50, was delivered on Tuesday 21 October 2025."]
  remedies:
    - {id: replacement, text: "a new Tern kettle, delivered free of charge on Thursday 23 October"}
    - {id: refund, text: "a refund of £42.50 to the card that was used, within 3 working days"}
  follow_up: {person: Priya Nair, team: Order Care, channel: 020 7946 0142, by: Wednesday 22 October at noon}
must_mention: [kettle, refund]
must_not_promise: [a voucher for]
"""
POOR = "Thanks for reaching out about your experience."
GOOD = """\
Dear Dana,

We are sorry that your new Tern kettle arrived with its lid cracked right across, and just before your mother's \
birthday on Sunday.

You can choose: we send you a new Tern kettle, delivered free of charge on Thursday 23 October, or we make a refund \
of £42.50 to the card that was used, within 3 working days. Which of the two would you like?

Priya Nair of Order Care will call you by Wednesday 22 October at noon to hear which you prefer; you can also reach \
her on 020 7946 0142.

Kind regards
Maya Lindqvist
Customer Care, Harbourline Home"""


def write_case(folder: Path, case_id: str = "kettle", text: str = CASE) -> EvalCase:
    """A case in a file of its own, loaded from there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case_id}.yaml"
    path.write_text(text.replace("id: kettle\n", f"id: {case_id}\n"), encoding="utf-8")
    return load_case(path)


def make_case(case_id: str = "a", **changes: object) -> EvalCase:
    """A case with some of its fields as JSON has them; a complaint about a broken kettle, unless told otherwise."""
    fields: dict[str, object] = {
        "id": case_id,
        "origin": "invented",
        "situation": "general",
        "kinds": ["ordinary"],
        "complaint": {"channel": "email", "text": "It broke."},
        "context": {"brand": "B", "agent": {"name": "Maya"}, "now": "2025-10-21T10:15:00+01:00"},
    }
    return EvalCase.model_validate(fields | changes, strict=False)


def make_outcome(
    case: EvalCase,
    *verdicts: Verdict,
    draft: str | None = "We are sorry.",
    status: Status = "ready",
    escalate: str | None = None,
    attempts: Sequence[str] | None = None,
    tokens: tuple[int, int] = (10, 5),
    model_ms: float | None = None,
) -> CaseOutcome:
    """What came of a case; only a ready draft is returned, and without other attempts it is the only one."""
    texts = attempts if attempts is not None else [draft] if draft is not None else []
    result = Result(
        id=case.id,
        ref=case.id,
        status=status,
        draft=draft if status == "ready" else None,
        verdicts=verdicts,
        escalate=escalate,
        situation=case.situation,
        unverified_constraints=(),
        history_omitted=0,
        model=MODEL,
        endpoint="recorded",
        prompt=PromptVersion(name="reply/general", hash="abc"),
        policy="default",
        usage=Usage(prompt_tokens=tokens[0], completion_tokens=tokens[1]),
        timings_ms=Timings(total=0, model=0, checks=0),
    )
    tried = tuple(Attempt(draft=text, verdicts=verdicts, endpoint="recorded") for text in texts)
    return outcome(Replayed(case, result, tried, draft, "[user]\nWrite a reply.", model_ms))


def address_of(endpoint: FakeEndpoint, key: str = KEY) -> Address:
    """Where the fake endpoint answers, with a key that must not get anywhere."""
    return Address(endpoint.url, SecretStr(key), MODEL)


def recorded(
    case: EvalCase, cassettes: Path, endpoint: FakeEndpoint, bench: Bench | None = None, *, drop_unused: bool = False
) -> Replayed:
    """Record a case in this very process."""
    used = bench or make_bench(ARM)
    return asyncio.run(record(case, used, cassettes, address_of(endpoint), drop_unused=drop_unused)).replayed
