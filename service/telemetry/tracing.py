"""Sends spans to a collector by OTLP, from a thread of its own: one that is away or slow is not waited for.

The only file that needs the extra `otlp`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from importlib.metadata import version

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

from service.telemetry.spans import SCHEMA

PATH = "/v1/traces"
EXPORT_S = 5.0  # for one batch, after which it is lost
QUEUED = 8_192  # spans that wait, after which further ones are lost
BATCH = 512
EVERY_MS = 2_000
END_S = 3.0  # at the end, for what is left
log = structlog.get_logger()


class Telling(SpanExporter):
    """An exporter that says when the collector begins to refuse spans, and when it takes them again.

    It tells the number of those refused; what the full queue before it dropped in the meantime it never saw.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch."""
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            if not self._lost:
                log.warning("traces.lost", advice="see whether the collector of AMENDS_OTLP_ENDPOINT takes them")
            self._lost += len(spans)
        elif self._lost:
            log.info("traces.sent_again", lost=self._lost)
            self._lost = 0
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()


class Tracing:
    """Sends what its tracer records to `endpoint`, until it is closed.

    It is no global: what else in this process knows OpenTelemetry is not traced. The standard variables
    `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_TRACES_SAMPLER` count.
    """

    def __init__(self, endpoint: str) -> None:
        # It logs each lost batch, with what the collector answered; one line by us for all of them says as much.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        exporter = Telling(OTLPSpanExporter(endpoint=_traces_of(endpoint), timeout=EXPORT_S))
        processor = BatchSpanProcessor(
            exporter, max_queue_size=QUEUED, schedule_delay_millis=EVERY_MS, max_export_batch_size=BATCH
        )
        resource = Resource.create({"service.name": "amends", "service.version": version("amends")})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)

    @property
    def tracer(self) -> Tracer:
        """What makes spans."""
        return self._provider.get_tracer("amends", version("amends"), schema_url=SCHEMA)

    def close(self) -> None:
        """Send what is left, and give up after END_S; blocks as long."""
        # A daemon: a collector that hangs keeps no process from ending.
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(END_S)


def _traces_of(endpoint: str) -> str:
    base = endpoint.rstrip("/")
    return base if base.endswith(PATH) else base + PATH
