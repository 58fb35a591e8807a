"""The composition root: turns settings into running parts; with the modules of `wiring`, the only place that wires."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from guardrails.languages import identifier
from service.admitting import Admitting
from service.api.app import Resources, create_app
from service.api.passes import DeskParts
from service.checking import DraftChecker, PolicyChecks
from service.drafting import AnyDrafter
from service.embedded.model import EmbeddedModel
from service.embedders import read_embedders
from service.fallback import one_answers
from service.figures import Figures
from service.gate import GatedModel
from service.hosts import Hosts
from service.idempotency import KeyOutcome, OnceOnly, untold
from service.intake import Intake
from service.limiting.limiter import Limiter
from service.model_client import OpenAIModel
from service.settings import Settings
from service.store.database import open_database
from service.store.deliveries import DeliveryRepository
from service.store.figures import FigureReader
from service.store.idempotency import KeyRepository
from service.store.listing import ListingRepository
from service.store.outbox import OutboxRepository
from service.store.passes import PassRepository
from service.store.repository import DraftRepository
from service.store.transactions import open_transactions
from service.store.webhooks import WebhookRepository
from service.telemetry.unwatching import Unwatching
from service.webhooks.delivering import Deliveries, delivering
from service.webhooks.registering import Webhooks
from service.webhooks.sending import Sender
from service.webhooks.targets import Targets, read_networks
from service.wiring.clock import utc_now
from service.wiring.drafting import load_library, make_chain_drafter, make_checks, make_drafter
from service.wiring.erasing import Erasing
from service.wiring.jobs import AcceptedWork, accepted_work
from service.wiring.models import (
    called_endpoints,
    listed_endpoints,
    make_gate,
    make_judge,
    make_models,
    with_placeholders,
)
from service.wiring.telemetry import watching

CLAIM_GRACE_S = 15.0  # for what comes before and after a draft's deadline, a busy database among it


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a running service consists of; its models take `at_once` calls."""

    drafter: AnyDrafter
    database: AsyncEngine
    intake: Intake
    checker: DraftChecker
    once: OnceOnly
    figures: Figures
    drafts: DraftRepository
    webhooks: Webhooks
    deliveries: Deliveries
    models: tuple[OpenAIModel | EmbeddedModel, ...]
    at_once: int
    embedders: tuple[str, ...]
    watch: Unwatching

    async def warm_up(self) -> None:
        """Read what the first drafts would wait for, and start the embedded model.

        An endpoint that is down now may be up when it is asked.
        """
        await asyncio.to_thread(identifier)
        for model in self.models:
            if isinstance(model, EmbeddedModel):
                await model.ping()

    async def ready(self) -> None:
        """Raise what keeps the service from working; asks for no completion."""
        await self.drafts.ping()
        await one_answers(self.models)


def make_checker(checks: PolicyChecks) -> DraftChecker:
    """The part that needs no database."""
    return DraftChecker(checks, utc_now)


