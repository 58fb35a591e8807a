"""Limiters over small parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from limits.aio.storage import MemoryStorage

from service.errors import StoreError
from service.limiting.limiter import Limiter, LimitKind
from service.limiting.rates import Limits, Rate
from service.limiting.windows import Count, PackageWindows, Windows
from tests.service.keys import Time


class MemoryTokens:
    """Tokens in memory; with a fault, they cannot be read."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, date], int] = {}
        self.fault: Exception | None = None
        self.reads = 0

    async def spent(self, payer: str, day: date) -> int:
        """Those of a day."""
        self.reads += 1
        if self.fault:
            raise self.fault
        return self.kept.get((payer, day), 0)


class Away:
    """Windows of a store that is away; they count how often they were asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def take(self, bucket: str, rates: Sequence[Rate]) -> Count:
        """Fail."""
        del bucket, rates
        self.asked += 1
        raise StoreError("The database is away.")


class Told:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[LimitKind, bool]] = []

    def __call__(self, limit: LimitKind, *, refused: bool) -> None:
        """One request."""
        self.heard.append((limit, refused))


class Parts:
    """A limiter with what it works with."""

    def __init__(self, usual: Limits, shared: Windows | None = None, fresh_s: float = 0) -> None:
        self.time = Time()
        self.tokens = MemoryTokens()
        self.told = Told()
        local = PackageWindows(MemoryStorage())
        self.limiter = Limiter(usual, local, self.tokens, self.time, shared=shared, tell=self.told, fresh_s=fresh_s)

    def spend(self, payer: str, tokens: int) -> None:
        """Count tokens for today."""
        day = self.time().date()
        self.tokens.kept[payer, day] = self.tokens.kept.get((payer, day), 0) + tokens

    @property
    def now(self) -> datetime:
        """What its clock shows."""
        return self.time()
