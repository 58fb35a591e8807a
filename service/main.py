"""The composition root: turns settings into running parts; the only place that wires."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

import platformdirs
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from guardrails.catalog import all_checks
from guardrails.complaint_model.reader import OnnxComplaintModel
from guardrails.languages import identifier
from guardrails.model.reader import OnnxCheckModel
from guardrails.support_model.reader import OnnxSupportModel
from service.api.app import Resources, create_app
from service.checking import AnyJudge, DraftChecker, PolicyChecks
from service.drafting import Budget, ReplyDrafter
from service.embedded.grammar import grammar_of
from service.embedded.model import EmbeddedModel
from service.embedded.server import Address, EmbeddedServer
from service.embedded.weights import find_weights
from service.endpoints import Defaults, Listed, read_endpoints
from service.escalating import Escalations
from service.fallback import FallbackChain, Link, one_answers
from service.figures import Figures
from service.gate import Gate, GatedModel
from service.idempotency import OnceOnly
from service.intake import Intake
from service.judging import Judge, NoJudge
from service.model import Model
from service.model_client import Endpoint, OpenAIModel
from service.policies import load_policies
from service.prompts import EMBEDDED_MODEL, GENERAL_MODELS, PromptLibrary, load_prompts
from service.settings import Settings, read_variables
from service.store.database import open_database
from service.store.deliveries import DeliveryRepository
from service.store.figures import FigureReader
from service.store.idempotency import KeyRepository
from service.store.outbox import OutboxRepository
from service.store.repository import DraftRepository
from service.store.transactions import open_transactions
from service.store.webhooks import WebhookRepository
from service.webhooks.delivering import Deliveries, delivering
from service.webhooks.registering import Webhooks
from service.webhooks.sending import Sender
from service.webhooks.targets import Targets, read_networks
from service.wiring_erasing import Erasing
from service.wiring_jobs import AcceptedWork, accepted_work
from service.writing import ModelWriter, Writer

# A folder of text, not a package: one of its files tells where it is.
PROMPTS = Path(str(files("prompts") / "reply.md")).parent
POLICIES = Path(str(files("guardrails") / "policies" / "default.yaml")).parent
ADAPTER = Path(str(files("service.embedded") / "drafter.gguf"))
EMBEDDED_TOKENS = 360  # about 250 words, the longest reply that the policies allow; more is rambling
# One after the other: side by side four texts take longer, and each would read the prompt again.
EMBEDDED_CANDIDATES = 4
EMBEDDED_CHOICE = 2  # good drafts of which the surer one is taken
# It has learnt to copy: a penalty for repeated words would make it misspell the case.
EMBEDDED_SAMPLING = {"repeat_penalty": 1.0, "top_p": 0.95, "min_p": 0.05}
CLAIM_GRACE_S = 15.0  # for what comes before and after a draft's deadline, a busy database among it
# A model of 135M parameters judges worse than a coin.
NO_JUDGE = NoJudge("the embedded model is too small to judge, and the settings name no other")


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a running service consists of."""

    drafter: ReplyDrafter
    database: AsyncEngine
    intake: Intake
    checker: DraftChecker
    once: OnceOnly
    figures: Figures
    drafts: DraftRepository
    webhooks: Webhooks
    deliveries: Deliveries
    models: tuple[OpenAIModel | EmbeddedModel, ...]

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


def make_checks(settings: Settings, judge: AnyJudge = NO_JUDGE) -> PolicyChecks:
    """Every policy with its checks, over one check model.

    Raises:
        ConfigurationError: a policy is wrong.
    """
    catalog = partial(all_checks, model=OnnxCheckModel(), support=OnnxSupportModel())
    return PolicyChecks(load_policies(settings.policy_dir), catalog, settings.check_timeout_s, judge)


def make_checker(checks: PolicyChecks) -> DraftChecker:
    """The part that needs no database."""
    return DraftChecker(checks, _now)


