"""Watches the parts of the service as the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from opentelemetry.trace import Tracer

from service.errors import ConfigurationError
from service.settings import Settings
from service.telemetry.unwatching import Unwatching

NO_EXTRA = (
    "AMENDS_OTLP_ENDPOINT: traces need what the extra `otlp` installs: `uv sync --extra otlp`, or "
    "`pip install 'amends[otlp]'`"
)


@asynccontextmanager
async def watching(settings: Settings) -> AsyncIterator[Unwatching]:
    """What watches the parts as the settings say; spans that are left are sent at the end.

    Raises:
        ConfigurationError: traces are asked for, and cannot be made.
    """
    if not settings.metrics and not settings.otlp_endpoint:
        yield Unwatching()
        return
    async with AsyncExitStack() as stack:
        # Imported only where they are asked for: both take time, and memory.
        from service.telemetry.watching import Watching  # noqa: PLC0415 - see above

        tracer = await _tracer(str(settings.otlp_endpoint), stack) if settings.otlp_endpoint else None
        watch = Watching(tracer, exposes_metrics=settings.metrics)
        stack.push_async_callback(watch.aclose)
        yield watch


async def _tracer(endpoint: str, stack: AsyncExitStack) -> Tracer:
    try:
        from service.telemetry.tracing import Tracing  # noqa: PLC0415 - the extra may not be there
    except ModuleNotFoundError as error:
        raise ConfigurationError(NO_EXTRA) from error
    tracing = await asyncio.to_thread(Tracing, endpoint)
    stack.push_async_callback(asyncio.to_thread, tracing.close)
    return tracing.tracer
