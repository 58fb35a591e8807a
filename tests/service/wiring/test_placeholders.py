"""Which endpoints are given placeholders, and that nothing of a running service goes around them."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import AnyHttpUrl

from guardrails.runner import Report
from guardrails.types import Scale, Verdict
from service.drafting import Outcome
from service.endpoints import Listed
from service.main import running
from service.model_client import Endpoint
from service.placeholders.model import PlaceholderModel
from service.schemas import Case, CheckInput
from service.settings import Settings
from service.wiring.clock import utc_now
from service.wiring.models import make_judge, make_models, with_placeholders
from tests.fake_endpoint import FakeEndpoint, says

SECRETS = (
    "dana.okafor@example.com",
    "07700 900417",
    "4242 4242 4242 4242",
    "DE89 3704 0044 0532 0130 00",
    "63819204",
    "123-45-6789",
    "Okafor",
    "Lindqvist",
    "Nair",
    "020 7946 0142",
    "earlier@example.org",
    "boss@example.net",
)
CASE = {
    "complaint": {
        "text": "I am Dana Okafor, dana.okafor@example.com or 07700 900417. You charged 4242 4242 4242 4242 and "
        "DE89 3704 0044 0532 0130 00, account number 63819204. SSN 123-45-6789. [EMAIL_1] you wrote?",
        "channel": "email",
        "customer_name": "Dana Okafor",
    },
    "context": {
        "brand": "Harbourline Home",
        "agent": {"name": "Maya Lindqvist"},
        "facts": ["One kettle was sent to 63819204."],
        "follow_up": {"person": "Priya Nair", "channel": "020 7946 0142", "by": "noon"},
        "history": [{"from": "customer", "text": "write to earlier@example.org"}],
    },
    "options": {"delivery": "flagged", "instruction": "Copy boss@example.net in.", "include_attempts": True},
}


def settings_for(url: str, folder: Path, **more: object) -> Settings:
    """A service over one endpoint."""
    database = f"sqlite+aiosqlite:///{folder / 'a.db'}"
    return Settings.model_validate(
        {"model_url": AnyHttpUrl(url), "model_name": "m", "database_url": database, "placeholders": "all", **more}
    )


def drafted(settings: Settings, tenant: str = "default") -> Outcome:
    """What becomes of the case."""

    async def draft() -> Outcome:
        async with running(settings) as parts:
            return await parts.drafter.draft(
                "id-1", Case.model_validate_json(json.dumps(CASE)), utc_now(), tenant=tenant
            )

    return asyncio.run(draft())


def test_no_secret_reaches_the_endpoint_in_any_round(tmp_path: Path) -> None:
    """Neither in the first prompt nor in the revisions, which hold the draft and quote it."""
    answer = "Dear [name_5] [NAME 6], sorry. We call [phone _2] or write to [EMA\nIL_4]. \\[NAME\\_1\\] [NAME_2]"
    with FakeEndpoint(says(answer)) as endpoint:
        outcome = drafted(settings_for(endpoint.url, tmp_path))
        sent = json.dumps([request.body for request in endpoint.requests])
    assert len(endpoint.requests) == 3
    assert [secret for secret in SECRETS if secret in sent] == []
    assert "[EMAIL_1] you wrote?" in sent
    assert outcome.result.draft is not None
    assert "[" not in outcome.result.draft
    assert outcome.result.draft == (
        "Dear Dana Okafor, sorry. We call 07700 900417 or write to dana.okafor@example.com. Maya Lindqvist"
    )
    assert {each.draft for each in outcome.attempts} == {outcome.result.draft}, "what is kept has the values"


def test_an_invented_placeholder_fails_the_attempt(tmp_path: Path) -> None:
    """The next attempt is made; where none is better, the draft fails with the reason."""
    with FakeEndpoint(says("To [EMAIL_9]."), says("I am sorry about the kettle.")) as endpoint:
        outcome = drafted(settings_for(endpoint.url, tmp_path))
    assert outcome.result.draft == "I am sorry about the kettle."
    with FakeEndpoint(says("To [EMAIL_9].")) as endpoint:
        outcome = drafted(settings_for(endpoint.url, tmp_path))
    assert (outcome.result.status, len(endpoint.requests)) == ("failed", 3)
    assert "a placeholder (EMAIL) that stands for nothing" in str(outcome.fault)


@pytest.mark.parametrize(
    "more",
    [
        {"placeholders": "off"},
        {"placeholders": "remote"},
        {"placeholders_off_for": "a, acme"},
        {"placeholders_off_for": "acme", "metrics": True},
    ],
)
def test_what_is_allowed_to_goes_as_it_is(tmp_path: Path, more: dict[str, object]) -> None:
    """Where they are off, to an endpoint on this machine, and for a tenant that does without."""
    with FakeEndpoint(says("Sorry.")) as endpoint:
        drafted(settings_for(endpoint.url, tmp_path, max_attempts=1, **more), "acme")
        sent = json.dumps(endpoint.requests[0].body)
    assert [secret for secret in SECRETS if secret not in sent] == []


def test_the_judge_is_asked_with_placeholders(tmp_path: Path) -> None:
    """Of a draft that comes to be checked, whose customer's name only the case gives; the quote is found again."""
    answer = {"level": 2, "quote": "sorry, [NAME_1]", "reason": "To [EMAIL_2]."}
    verdict = Verdict(check="apology", passed=False, blocking=True, level=1, limit=2, score=0.5)

    async def judged(endpoint: FakeEndpoint) -> Verdict:
        async with AsyncExitStack() as stack, running(settings_for(endpoint.url, tmp_path)) as parts:
            judge = make_judge(settings_for(endpoint.url, tmp_path), (), stack)
            checks = parts.checker._checks
            checks._judge = Forced(judge, Report((verdict,), (), {"apology": Scale(3, "at_least")}))
            given = CheckInput.model_validate_json(
                json.dumps(
                    {**CASE, "draft": "I am so sorry, Dana. dana.okafor@example.com", "options": None} | {}
                ).replace(', "options": null', "")
            )
            return (await parts.checker.check(given)).verdicts[0]

    with FakeEndpoint(says(json.dumps(answer))) as endpoint:
        decided = asyncio.run(judged(endpoint))
        sent = json.dumps(endpoint.requests[0].body)
    assert [secret for secret in SECRETS if secret in sent] == []
    assert (decided.level, decided.findings[0].excerpt) == (2, "sorry, Dana")
    assert decided.findings[0].reason == "To dana.okafor@example.com."


