"""Makes what talks to a model: the embedded one, an endpoint, several of them, and the judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import platformdirs

from service.checking import AnyJudge
from service.embedded.model import ENDPOINT, EmbeddedModel
from service.embedded.server import Address, EmbeddedServer
from service.embedded.weights import MODEL_NAME, find_weights
from service.endpoints import Defaults, Listed, read_endpoints
from service.gate import Gate, GatedModel
from service.judging import Judge, NoJudge
from service.model import Model
from service.model_client import CallWatch, Endpoint, OpenAIModel, Unwatched
from service.model_transport import checked_host, is_loopback
from service.placeholders.model import PlaceholderModel, load_note
from service.prompts import load_prompts
from service.settings import Settings, read_variables
from service.telemetry.called import Called
from service.wiring.files import ADAPTER, PROMPTS

EMBEDDED_TOKENS = 360  # about 250 words, the longest reply that the policies allow; more is rambling
# At 0.2 38 of 44 first drafts passed the checks, at 0.4 32.
EMBEDDED_TEMPERATURE = 0.2
TEMPERATURE = 0.4
# It has learnt to copy: a penalty for repeated words would make it misspell the case.
EMBEDDED_SAMPLING = {"repeat_penalty": 1.0, "top_p": 0.95, "min_p": 0.05, "logprobs": True, "top_logprobs": 1}
# A model of 135M parameters judges worse than a coin.
NO_JUDGE = NoJudge("the embedded model is too small to judge, and the settings name no other")


class Watch(Protocol):
    """Who watches what is asked."""

    def model(self, model: Model, called: Called, *, judges: bool = False) -> Model:
        """The model to be asked in place of this one."""

    def calls(self, endpoint: str) -> CallWatch:
        """Who hears of the calls of an endpoint."""


def listed_endpoints(settings: Settings) -> tuple[Listed, ...]:
    """The endpoints of the chain; none where there is no chain."""
    if not settings.endpoints:
        return ()
    defaults = Defaults(
        context_tokens=settings.model_context_tokens,
        max_tokens=settings.model_max_tokens,
        temperature=_temperature(settings, TEMPERATURE),
        deadline_s=settings.deadline_s,
    )
    return read_endpoints(settings.endpoints, read_variables(), defaults)


def called_endpoints(settings: Settings, listed: Sequence[Listed]) -> tuple[Called, ...]:
    """What is asked for texts, by the names that figures have for it."""
    if listed:
        return tuple(_called(settings, each.endpoint, each.name) for each in listed)
    return (_called(settings, _endpoint(settings) if settings.model_url else None),)


def _called(settings: Settings, endpoint: Endpoint | None, name: str | None = None) -> Called:
    if endpoint is None:
        tokens = min(settings.model_max_tokens, EMBEDDED_TOKENS)
        return Called(ENDPOINT, MODEL_NAME, None, tokens, _temperature(settings, EMBEDDED_TEMPERATURE))
    url = endpoint.base_url.rstrip("/")
    known = name or f"{endpoint.model} at {url}"
    return Called(known, endpoint.model, url, endpoint.max_tokens, endpoint.temperature)


def make_models(
    settings: Settings, listed: Sequence[Listed], watch: Callable[[str], CallWatch] = lambda _: Unwatched()
) -> tuple[OpenAIModel | EmbeddedModel, ...]:
    """What is asked for texts: each of the listed endpoints, or the one of the settings, or the embedded model.

    `watch` gives who hears of the calls of an endpoint.
    """
    # Before the last one, nobody is asked twice: going on to the next endpoint is the second attempt.
    hurried = [replace(each.endpoint, attempts=1) if each.endpoint else None for each in listed[:-1]]
    endpoints: tuple[Endpoint | None, ...] = (_endpoint(settings) if settings.model_url else None,)
    if listed:
        endpoints = (*hurried, listed[-1].endpoint)
    heard = [watch(called.endpoint) for called in called_endpoints(settings, listed)]
    return tuple(
        OpenAIModel(endpoint, hears) if endpoint else _embedded(settings, hears)
        for endpoint, hears in zip(endpoints, heard, strict=True)
    )


def make_gate(settings: Settings, model: OpenAIModel | EmbeddedModel) -> Gate:
    """What lets so many calls through to a model at once."""
    # As many as requests can need: what somebody waits for should not wait here because of its like.
    by_default = 1 if isinstance(model, EmbeddedModel) else settings.max_drafts * (settings.candidates or 1)
    return Gate(settings.model_calls or by_default)


def with_placeholders(settings: Settings, listed: Sequence[Listed], models: Sequence[Model]) -> list[Model]:
    """The models as they are asked for texts: those that are to be given placeholders are."""
    wanted = [(each.endpoint, each.placeholders) for each in listed] or [
        (_endpoint(settings) if settings.model_url else None, None)
    ]
    return [_private(settings, model, *each) for model, each in zip(models, wanted, strict=True)]


def _private(settings: Settings, model: Model, endpoint: Endpoint | None, wanted: bool | None) -> Model:  # noqa: FBT001 - what a file says
    """The model with placeholders, unless its endpoint is to be given the texts as they are."""
    if endpoint is None:
        return model
    if wanted is None:
        wanted = settings.placeholders == "all" or (
            settings.placeholders == "remote" and not is_loopback(checked_host(endpoint.base_url))
        )
    return PlaceholderModel(model, load_note(PROMPTS), settings.without_placeholders) if wanted else model


def make_judge(
    settings: Settings,
    listed: Sequence[Listed],
    stack: AsyncExitStack,
    gate: Gate | None = None,
    watch: Watch | None = None,
) -> AnyJudge:
    """The judge over the first endpoint, through that endpoint's gate where it drafts as well."""
    chosen = next((each for each in listed if each.endpoint), None)
    endpoint = chosen.endpoint if chosen else _endpoint(settings) if settings.model_url else None
    if endpoint is None:
        return NO_JUDGE
    endpoint = replace(endpoint, temperature=0)  # a verdict should not be a matter of luck
    called = _called(settings, endpoint)
    client = OpenAIModel(endpoint, watch.calls(called.endpoint) if watch else None)
    stack.push_async_callback(client.aclose)
    model = watch.model(client, called, judges=True) if watch else client
    gated = GatedModel(model, gate) if gate else model
    asked = _private(settings, gated, endpoint, chosen.placeholders if chosen else None)
    return Judge(asked, load_prompts(PROMPTS), settings.judge_timeout_s, endpoint.max_tokens)


