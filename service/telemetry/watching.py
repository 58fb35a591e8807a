"""Puts a watch on every part of the service."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from fastapi import FastAPI
from opentelemetry.trace import NoOpTracer, Tracer
from sqlalchemy.ext.asyncio import AsyncEngine

from guardrails.runner import Report
from service.api.scraping import scraping_router
from service.breaker import Breaker, BreakerState
from service.drafting import AnyDrafter
from service.gate import Gate, Urgency
from service.idempotency import KeyOutcome
from service.limiting.limiter import LimitKind, Told
from service.model import Model
from service.model_client import CallWatch
from service.store.depths import DepthRepository
from service.store.faults import StoreFault
from service.telemetry.called import Called
from service.telemetry.checks import Checked
from service.telemetry.depths import Depths
from service.telemetry.drafts import WatchedDrafter
from service.telemetry.exposition import Exposition
from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters
from service.telemetry.models import Calls, WatchedModel
from service.telemetry.requests import WatchedRequests
from service.telemetry.unwatching import Unwatching
from service.telemetry.webhooks import WatchedOutbox
from service.webhooks.delivering import Outbox


class Watching(Unwatching):
    """Counts and times what every part does, and traces it where there is a tracer.

    Where it `exposes_metrics`, they are answered at /metrics.
    """

    def __init__(self, tracer: Tracer | None, *, exposes_metrics: bool) -> None:
        self.meters = Meters()
        self._traced = tracer is not None
        self._tracer = tracer or NoOpTracer()
        self._exposes_metrics = exposes_metrics
        self._depths: Depths | None = None

    def model(self, model: Model, called: Called, *, judges: bool = False) -> Model:
        """A model to be asked."""
        return WatchedModel(model, called, self.meters, self._tracer, judges=judges)

    def calls(self, endpoint: str) -> CallWatch:
        """Who hears of the calls of an endpoint."""
        return Calls(endpoint, self.meters, traced=self._traced)

    def drafter(self, drafter: AnyDrafter) -> AnyDrafter:
        """The loop."""
        return WatchedDrafter(drafter, self.meters, self._tracer)

    def outbox(self, outbox: Outbox) -> Outbox:
        """Events on their way."""
        return WatchedOutbox(outbox, self.meters)

    @property
    def reports(self) -> Callable[[Report], None]:
        """Who hears of what the checks say."""
        return Checked(self.meters, self._tracer)

    @property
    def keys(self) -> Callable[[KeyOutcome], None]:
        """Who hears of idempotency keys."""
        counters = {outcome: self.meters.idempotency.labels(outcome) for outcome in get_args(KeyOutcome)}

        def told(outcome: KeyOutcome) -> None:
            with harmless():
                counters[outcome].inc()

        return told

    @property
    def store_faults(self) -> Callable[[StoreFault], None] | None:
        """Who hears of the database's faults."""
        counters = {fault: self.meters.store_faults.labels(fault) for fault in get_args(StoreFault)}

        def told(fault: StoreFault) -> None:
            with harmless():
                counters[fault].inc()

        return told

    @property
    def limits(self) -> Told:
        """Who hears of limits."""
        refusals = {limit: self.meters.limited.labels(limit) for limit in get_args(LimitKind)}
        faults = {
            limit: self.meters.limits_unknown.labels(limit) for limit in get_args(LimitKind) if limit != "at_once"
        }

        def told(limit: LimitKind, *, refused: bool) -> None:
            with harmless():
                (refusals if refused else faults)[limit].inc()

        return told

    def gate(self, endpoint: str, gate: Gate) -> None:
        """A gate in front of an endpoint."""
        self.meters.gate_under_way.labels(endpoint).set_function(lambda: gate.under_way)
        for each in Urgency:
            waiting = self.meters.gate_waiting.labels(endpoint, each.name.lower())
            waiting.set_function(partial(gate.waiting, each))

    def breaker(self, endpoint: str, breaker: Breaker) -> None:
        """The breaker of an endpoint."""
        for state in get_args(BreakerState):
            found = self.meters.breaker_state.labels(endpoint, state)
            found.set_function(partial(_is, breaker, state))

    def database(self, engine: AsyncEngine) -> None:
        """The database is open."""
        self._depths = Depths(DepthRepository(engine), self.meters)
        if self._exposes_metrics:
            self.exposes = Exposition(self.meters, self._depths)

    def app(self, app: FastAPI) -> None:
        """The application, before it answers."""
        app.add_middleware(WatchedRequests, meters=self.meters, traced=self._traced)
        if self.exposes:
            app.include_router(scraping_router(self.exposes))

    async def aclose(self) -> None:
        """The end."""
        if self._depths:
            await self._depths.aclose()


def _is(breaker: Breaker, state: BreakerState) -> float:
    return float(breaker.state == state)