class Forced:
    """A judge that is asked of a verdict whatever the checks say."""

    def __init__(self, judge: object, report: Report) -> None:
        self._judge = judge
        self._report = report

    async def decide(self, report: Report, draft: object, deadline: float = 0) -> Report:
        """What the judge says of the one verdict."""
        del report, deadline
        decide = self._judge.decide  # type: ignore[attr-defined]  # any judge
        return await decide(self._report, draft)  # type: ignore[no-any-return]  # likewise


FAR, NEAR = "https://api.example.com/v1", "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("setting", "url", "entry", "private"),
    [
        ("remote", FAR, None, True),
        ("remote", NEAR, None, False),
        ("all", NEAR, None, True),
        ("off", FAR, None, False),
        ("off", FAR, True, True),
        ("remote", NEAR, True, True),
        ("all", FAR, False, False),
    ],
)
def test_which_endpoints_are_given_placeholders(setting: str, url: str, entry: bool | None, private: bool) -> None:  # noqa: FBT001  # a table's columns
    """Remote ones unless told otherwise, and what the file says of one endpoint counts most; the embedded one never."""
    settings = Settings.model_validate({"placeholders": setting})
    listed = (Listed("far", Endpoint(url, "m"), 5, entry), Listed("embedded", None, 5))
    models = make_models(settings, listed)
    asked = with_placeholders(settings, listed, models)
    assert [isinstance(each, PlaceholderModel) for each in asked] == [private, False]
