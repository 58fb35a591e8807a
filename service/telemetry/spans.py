"""How spans are named and what stands in them: GenAI semantic conventions 1.41, and our own names beside them.

No text of anybody stands in a span: no prompt, no completion, no reason, no error's message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

SCHEMA = "https://opentelemetry.io/schemas/1.41.0"
OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
REQUEST_TEMPERATURE = "gen_ai.request.temperature"
REQUEST_SEED = "gen_ai.request.seed"
RESPONSE_MODEL = "gen_ai.response.model"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
EVALUATION = "gen_ai.evaluation.name"
SCORE = "gen_ai.evaluation.score.value"
SCORE_LABEL = "gen_ai.evaluation.score.label"
ERROR = "error.type"
ADDRESS = "server.address"
PORT = "server.port"

# `traceparent` alone: `tracestate` holds what vendors like to pass on, and is nobody's business outside.
HEADER = "traceparent"
PROPAGATOR = TraceContextTextMapPropagator()
Attributes = dict[str, str | int | float | bool]


@contextmanager
def current(tracer: Tracer, name: str, attributes: Attributes, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    """A span for the block, and the parent of those that begin in it; an error leaves nothing but its name."""
    with tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except asyncio.CancelledError:  # enough others were good, or whoever asked gave it up
            span.set_attribute("amends.given_up", value=True)
            raise
        except Exception as error:
            fail(span, str(getattr(error, "kind", type(error).__name__)))
            raise


def fail(span: Span, kind: str) -> None:
    """Say that what a span is about failed, and how."""
    span.set_attribute(ERROR, kind)
    span.set_status(Status(StatusCode.ERROR))


def under(span: Span) -> Context:
    """The context in which spans are children of this one."""
    return set_span_in_context(span)
