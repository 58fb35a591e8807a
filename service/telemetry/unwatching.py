"""Leaves the parts of the service as they are, where nobody asks for figures: then nothing is counted."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from guardrails.runner import Report
from service.api.scraping import Exposed
from service.breaker import Breaker
from service.checking import unheard
from service.drafting import AnyDrafter
from service.gate import Gate
from service.idempotency import KeyOutcome, untold
from service.limiting.limiter import LimitKind, Told
from service.model import Model
from service.model_client import CallWatch, Unwatched
from service.store.faults import StoreFault
from service.telemetry.called import Called
from service.webhooks.delivering import Outbox


class Unwatching:
    """Leaves every part as it is."""

    exposes: Exposed | None = None

    def model(self, model: Model, called: Called, *, judges: bool = False) -> Model:
        """A model to be asked."""
        del called, judges
        return model

    def calls(self, endpoint: str) -> CallWatch:
        """Who hears of the calls of an endpoint."""
        del endpoint
        return Unwatched()

    def drafter(self, drafter: AnyDrafter) -> AnyDrafter:
        """The loop."""
        return drafter

    def outbox(self, outbox: Outbox) -> Outbox:
        """Events on their way."""
        return outbox

    @property
    def reports(self) -> Callable[[Report], None]:
        """Who hears of what the checks say."""
        return unheard

    @property
    def keys(self) -> Callable[[KeyOutcome], None]:
        """Who hears of idempotency keys."""
        return untold

    @property
    def store_faults(self) -> Callable[[StoreFault], None] | None:
        """Who hears of the database's faults."""
        return None

    @property
    def limits(self) -> Told:
        """Who hears of limits."""
        return _unheard_limit

    def gate(self, endpoint: str, gate: Gate) -> None:
        """A gate in front of an endpoint."""

    def breaker(self, endpoint: str, breaker: Breaker) -> None:
        """The breaker of an endpoint."""

    def database(self, engine: AsyncEngine) -> None:
        """The database is open."""

    def app(self, app: FastAPI) -> None:
        """The application, before it answers."""

    async def aclose(self) -> None:
        """The end."""


def _unheard_limit(limit: LimitKind, *, refused: bool) -> None:
    """Do nothing."""
    del limit, refused
