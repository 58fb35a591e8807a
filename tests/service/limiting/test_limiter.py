"""Who is let through, who is not, what they are told, and what happens when counting fails."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from service.access import ANYBODY, Caller
from service.errors import OverLimit, RateLimited, StoreError, TokenBudgetSpent, TooManyAtOnce
from service.limiting.limiter import MOST_SUMS, Limiter
from service.limiting.rates import Limits, Rate
from tests.service.limiting.parts import Away, Parts

DAY = Limits(drafting=(Rate(10, 86_400),))
BUDGET = Limits(tokens_per_day=100)


def caller(name: str = "a", limits: str = "") -> Caller:
    """A caller with a key."""
    return Caller("default", name, frozenset(), limits)


async def passes(limiter: Limiter, who: Caller) -> bool:
    """Whether a draft is let through."""
    try:
        await limiter.admit(who, limiter.limits_of(who), "drafting")
    except OverLimit:
        return False
    return True


def let_through(limiter: Limiter, who: Caller, times: int) -> int:
    """How many of so many drafts at once are."""

    async def run() -> int:
        return sum(await asyncio.gather(*(passes(limiter, who) for _ in range(times))))

    return asyncio.run(run())


def test_fifty_at_once() -> None:
    """Of a rate of ten, exactly ten pass; who has no key is one caller."""
    parts = Parts(DAY)
    assert let_through(parts.limiter, ANYBODY, 50) == 10
    assert let_through(parts.limiter, caller(), 50) == 10
    assert parts.told.heard == [("rate", True)] * 80


def test_own_limits() -> None:
    """They count in place of the usual ones."""
    parts = Parts(DAY)
    assert let_through(parts.limiter, caller("few", '{"drafting": "3/day"}'), 20) == 3
    assert let_through(parts.limiter, caller("any", '{"drafting": null}'), 20) == 20


def test_places() -> None:
    """So many at once, however each of them ends; nothing is kept of who has none under way."""
    limiter = Parts(Limits(at_once=2)).limiter
    limits = limiter.limits_of(ANYBODY)
    with limiter.place(ANYBODY, limits) as first, suppress(ZeroDivisionError), limiter.place(ANYBODY, limits):
        assert first[0].remaining == 1
        with pytest.raises(TooManyAtOnce) as refused:
            limiter.place(ANYBODY, limits).__enter__()
        assert refused.value.retry_after == 1
        with limiter.place(caller(), limits):
            raise ZeroDivisionError
    assert not limiter._at_once


def test_the_budget() -> None:
    """It is spent when it is reached, and back at midnight, UTC, which is when callers are told to come again."""
    parts = Parts(BUDGET)
    parts.time.now = datetime(2025, 10, 21, 23, 59, 30, 500_000, tzinfo=UTC)
    parts.spend("a", 99)
    assert let_through(parts.limiter, caller(), 1) == 1
    parts.spend("a", 1)
    with pytest.raises(TokenBudgetSpent) as refused:
        asyncio.run(parts.limiter.admit(caller(), BUDGET, "drafting"))
    assert refused.value.retry_after == 30
    assert let_through(parts.limiter, caller("b"), 1) == 1
    parts.time.now += timedelta(seconds=29)
    assert let_through(parts.limiter, caller(), 1) == 0
    parts.time.now += timedelta(seconds=1)
    assert let_through(parts.limiter, caller(), 1) == 1


@pytest.mark.parametrize("zone", [timedelta(hours=14), timedelta(hours=-12)])
def test_midnight_is_that_of_utc(zone: timedelta) -> None:
    """Whatever zone the clock is in."""
    parts = Parts(BUDGET)
    at = datetime(2025, 10, 21, 12, tzinfo=UTC)
    parts.tokens.kept["a", at.date()] = 100
    parts.time.now = (at + zone).replace(tzinfo=UTC) - zone
    with pytest.raises(TokenBudgetSpent) as refused:
        asyncio.run(parts.limiter.admit(caller(), BUDGET, "drafting"))
    assert refused.value.retry_after == 12 * 3_600


def test_no_budget_at_all() -> None:
    """A budget of 0 lets nothing be drafted, and everything else be done."""
    parts = Parts(Limits(tokens_per_day=0))
    assert let_through(parts.limiter, caller(), 1) == 0
    assert asyncio.run(parts.limiter.admit(caller(), Limits(tokens_per_day=0), "checking")) == []


def test_a_sum_is_read_seldom() -> None:
    """Once a second, and anew when a draft of the caller has ended."""
    parts = Parts(BUDGET, fresh_s=60)
    assert let_through(parts.limiter, caller(), 20) <= 20
    assert let_through(parts.limiter, caller(), 20) == 20
    reads = parts.tokens.reads
    assert let_through(parts.limiter, caller(), 20) == 20
    assert parts.tokens.reads == reads
    parts.spend("a", 100)
    parts.limiter.forget_sum(caller())
    assert let_through(parts.limiter, caller(), 20) == 0
    assert parts.tokens.reads == reads + 1


def test_a_refusal_costs_nothing() -> None:
    """Who has no tokens left uses up no rate, and so finds it whole the next day."""
    limits = Limits(drafting=(Rate(5, 86_400),), tokens_per_day=10)
    parts = Parts(limits)
    parts.spend("a", 10)
    assert let_through(parts.limiter, caller(), 20) == 0
    parts.time.now += timedelta(days=1)
    assert let_through(parts.limiter, caller(), 20) == 5


def test_shared_windows_that_are_away() -> None:
    """Each process counts by itself then, says so, and leaves the store alone for some seconds."""
    away = Away()
    parts = Parts(DAY, shared=away)
    assert let_through(parts.limiter, caller(), 1) == 1
    assert let_through(parts.limiter, caller(), 49) == 9
    assert away.asked == 1
    assert parts.told.heard.count(("rate", False)) == 50


@pytest.mark.parametrize("fault", [StoreError("away"), TimeoutError()])
def test_tokens_that_cannot_be_read(fault: Exception) -> None:
    """Nobody is refused for that."""
    parts = Parts(BUDGET)
    parts.spend("a", 100)
    parts.tokens.fault = fault
    assert let_through(parts.limiter, caller(), 3) == 3
    assert parts.told.heard == [("tokens", False)] * 3


def test_many_callers() -> None:
    """What is remembered of sums does not grow without end."""
    parts = Parts(BUDGET, fresh_s=1_000)

    async def run() -> None:
        for number in range(MOST_SUMS + 100):
            assert await passes(parts.limiter, caller(f"key-{number}"))

    asyncio.run(run())
    assert len(parts.limiter._sums) <= MOST_SUMS


def test_what_is_told() -> None:
    """The tightest rate is named, and a whole number of seconds."""
    limits = Limits(drafting=(Rate(3, 3_600), Rate(100, 86_400)))
    limiter = Parts(limits).limiter

    async def run() -> RateLimited:
        for _ in range(3):
            await limiter.admit(caller(), limits, "drafting")
        with pytest.raises(
            RateLimited, match="More than 3 requests in 3600 seconds, the limit for drafting"
        ) as refused:
            await limiter.admit(caller(), limits, "drafting")
        return refused.value

    error = asyncio.run(run())
    assert [policy.name for policy in error.policies] == ["drafting-3600s", "drafting-86400s"]
    assert [policy.remaining for policy in error.policies] == [0, 97]
    assert 1 <= error.retry_after == error.policies[0].reset_s