@asynccontextmanager
async def checking(settings: Settings) -> AsyncIterator[DraftChecker]:
    """What checks drafts and makes none: no model is started, and one that is configured may judge.

    Raises:
        ConfigurationError: a policy, a prompt or the model's URL is wrong.
    """
    async with AsyncExitStack() as stack:
        yield make_checker(make_checks(settings, make_judge(settings, listed_endpoints(settings), stack)))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Parts]:
    """All parts, started, and stopped at the end.

    Raises:
        ConfigurationError: a policy, a prompt or the model's URL is wrong.
        StoreError: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        listed = listed_endpoints(settings)
        watch = await stack.enter_async_context(watching(settings))
        models = make_models(settings, listed, watch.calls)
        for model in models:
            stack.push_async_callback(model.aclose)
        gates = [make_gate(settings, model) for model in models]
        gated = []
        for model, gate, called in zip(models, gates, called_endpoints(settings, listed), strict=True):
            watch.gate(called.endpoint, gate)
            gated.append(GatedModel(watch.model(model, called), gate))
        asked = with_placeholders(settings, listed, gated)
        first = next((gate for model, gate in zip(models, gates, strict=True) if isinstance(model, OpenAIModel)), None)
        checks = make_checks(settings, make_judge(settings, listed, stack, first, watch), watch.reports)
        chain = make_chain_drafter(settings, listed, asked, checks, watch.breaker) if listed else None
        drafter = watch.drafter(chain or make_drafter(settings, asked[0], checks, load_library(settings)))
        engine = await stack.enter_async_context(open_database(settings.database_url, watch.store_faults))
        watch.database(engine)
        transactions = await stack.enter_async_context(open_transactions(engine))
        drafts = DraftRepository(engine, transactions)
        once = make_once(settings, KeyRepository(engine, transactions), watch.keys)
        stack.push_async_callback(once.aclose)
        webhooks, deliveries = make_webhooks(settings, engine, watch)
        yield Parts(
            drafter=drafter,
            database=engine,
            intake=Intake(drafter, drafts, utc_now, settings.max_drafts),
            checker=make_checker(checks),
            once=once,
            figures=Figures(FigureReader(engine), utc_now),
            drafts=drafts,
            webhooks=webhooks,
            deliveries=deliveries,
            models=models,
            # The widest, not the narrowest: while a chain's first endpoint answers, the embedded model behind it idles.
            at_once=max(gate.size for gate in gates),
            embedders=read_embedders(settings.desk_frame_ancestors),
            watch=watch,
        )


@asynccontextmanager
async def working(settings: Settings, parts: Parts, *, works: bool) -> AsyncIterator[AcceptedWork]:
    """What deals with accepted work over running parts; where `works`, it is also done here.

    Raises:
        StoreError: the engine's database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        if works:
            await stack.enter_async_context(delivering(parts.deliveries))
        work = accepted_work(
            *(settings, parts.database, parts.drafter),
            works=works,
            at_once=parts.at_once,
            told=parts.watch.store_faults,
        )
        yield await stack.enter_async_context(work)


def make_app(
    parts: Parts,
    work: AcceptedWork,
    erasing: Erasing,
    admitting: Admitting,
    hosts: Hosts,
    *,
    limiter: Limiter | None = None,
) -> FastAPI:
    """The HTTP application over running parts, for whoever is admitted and calls it by one of its names.

    Without a limiter nobody has limits.
    """
    app = create_app(
        Resources(
            admitting=admitting,
            hosts=hosts,
            intake=parts.intake,
            accepting=work.accepting,
            listing=ListingRepository(parts.database),
            batches=work.batches,
            checker=parts.checker,
            once=parts.once,
            eraser=erasing.eraser,
            trail=erasing.trail,
            webhooks=parts.webhooks,
            figures=parts.figures,
            desk=DeskParts(PassRepository(parts.database), utc_now, parts.embedders),
            ready=parts.ready,
            limiter=limiter,
        )
    )
    parts.watch.app(app)
    return app


def make_webhooks(
    settings: Settings, engine: AsyncEngine, watch: Unwatching | None = None
) -> tuple[Webhooks, Deliveries]:
    """What callers do with webhooks, and what delivers to them, not yet started."""
    targets = Targets(read_networks(settings.webhook_networks))
    outbox = (watch or Unwatching()).outbox(OutboxRepository(engine))
    deliveries = Deliveries(outbox, Sender(targets, ssl.create_default_context()), utc_now)
    webhooks, listed = WebhookRepository(engine), DeliveryRepository(engine)
    return Webhooks(webhooks, listed, targets, utc_now, deliveries.wake), deliveries


def make_once(settings: Settings, keys: KeyRepository, tell: Callable[[KeyOutcome], None] = untold) -> OnceOnly:
    """What answers each idempotency key once."""
    return OnceOnly(
        keys,
        utc_now,
        held=timedelta(seconds=settings.deadline_s + CLAIM_GRACE_S),
        kept=timedelta(hours=settings.idempotency_hours),
        wait_s=settings.deadline_s,
        tell=tell,
    )
