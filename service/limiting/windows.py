"""How a rate stands: requests are counted in two neighbouring windows, of which the earlier one fades.

As many requests as were sent in the earlier window are taken to have come evenly: what counts is the part of them
that still lies within the rate's time, and all of the latest window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.aio.storage.base import SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from service.limiting.rates import Rate


@dataclass(frozen=True, slots=True)
class Window:
    """How one rate stands for one caller; `left` are the seconds until the latest window becomes the earlier one."""

    rate: Rate
    earlier: int
    latest: int
    left: float

    @property
    def remaining(self) -> int:
        """How many more requests are taken now."""
        return max(0, self.rate.amount - math.floor(self._weight(self.left)))

    @property
    def wait_s(self) -> float:
        """Seconds, of which more must pass before one more is taken if nobody else sends any; -1 where none must."""
        amount, seconds = self.rate.amount, self.rate.seconds
        if self._weight(self.left) < amount:
            return -1
        if self.latest < amount:  # the earlier window has to fade
            return max(0, self.left - (amount - self.latest) * seconds / self.earlier)
        return self.left + seconds * (1 - amount / self.latest)

    def _weight(self, left: float) -> float:
        return self.earlier * left / self.rate.seconds + self.latest


@dataclass(frozen=True, slots=True)
class Count:
    """Whether a request was counted, and how the rates stand after that."""

    taken: bool
    windows: tuple[Window, ...]


class Windows(Protocol):
    """Where requests are counted."""

    async def take(self, bucket: str, rates: Sequence[Rate]) -> Count:
        """Count a request in the windows of each rate, the shortest first, unless one of them is full.

        One that a longer window refuses may have been counted in the shorter ones.

        Raises:
            Exception: whatever keeps it from being counted.
        """


class PackageWindows:
    """Counts with a storage of the package `limits`: in the memory of this process, or in Redis."""

    def __init__(self, storage: Storage) -> None:
        assert isinstance(storage, SlidingWindowCounterSupport)
        self._storage: SlidingWindowCounterSupport = storage
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def take(self, bucket: str, rates: Sequence[Rate]) -> Count:
        """Count a request."""
        items = [RateLimitItemPerSecond(rate.amount, rate.seconds, "amends") for rate in rates]
        taken = True
        for item in items:
            if not await self._limiter.hit(item, bucket):
                taken = False
                break
        windows = [await self._window(bucket, rate, item) for rate, item in zip(rates, items, strict=True)]
        return Count(taken, tuple(windows))

    async def _window(self, bucket: str, rate: Rate, item: RateLimitItem) -> Window:
        earlier, earlier_left, latest, latest_left = await self._storage.get_sliding_window(
            item.key_for(bucket), rate.seconds
        )
        # A counter is kept for twice its time: until its window has faded, too.
        left = earlier_left if earlier else latest_left - rate.seconds if latest else rate.seconds
        return Window(rate, earlier, latest, min(max(0.0, left), rate.seconds))
