"""The composition root: turns settings into running parts; the only place that wires."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

import platformdirs
from fastapi import FastAPI

from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from service.api.app import create_app
from service.checking import AnyJudge, DraftChecker, PolicyChecks
from service.drafting import Budget, ReplyDrafter
from service.embedded.model import EmbeddedModel
from service.embedded.server import Address, EmbeddedServer
from service.embedded.weights import find_weights
from service.intake import Intake
from service.judging import Judge, NoJudge
from service.model import Model
from service.model_client import Endpoint, OpenAIModel
from service.policies import load_policies
from service.prompts import load_prompts
from service.settings import Settings
from service.store.database import open_database
from service.store.repository import DraftRepository

# A folder of text, not a package: one of its files tells where it is.
PROMPTS = Path(str(files("prompts") / "reply.md")).parent
# What keeps a model of 135M parameters from repeating itself; other endpoints are asked for nothing special.
EMBEDDED_TOKENS = 360  # about 250 words, the longest reply that the policies allow; more is rambling
EMBEDDED_SAMPLING = {"repeat_penalty": 1.1, "top_p": 0.9}
# A model of 135M parameters judges worse than a coin.
NO_JUDGE = NoJudge("the embedded model is too small to judge, and AMENDS_MODEL_URL names no other")


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a running service consists of."""

    intake: Intake
    checker: DraftChecker
    drafts: DraftRepository
    model: OpenAIModel | EmbeddedModel

    async def warm_up(self) -> None:
        """Start the embedded model; an endpoint that is down now may be up when it is asked."""
        if isinstance(self.model, EmbeddedModel):
            await self.model.ping()

    async def ready(self) -> None:
        """Raise what keeps the service from working; asks for no completion."""
        await self.drafts.ping()
        await self.model.ping()


def make_checks(settings: Settings, judge: AnyJudge = NO_JUDGE) -> PolicyChecks:
    """Every policy with its checks, over one check model.

    Raises:
        ConfigurationError: a policy is wrong.
    """
    catalog = partial(all_checks, model=OnnxCheckModel())
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
        yield make_checker(make_checks(settings, _judge(settings, stack)))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Parts]:
    """All parts, started, and stopped at the end.

    Raises:
        ConfigurationError: a policy, a prompt or the model's URL is wrong.
        StoreError: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        checks = make_checks(settings, _judge(settings, stack))
        model = _model(settings)
        stack.push_async_callback(model.aclose)
        drafter = make_drafter(settings, model, checks)
        drafts = DraftRepository(await stack.enter_async_context(open_database(settings.database_url)))
        yield Parts(
            intake=Intake(drafter, drafts, _now, settings.max_drafts),
            checker=make_checker(checks),
            drafts=drafts,
            model=model,
        )


def make_app(parts: Parts) -> FastAPI:
    """The HTTP application over running parts."""
    return create_app(parts.intake, parts.checker, parts.ready)


def make_drafter(settings: Settings, model: Model, checks: PolicyChecks) -> ReplyDrafter:
    """The loop over any model, for whoever brings one along.

    Raises:
        ConfigurationError: a prompt is wrong.
    """
    budget = Budget(settings.deadline_s, settings.max_attempts, settings.model_max_tokens)
    return ReplyDrafter(model, load_prompts(PROMPTS), checks, budget)


def embedded_server(settings: Settings) -> EmbeddedServer:
    """The embedded model, not yet started."""
    log = Path(platformdirs.user_log_dir("amends", appauthor=False)) / "embedded-model.log"
    return EmbeddedServer(find_weights(), log, context_tokens=settings.model_context_tokens)


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


def _model(settings: Settings) -> OpenAIModel | EmbeddedModel:
    if not settings.model_url:
        return EmbeddedModel(embedded_server(settings), lambda address: embedded_client(settings, address))
    return OpenAIModel(_endpoint(settings))


def _judge(settings: Settings, stack: AsyncExitStack) -> AnyJudge:
    if not settings.model_url:
        return NO_JUDGE
    model = OpenAIModel(replace(_endpoint(settings), temperature=0))  # a verdict should not be a matter of luck
    stack.push_async_callback(model.aclose)
    return Judge(model, load_prompts(PROMPTS), settings.judge_timeout_s, settings.model_max_tokens)


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