@asynccontextmanager
async def checking(settings: Settings) -> AsyncIterator[DraftChecker]:
    """What checks drafts and makes none: no model is started, and one that is configured may judge.

    Raises:
        ConfigurationError: a policy, a prompt or the model's URL is wrong.
    """
    async with AsyncExitStack() as stack:
        yield make_checker(make_checks(settings, _judge(settings, _listed(settings), stack)))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Parts]:
    """All parts, started, and stopped at the end.

    Raises:
        ConfigurationError: a policy, a prompt or the model's URL is wrong.
        StoreError: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        listed = _listed(settings)
        models = _models(settings, listed)
        for model in models:
            stack.push_async_callback(model.aclose)
        gates = [_gate(settings, model) for model in models]
        gated = [GatedModel(model, gate) for model, gate in zip(models, gates, strict=True)]
        first = next((gate for model, gate in zip(models, gates, strict=True) if isinstance(model, OpenAIModel)), None)
        checks = make_checks(settings, _judge(settings, listed, stack, first))
        chain = _chain_drafter(settings, listed, gated, checks) if listed else None
        drafter = chain or make_drafter(settings, gated[0], checks, load_library(settings))
        engine = await stack.enter_async_context(open_database(settings.database_url))
        transactions = await stack.enter_async_context(open_transactions(engine))
        drafts = DraftRepository(engine, transactions)
        once = make_once(settings, KeyRepository(engine, transactions))
        stack.push_async_callback(once.aclose)
        webhooks, deliveries = make_webhooks(settings, engine)
        yield Parts(
            drafter=drafter,
            database=engine,
            intake=Intake(drafter, drafts, _now, settings.max_drafts),
            checker=make_checker(checks),
            once=once,
            figures=Figures(FigureReader(engine), _now),
            drafts=drafts,
            webhooks=webhooks,
            deliveries=deliveries,
            models=models,
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
        yield await stack.enter_async_context(accepted_work(settings, parts.database, parts.drafter, works=works))


def make_app(parts: Parts, work: AcceptedWork, erasing: Erasing) -> FastAPI:
    """The HTTP application over running parts."""
    return create_app(
        Resources(
            intake=parts.intake,
            accepting=work.accepting,
            batches=work.batches,
            checker=parts.checker,
            once=parts.once,
            eraser=erasing.eraser,
            trail=erasing.trail,
            webhooks=parts.webhooks,
            figures=parts.figures,
            ready=parts.ready,
        )
    )


def make_webhooks(settings: Settings, engine: AsyncEngine) -> tuple[Webhooks, Deliveries]:
    """What callers do with webhooks, and what delivers to them, not yet started."""
    targets = Targets(read_networks(settings.webhook_networks))
    deliveries = Deliveries(OutboxRepository(engine), Sender(targets, ssl.create_default_context()), _now)
    webhooks, listed = WebhookRepository(engine), DeliveryRepository(engine)
    return Webhooks(webhooks, listed, targets, _now, deliveries.wake), deliveries


def make_once(settings: Settings, keys: KeyRepository) -> OnceOnly:
    """What answers each idempotency key once."""
    return OnceOnly(
        keys,
        _now,
        held=timedelta(seconds=settings.deadline_s + CLAIM_GRACE_S),
        kept=timedelta(hours=settings.idempotency_hours),
        wait_s=settings.deadline_s,
    )


def load_library(settings: Settings, folder: Path = PROMPTS) -> PromptLibrary:
    """The prompts of a folder that are right for the model of the settings.

    Raises:
        ConfigurationError: a prompt is wrong.
    """
    return load_prompts(folder, GENERAL_MODELS if settings.model_url else EMBEDDED_MODEL)


def make_drafter(
    settings: Settings, model: Model, checks: PolicyChecks, prompts: PromptLibrary, *, one_by_one: bool = False
) -> ReplyDrafter:
    """The loop over any model, for whoever brings one along.

    `one_by_one` asks for one text at a time, so that the same answers always lead to the same draft.
    """
    grammar = None if settings.model_url else grammar_of
    writer = ModelWriter(model, prompts, settings.model_max_tokens, grammar)
    budget = make_budget(settings, embedded=settings.model_url is None)
    if one_by_one:
        budget = replace(budget, at_once=1, choose_from=1)
    return _drafter(writer, prompts, checks, budget)


def make_budget(settings: Settings, *, embedded: bool) -> Budget:
    """What a draft may cost: an embedded text costs nothing but time, and the best of several is taken."""
    candidates = settings.candidates or (EMBEDDED_CANDIDATES if embedded else 1)
    return Budget(
        deadline_s=settings.deadline_s,
        rounds=settings.max_attempts,
        candidates=candidates,
        at_once=1 if embedded else candidates,
        choose_from=EMBEDDED_CHOICE if embedded else 1,
    )


def embedded_server(settings: Settings) -> EmbeddedServer:
    """The embedded model, not yet started."""
    log = Path(platformdirs.user_log_dir("amends", appauthor=False)) / "embedded-model.log"
    return EmbeddedServer(
        find_weights(),
        log,
        adapter=ADAPTER,
        context_tokens=settings.model_context_tokens,
    )


def embedded_client(settings: Settings, address: Address) -> OpenAIModel:
    """A client of the embedded model at an address."""
    return OpenAIModel(
        Endpoint(
            base_url=address.base_url,
            model=address.model,
            api_key=address.api_key,
            max_tokens=min(settings.model_max_tokens, EMBEDDED_TOKENS),
            temperature=settings.model_temperature,
            context_tokens=settings.model_context_tokens,
            extra=EMBEDDED_SAMPLING,
            attempts=1,  # EmbeddedModel starts a dead server again; calling the dead one twice gains nothing
        )
    )


def endpoint_client(settings: Settings, address: Address) -> OpenAIModel:
    """A client of an OpenAI-compatible endpoint at an address."""
    return OpenAIModel(
        replace(_endpoint(settings), base_url=address.base_url, model=address.model, api_key=address.api_key)
    )


@cache
def _complaint_model() -> OnnxComplaintModel:
    """One for all drafters of the process: it holds no state, and a replay makes a drafter for every case."""
    return OnnxComplaintModel()


def _drafter(writer: Writer, prompts: PromptLibrary, checks: PolicyChecks, budget: Budget) -> ReplyDrafter:
    model = _complaint_model()
    escalations = Escalations(checks.policies, model)
    find_situation = partial(prompts.find_situation, reader=model.situations)
    return ReplyDrafter(writer, find_situation, escalations.find, checks, budget)


def _chain_drafter(
    settings: Settings, listed: Sequence[Listed], models: Sequence[Model], checks: PolicyChecks
) -> ReplyDrafter:
    general, embedded = (load_prompts(PROMPTS, names) for names in (GENERAL_MODELS, EMBEDDED_MODEL))
    links = []
    for each, model in zip(listed, models, strict=True):
        prompts = general if each.endpoint else embedded
        max_tokens = each.endpoint.max_tokens if each.endpoint else settings.model_max_tokens
        writer = ModelWriter(model, prompts, max_tokens, None if each.endpoint else grammar_of)
        links.append(Link(each.name, writer, each.deadline_s))
    only_embedded = all(each.endpoint is None for each in listed)
    budget = make_budget(settings, embedded=only_embedded)
    return _drafter(FallbackChain(links), general, checks, budget)


def _listed(settings: Settings) -> tuple[Listed, ...]:
    """The endpoints of the chain; none where there is no chain."""
    if not settings.endpoints:
        return ()
    defaults = Defaults(
        context_tokens=settings.model_context_tokens,
        max_tokens=settings.model_max_tokens,
        temperature=settings.model_temperature,
        deadline_s=settings.deadline_s,
    )
    return read_endpoints(settings.endpoints, read_variables(), defaults)


def _models(settings: Settings, listed: Sequence[Listed]) -> tuple[OpenAIModel | EmbeddedModel, ...]:
    if not listed:
        return (OpenAIModel(_endpoint(settings)) if settings.model_url else _embedded(settings),)
    # Before the last one, nobody is asked twice: going on to the next endpoint is the second attempt.
    hurried = [replace(each.endpoint, attempts=1) if each.endpoint else None for each in listed[:-1]]
    endpoints = (*hurried, listed[-1].endpoint)
    return tuple(OpenAIModel(endpoint) if endpoint else _embedded(settings) for endpoint in endpoints)


def _gate(settings: Settings, model: OpenAIModel | EmbeddedModel) -> Gate:
    # As many as requests can need: what somebody waits for should not wait here because of its like.
    by_default = 1 if isinstance(model, EmbeddedModel) else settings.max_drafts * (settings.candidates or 1)
    return Gate(settings.model_calls or by_default)


def _embedded(settings: Settings) -> EmbeddedModel:
    return EmbeddedModel(embedded_server(settings), lambda address: embedded_client(settings, address))


def _judge(settings: Settings, listed: Sequence[Listed], stack: AsyncExitStack, gate: Gate | None = None) -> AnyJudge:
    """The judge over the first endpoint, through that endpoint's gate where it drafts as well."""
    endpoint = next((each.endpoint for each in listed if each.endpoint), None)
    if endpoint is None and settings.model_url:
        endpoint = _endpoint(settings)
    if endpoint is None:
        return NO_JUDGE
    model = OpenAIModel(replace(endpoint, temperature=0))  # a verdict should not be a matter of luck
    stack.push_async_callback(model.aclose)
    return Judge(
        GatedModel(model, gate) if gate else model, load_prompts(PROMPTS), settings.judge_timeout_s, endpoint.max_tokens
    )


def _endpoint(settings: Settings) -> Endpoint:
    return Endpoint(
        base_url=str(settings.model_url),
        model=settings.model_name,
        api_key=settings.model_api_key,
        max_tokens=settings.model_max_tokens,
        temperature=settings.model_temperature,
        context_tokens=settings.model_context_tokens,
    )


def _now() -> datetime:
    return datetime.now(UTC)
