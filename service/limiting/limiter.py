"""Says whether a caller may send one more request now: so many at once, so many in a time, so many tokens a day."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, Protocol

import structlog

from service.access import Caller
from service.errors import AmendsError, OverLimit, RateLimited, TokenBudgetSpent, TooManyAtOnce
from service.limiting.policies import Policy
from service.limiting.rates import DAY_S, Limits, Rate, RouteClass, limits_of
from service.limiting.windows import Count, Window, Windows

LimitKind = Literal["rate", "at_once", "tokens"]
STORE_S = 1.0  # for the store of counts; a request waits no longer for it
REST_S = 5.0  # a store that failed is left alone for so long
FRESH_S = 1.0  # for which a sum of tokens is used again
MOST_SUMS = 10_000
log = structlog.get_logger()


class Spent(Protocol):
    """Where tokens are counted."""

    async def spent(self, payer: str, day: date) -> int:
        """The tokens of a day."""


class Told(Protocol):
    """Who hears of what is refused, and of what could not be counted."""

    def __call__(self, limit: LimitKind, *, refused: bool) -> None:
        """One request."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The tokens of a day, as they were at a time of the monotonic clock."""

    day: date
    tokens: int
    read_at: float


class Limiter:
    """The limits of this process's callers.

    Requests are counted in `shared`, if there is one, else in `local`; and in `local` also while the shared ones fail:
    nobody is refused because a store is away. Calls at once are those of this process.
    """

    def __init__(
        self,
        usual: Limits,
        local: Windows,
        spent: Spent,
        clock: Callable[[], datetime],
        *,
        shared: Windows | None = None,
        tell: Told,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._usual = usual
        self._local = local
        self._shared = shared
        self._spent = spent
        self._clock = clock
        self._tell = tell
        self._fresh_s = fresh_s
        self._at_once: Counter[str] = Counter()
        self._sums: dict[str, Sum] = {}
        self._rests_until = 0.0

    def limits_of(self, caller: Caller) -> Limits:
        """What a caller may do."""
        return limits_of(caller.limits, self._usual)

    @asynccontextmanager
    async def request(self, caller: Caller, limits: Limits, kind: RouteClass) -> AsyncIterator[list[Policy]]:
        """Let one request of a caller in, until the block is left, however it is; gives what is left of its limits.

        Raises:
            OverLimit: it may not be let in; the error tells of the limits up to the one that refused it.
        """
        with self.place(caller, limits) as places:
            try:
                policies = await self.admit(caller, limits, kind)
            except OverLimit as error:
                error.policies = (*places, *error.policies)
                raise
            try:
                yield places + policies
            finally:
                if limits.tokens_for(kind) is not None:
                    self.forget_sum(caller)

    @contextmanager
    def place(self, caller: Caller, limits: Limits) -> Iterator[list[Policy]]:
        """One of the calls that this caller may have under way, until the block is left, however it is.

        Raises:
            TooManyAtOnce: all are under way.
        """
        most = limits.at_once
        if most is None:
            yield []
            return
        under_way = self._at_once[caller.payer]
        if under_way >= most:
            self._tell("at_once", refused=True)
            raise TooManyAtOnce(most, (_calls(most, 0),))
        self._at_once[caller.payer] += 1
        try:
            yield [_calls(most, most - under_way - 1)]
        finally:
            self._at_once[caller.payer] -= 1
            if not self._at_once[caller.payer]:
                del self._at_once[caller.payer]

    async def admit(self, caller: Caller, limits: Limits, kind: RouteClass) -> list[Policy]:
        """Count a request of a caller, and say what is left.

        Raises:
            TokenBudgetSpent: no tokens are left today; the request is not counted.
            RateLimited: there were too many requests.
        """
        policies = await self._tokens(caller, limits.tokens_for(kind))
        rates = limits.rates(kind)
        if not rates:
            return policies
        count = await self._count(f"{caller.payer}/{kind}", rates)
        told = [_rate(window, kind) for window in count.windows]
        if not count.taken:
            self._tell("rate", refused=True)
            wait_s = max(after(window.wait_s) for window in count.windows)
            full = min(count.windows, key=lambda window: window.remaining)
            raise RateLimited(full.rate.amount, full.rate.seconds, kind, wait_s, (*policies, *told))
        return policies + told

    def forget_sum(self, caller: Caller) -> None:
        """A draft of this caller may have been stored: what it spent is looked at anew."""
        self._sums.pop(caller.payer, None)

    async def _tokens(self, caller: Caller, budget: int | None) -> list[Policy]:
        if budget is None:
            return []
        now = self._clock().astimezone(UTC)
        try:
            spent = await self._sum(caller.payer, now.date())
        except (AmendsError, TimeoutError) as error:
            self._tell("tokens", refused=False)
            _log("tokens", error)
            return []
        over_s = DAY_S - (now.hour * 3600 + now.minute * 60 + now.second)
        policy = Policy("tokens", budget, DAY_S, "tokens", max(0, budget - spent), over_s)
        if spent >= budget:
            self._tell("tokens", refused=True)
            raise TokenBudgetSpent(budget, over_s, (policy,))
        return [policy]

    async def _sum(self, payer: str, day: date) -> int:
        known = self._sums.get(payer)
        if known and known.day == day and time.monotonic() - known.read_at < self._fresh_s:
            return known.tokens
        read_at = time.monotonic()
        async with asyncio.timeout(STORE_S):
            tokens = await self._spent.spent(payer, day)
        if len(self._sums) >= MOST_SUMS:
            self._sums.clear()
        self._sums[payer] = Sum(day, tokens, read_at)
        return tokens

    async def _count(self, bucket: str, rates: tuple[Rate, ...]) -> Count:
        """In the shared windows where there are some that answer, else in those of this process."""
        shared = self._shared
        if shared is None:
            return await self._local.take(bucket, rates)
        if time.monotonic() >= self._rests_until:
            try:
                async with asyncio.timeout(STORE_S):
                    return await shared.take(bucket, rates)
            except Exception as error:  # noqa: BLE001 - each store has errors of its own, and none may refuse anybody
                self._rests_until = time.monotonic() + REST_S
                _log("rate", error)
        self._tell("rate", refused=False)
        return await self._local.take(bucket, rates)


def _log(limit: LimitKind, error: Exception) -> None:
    # Only the type of what is not ours: its text may hold a URL with a password.
    detail = str(error) if isinstance(error, AmendsError) else type(error).__name__
    log.warning("limits.not_counted", limit=limit, detail=detail)


def after(wait_s: float) -> int:
    """Whole seconds that are more than these; at least 1."""
    return max(1, math.floor(wait_s) + 1)


def _rate(window: Window, kind: RouteClass) -> Policy:
    rate, remaining = window.rate, window.remaining
    reset_s = math.ceil(window.left) if remaining else after(window.wait_s)
    return Policy(f"{kind}-{rate.seconds}s", rate.amount, rate.seconds, "requests", remaining, reset_s)


def _calls(most: int, remaining: int) -> Policy:
    return Policy("at-once", most, None, "concurrent-requests", remaining, None)
