"""Writes metrics down as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric

from service.telemetry.depths import Depths
from service.telemetry.meters import Meters


@dataclass(frozen=True, slots=True)
class Collected:
    """What a registry collects, without the moments at which each series began, which would double their number."""

    registry: CollectorRegistry

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        for metric in self.registry.collect():
            metric.samples = [each for each in metric.samples if not each.name.endswith("_created")]
            yield metric


@dataclass(frozen=True, slots=True)
class Exposition:
    """The metrics of this process, and of what waits in its database."""

    meters: Meters
    depths: Depths

    async def __call__(self, accept: str) -> tuple[bytes, str]:
        """All metrics in the form that `accept` asks for, and the name of that form."""
        await self.depths.refresh()
        encode, media_type = choose_encoder(accept)
        return encode(Collected(self.meters.registry)), media_type
