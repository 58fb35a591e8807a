"""Models that are watched: which endpoint an attempt is counted for, and what the judge asks."""

from __future__ import annotations

import asyncio

import pytest
from opentelemetry.trace import NoOpTracer

from service.errors import DeadlinePassed, EmbeddedModelFailed, ModelError, NoTurn
from service.model import Completion, Message
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted, unheard
from service.telemetry.called import Called
from service.telemetry.drafts import Attempts
from service.telemetry.meters import Meters
from service.telemetry.models import Calls, WatchedModel
from tests.fakes import QueueModel

FIRST, SECOND = Called("first", "m", "https://models.example.com/v1", 100, 0.4), Called("embedded", "e", None, 100, 0.4)
MESSAGES = (Message("user", "Write a reply."),)


def watched(called: Called, meters: Meters, *answers: str | ModelError, judges: bool = False) -> WatchedModel:
    """A model that gives these answers."""
    return WatchedModel(QueueModel(*answers), called, meters, NoOpTracer(), judges=judges)


async def ask(model: WatchedModel) -> Completion:
    """Its next answer."""
    return await model.complete(MESSAGES, deadline=1.0, seed=1)


def test_the_endpoint_that_was_asked_last() -> None:
    """An attempt counts for the one that gave the text; the judge, who is asked after that, takes nothing over."""
    meters = Meters()
    attempts = Attempts(meters, NoOpTracer(), unheard)

    async def attempt() -> None:
        attempts.heard(AttemptStarted(attempt=1))
        await ask(watched(FIRST, meters, "We are sorry."))
        await ask(watched(SECOND, meters, "We are sorry."))
        await ask(watched(FIRST, meters, "{}", judges=True))
        attempts.heard(AttemptChecked(attempt=1, passed=True, verdicts=()))

    asyncio.run(attempt())
    sample = meters.registry.get_sample_value
    assert sample("amends_attempts_total", {"endpoint": "embedded", "outcome": "passed"}) == 1
    assert sample("amends_model_tokens_total", {"endpoint": "first", "direction": "in"}) == 20


def test_an_attempt_in_which_nobody_was_asked() -> None:
    """Every breaker was open, or there was no turn: that is no endpoint's doing."""
    meters = Meters()
    attempts = Attempts(meters, NoOpTracer(), unheard)
    attempts.heard(AttemptStarted(attempt=1))
    attempts.heard(AttemptFailed(attempt=1, reason=NoTurn.__name__, kind=NoTurn.kind))
    sample = meters.registry.get_sample_value
    assert sample("amends_attempts_total", {"endpoint": "none", "outcome": "no_text"}) == 1


def test_attempts_side_by_side() -> None:
    """Each is counted for its own endpoint, however they take turns."""
    meters = Meters()
    attempts = Attempts(meters, NoOpTracer(), unheard)

    async def attempt(number: int, called: Called) -> None:
        attempts.heard(AttemptStarted(attempt=number))
        await asyncio.sleep(0)
        await ask(watched(called, meters, "We are sorry."))
        await asyncio.sleep(0)
        attempts.heard(AttemptChecked(attempt=number, passed=False, verdicts=()))

    async def both() -> None:
        tasks = [asyncio.create_task(attempt(number, called)) for number, called in enumerate((FIRST, SECOND), 1)]
        await asyncio.gather(*tasks)

    asyncio.run(both())
    for name in ("first", "embedded"):
        labels = {"endpoint": name, "outcome": "blocked"}
        assert meters.registry.get_sample_value("amends_attempts_total", labels) == 1


@pytest.mark.parametrize(
    ("error", "counted"),
    [(DeadlinePassed("late"), "deadline"), (EmbeddedModelFailed("stopped"), "embedded"), (NoTurn("wait", 1), None)],
)
def test_faults_that_no_call_knows_of(error: ModelError, counted: str | None) -> None:
    """They are counted for the completion; those of a call were counted when it ended."""
    meters = Meters()
    Calls("first", meters, traced=False)
    with pytest.raises(type(error)):
        asyncio.run(ask(watched(FIRST, meters, error)))
    failures = {
        sample.labels["kind"]: sample.value
        for metric in meters.registry.collect()
        for sample in metric.samples
        if sample.name == "amends_model_failures_total" and sample.value
    }
    assert failures == ({counted: 1} if counted else {})