def embedded_server(settings: Settings) -> EmbeddedServer:
    """The embedded model, not yet started."""
    log = Path(platformdirs.user_log_dir("amends", appauthor=False)) / "embedded-model.log"
    return EmbeddedServer(
        find_weights(),
        log,
        adapter=ADAPTER,
        context_tokens=settings.model_context_tokens,
    )


def embedded_client(settings: Settings, address: Address, hears: CallWatch | None = None) -> OpenAIModel:
    """A client of the embedded model at an address."""
    return OpenAIModel(
        Endpoint(
            base_url=address.base_url,
            model=address.model,
            api_key=address.api_key,
            max_tokens=min(settings.model_max_tokens, EMBEDDED_TOKENS),
            temperature=_temperature(settings, EMBEDDED_TEMPERATURE),
            context_tokens=settings.model_context_tokens,
            extra=EMBEDDED_SAMPLING,
            attempts=1,  # EmbeddedModel starts a dead server again; calling the dead one twice gains nothing
        ),
        hears,
    )


def endpoint_client(settings: Settings, address: Address) -> OpenAIModel:
    """A client of an OpenAI-compatible endpoint at an address."""
    return OpenAIModel(
        replace(_endpoint(settings), base_url=address.base_url, model=address.model, api_key=address.api_key)
    )


def _embedded(settings: Settings, hears: CallWatch) -> EmbeddedModel:
    return EmbeddedModel(embedded_server(settings), lambda address: embedded_client(settings, address, hears))


def _endpoint(settings: Settings) -> Endpoint:
    return Endpoint(
        base_url=str(settings.model_url),
        model=settings.model_name,
        api_key=settings.model_api_key,
        max_tokens=settings.model_max_tokens,
        temperature=_temperature(settings, TEMPERATURE),
        context_tokens=settings.model_context_tokens,
    )


def _temperature(settings: Settings, default: float) -> float:
    return default if settings.model_temperature is None else settings.model_temperature
