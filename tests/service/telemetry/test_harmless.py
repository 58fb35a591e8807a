"""Whatever goes wrong with telemetry, the work goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from opentelemetry.trace import NoOpTracer
from structlog.testing import capture_logs

from service.progress import AttemptChecked, AttemptStarted, Progress
from service.telemetry.checks import Checked
from service.telemetry.drafts import Attempts
from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters
from service.telemetry.watching import Watching
from service.telemetry.webhooks import WatchedOutbox
from service.webhooks.retrying import DeliveryStatus, Settlement
from service.webhooks.sending import Parcel
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.api.calling import CASE
from tests.service.telemetry.watched import Service, ask, settings_for

NOW = datetime(2025, 10, 21, 9, 5, tzinfo=UTC)


class BrokenMeters(Meters):
    """Meters that raise, whatever is counted."""

    def __getattribute__(self, name: str) -> object:
        if name in ("verdicts", "check_seconds", "attempts", "model_failures", "http_requests"):
            raise RuntimeError("Zephyrine")
        return super().__getattribute__(name)


class GivenOutbox:
    """An outbox that notes whatever it is told, unless another lease holds."""

    def __init__(self) -> None:
        self.noted = True

    async def due(self, now: datetime) -> Sequence[str]:
        """None."""
        del now
        return ()

    async def take(self, webhook_id: str, most: int, owner: str, now: datetime, until: datetime) -> Sequence[Parcel]:
        """None."""
        del webhook_id, most, owner, now, until
        return ()

    async def settle(self, delivery_id: str, owner: str, settlement: Settlement) -> bool:
        """Note it."""
        del delivery_id, owner, settlement
        return self.noted

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Forget them."""

    async def tidy(self, now: datetime) -> None:
        """Nothing is there."""


def test_what_is_logged() -> None:
    """The kind of the fault, and not its text."""
    with capture_logs() as logged, harmless():
        raise RuntimeError("Zephyrine")
    assert logged == [{"event": "telemetry.failed", "error": "RuntimeError", "log_level": "warning"}]


def test_meters_that_break() -> None:
    """A listener whose figures break raises nothing, and passes on what it was told."""
    told: list[Progress] = []
    meters = BrokenMeters.__new__(BrokenMeters)
    attempts = Attempts(meters, NoOpTracer(), told.append)
    checked = AttemptChecked(attempt=1, passed=True, verdicts=())
    with capture_logs() as logged:
        attempts.heard(AttemptStarted(attempt=1))
        attempts.heard(checked)
        attempts.close()
        Checked(Meters(), NoOpTracer())(None)  # type: ignore[arg-type]  # a mistake on purpose
    assert told == [AttemptStarted(attempt=1), checked]
    assert {each["event"] for each in logged} == {"telemetry.failed"}


def test_a_draft_whose_figures_break(tmp_path: Path) -> None:
    """It is answered as ever."""

    async def use(service: Service) -> None:
        assert isinstance(service.parts.watch, Watching)
        service.parts.watch.meters.http_requests = None  # type: ignore[assignment]  # a mistake on purpose
        service.parts.watch.meters.attempts = None  # type: ignore[assignment]  # another one
        service.parts.watch.meters.verdicts = None  # type: ignore[assignment]  # another one
        assert (await service.client.post("/v1/drafts", json=CASE)).status_code == 200

    with FakeEndpoint(says("I am sorry.")) as endpoint:
        ask(settings_for(tmp_path, endpoint.url), use)


@pytest.mark.parametrize(
    ("status", "outcome"), [("delivered", "delivered"), ("pending", "to_be_retried"), ("dead", "dead")]
)
def test_tries_of_webhooks(status: DeliveryStatus, outcome: str) -> None:
    """A try counts when it is settled, and once: by whoever holds the lease."""
    meters, outbox = Meters(), GivenOutbox()
    watched = WatchedOutbox(outbox, meters)

    async def use() -> None:
        assert await watched.settle("d", "o", Settlement(status, NOW, None))
        outbox.noted = False
        assert not await watched.settle("d", "o", Settlement(status, NOW, None))
        await watched.tidy(NOW)
        await watched.release((), NOW)
        assert (await watched.due(NOW), await watched.take("w", 1, "o", NOW, NOW)) == ((), ())

    asyncio.run(use())
    sample = meters.registry.get_sample_value
    assert sample("amends_webhook_tries_total", {"outcome": outcome}) == 1
