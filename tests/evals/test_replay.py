"""Tests of the recordings: every case replays from them alone, with no network at all."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from pytest_socket import disable_socket

from evals.case import EvalCase, load_cases
from evals.cli import CASES, CASSETTES
from evals.replay import NotRecordedError, path_of, replay
from guardrails.types import all_blocking_pass
from service.main import make_checks
from service.schemas import Attempt
from service.settings import Settings
from tests.guardrails.test_catalog import ORDER

RECORDED = load_cases(CASES)
CHECKS = make_checks(Settings())
SITUATIONS = {path.stem for path in (Path(__file__).parents[2] / "prompts" / "situations").glob("*.md")}


@pytest.fixture(autouse=True)
def _no_socket() -> None:
    """Not even loopback may be connected to."""
    disable_socket(allow_unix_socket=True)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: str(case.id))
def test_a_case_replays(case: EvalCase) -> None:
    """The recorded answers go through the loop again: each is checked whole, and the last one decides."""
    outcome = asyncio.run(replay(case, CASSETTES, CHECKS))
    assert outcome.attempts
    for attempt in outcome.attempts:
        assert [verdict.check for verdict in attempt.verdicts] == ORDER
        assert not [verdict.error for verdict in attempt.verdicts if verdict.error]
    ready = _some_attempt_passes(outcome.attempts) and outcome.result.escalate is None
    assert outcome.result.status == ("ready" if ready else "needs_review")
    assert outcome.result.prompt.hash


def _some_attempt_passes(attempts: tuple[Attempt, ...]) -> bool:
    return any(all_blocking_pass(attempt.verdicts) for attempt in attempts)


def test_the_cases_cover_situations_and_channels() -> None:
    """Every situation has a case, as has every channel."""
    assert {case.situation for case in RECORDED} == SITUATIONS
    assert {case.complaint.channel for case in RECORDED} == {"email", "chat", "review", "social"}
    assert len(RECORDED) >= 24


def test_a_case_without_a_recording_names_the_command(tmp_path: Path) -> None:
    """What to run stands in the error, and nothing of the complaint does."""
    with pytest.raises(NotRecordedError, match=rf"amends eval record {RECORDED[0].id}") as caught:
        asyncio.run(replay(RECORDED[0], tmp_path, CHECKS))
    assert RECORDED[0].complaint.text[:20] not in str(caught.value)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: str(case.id))
def test_recordings_hold_no_secrets(case: EvalCase) -> None:
    """Neither keys nor headers of the vendor's client are kept, and no address of the machine that recorded."""
    text = path_of(case, CASSETTES).read_text(encoding="utf-8")
    assert not re.search(r"authorization|bearer|x-stainless|user-agent|127\.0\.0\.1", text, re.IGNORECASE)
    assert re.search(r"uri: http://embedded\.invalid/v1/chat/completions", text)
