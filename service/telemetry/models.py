"""Watches models being asked: time, tokens and faults by endpoint; a span for each completion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind, Tracer

from service.errors import DeadlinePassed, EmbeddedModelFailed, FaultKind, ModelError, NoTurn
from service.model import Completion, Message, Model, Schema
from service.telemetry import spans
from service.telemetry.called import Called
from service.telemetry.drafts import ATTEMPT
from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters

PROVIDER = "openai"  # whose interface is spoken; the address says who answers
MOST_CHARACTERS = 200  # of what an endpoint calls its model
PORTS = {"http": 80, "https": 443}


class Calls:
    """Hears of each call of an endpoint over the network, and sends the trace along where it is `traced`."""

    def __init__(self, endpoint: str, meters: Meters, *, traced: bool) -> None:
        self._meters = meters
        self._traced = traced
        self._endpoint = endpoint
        self._seconds = meters.model_call_seconds.labels(endpoint)
        for kind in get_args(FaultKind):
            if kind != NoTurn.kind:  # which is none of the endpoint
                meters.model_failures.labels(endpoint, kind)  # from 0 on, so that the first fault shows as one

    def headers(self) -> Mapping[str, str]:
        """The W3C header of the span that the call is part of; none where nothing is traced."""
        if not self._traced:
            return {}
        carrier: dict[str, str] = {}
        with harmless():
            spans.PROPAGATOR.inject(carrier)
        return {name: value for name, value in carrier.items() if name == spans.HEADER}

    def ended(self, seconds: float, fault: ModelError | None) -> None:
        """Count it."""
        with harmless():
            self._seconds.observe(seconds)
            if fault:
                self._meters.model_failures.labels(self._endpoint, fault.kind).inc()


class WatchedModel:
    """A model whose completions are watched; one that `judges` writes no attempt at a draft."""

    def __init__(self, model: Model, called: Called, meters: Meters, tracer: Tracer, *, judges: bool = False) -> None:
        self._model = model
        self._called = called
        self._meters = meters
        self._tracer = tracer
        self._judges = judges
        self._name = f"chat {called.model}"
        self._attributes = _asked(called) | {"amends.purpose": "judge" if judges else "draft"}
        self._tokens = [meters.model_tokens.labels(called.endpoint, direction) for direction in ("in", "out")]

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._model.context_tokens

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """As the model does.

        Raises:
            ModelError: see the model.
        """
        if not self._judges and (attempt := ATTEMPT.get()):
            attempt.endpoint = self._called.endpoint
        attributes = self._attributes | {spans.REQUEST_SEED: seed}
        with spans.current(self._tracer, self._name, attributes, SpanKind.CLIENT) as span:
            try:
                completion = await self._model.complete(
                    messages, deadline=deadline, seed=seed, schema=schema, grammar=grammar
                )
            except (DeadlinePassed, EmbeddedModelFailed) as error:  # of which no single call knows
                with harmless():
                    self._meters.model_failures.labels(self._called.endpoint, error.kind).inc()
                raise
            with harmless():
                span.set_attributes(_answered(completion))
                for counter, tokens in zip(self._tokens, _tokens(completion), strict=True):
                    counter.inc(tokens)
            return completion


def _asked(called: Called) -> spans.Attributes:
    """What stands in every span of a completion."""
    found: spans.Attributes = {
        spans.OPERATION: "chat",
        spans.PROVIDER: PROVIDER if called.url else called.endpoint,
        spans.REQUEST_MODEL: called.model,
        spans.REQUEST_MAX_TOKENS: called.max_tokens,
        spans.REQUEST_TEMPERATURE: called.temperature,
    }
    if called.url:
        parts = urlsplit(called.url)
        found |= {spans.ADDRESS: parts.hostname or "", spans.PORT: parts.port or PORTS[parts.scheme]}
    return found


def _tokens(completion: Completion) -> tuple[int, int]:
    return completion.prompt_tokens, completion.completion_tokens


def _answered(completion: Completion) -> spans.Attributes:
    read, written = _tokens(completion)
    return {
        spans.RESPONSE_MODEL: completion.model[:MOST_CHARACTERS],
        spans.INPUT_TOKENS: read,
        spans.OUTPUT_TOKENS: written,
    }
