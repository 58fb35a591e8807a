"""Requests counted in memory and in Redis, under a clock that a test sets, and what is said of the wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from importlib.resources import files
from threading import Thread

import pytest
import redis
from fakeredis import TcpFakeServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage

from service.errors import ConfigurationError
from service.limiting.limiter import after
from service.limiting.rates import Rate
from service.limiting.windows import PackageWindows, Window
from service.wiring.limiting import redis_windows

MINUTE = Rate(10, 60)


class Clock:
    """What the machine's clock shows."""

    def __init__(self, now: float = 1_760_000_040.0) -> None:  # a minute begins
        self.now = now

    def __call__(self) -> float:
        """It."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The machine's clock, to be set."""
    found = Clock()
    monkeypatch.setattr(time, "time", found)
    return found


class Server(TcpFakeServer):
    """A server that speaks as Redis does, and lets many connect at once."""

    request_queue_size = 64


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A server that speaks as Redis does."""
    server = Server(("127.0.0.1", 0), server_type="redis")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    with redis.Redis(port=port) as client:  # as this server hangs up where it does not know a script yet
        for script in files("limits").joinpath("resources/redis/lua_scripts").iterdir():
            client.script_load(script.read_text())
    yield f"redis://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()
    thread.join()


def in_memory() -> PackageWindows:
    """Windows of this process."""
    return PackageWindows(MemoryStorage())


def test_fifty_at_once(clock: Clock) -> None:
    """Of a limit of ten, exactly ten pass, and nobody's are those of somebody else."""
    del clock

    async def run() -> list[int]:
        windows = in_memory()
        asked = [windows.take(bucket, [MINUTE]) for _ in range(50) for bucket in ("a", "b")]
        counts = await asyncio.gather(*asked)
        return [sum(count.taken for count in counts[start::2]) for start in (0, 1)]

    assert asyncio.run(run()) == [10, 10]


def test_what_is_left(clock: Clock) -> None:
    """It goes down to 0, and comes back as the window fades."""

    async def run() -> None:
        windows = in_memory()
        left = [(await windows.take("a", [MINUTE])).windows[0].remaining for _ in range(11)]
        assert left == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
        clock.now += 90  # half of the ten still counts
        assert (await windows.take("a", [MINUTE])).windows[0].remaining == 4
        clock.now += 300
        assert (await windows.take("a", [MINUTE])).windows[0].remaining == 9

    asyncio.run(run())


def test_the_shortest_first(clock: Clock) -> None:
    """What a short window refuses is not counted in a long one."""
    rates = [Rate(2, 1), Rate(5, 60)]

    async def run() -> None:
        windows = in_memory()
        for _ in range(20):
            count = await windows.take("a", rates)
        assert [each.remaining for each in count.windows] == [0, 3]
        clock.now += 2
        assert (await windows.take("a", rates)).taken

    asyncio.run(run())


@pytest.mark.parametrize("jump", [-86_400, -3_600, -61, -1, 61, 3_600, 86_400])
def test_a_clock_that_jumps(clock: Clock, jump: float) -> None:
    """Whichever way it jumps, it limits again at once, and whoever waits as he is told is soon let through.

    Set back, it comes once more to a window that was counted in before.
    """

    async def run() -> None:
        windows = in_memory()
        for _ in range(10):
            await windows.take("a", [MINUTE])
        clock.now += jump
        counts = [await windows.take("a", [MINUTE]) for _ in range(30)]
        assert sum(count.taken for count in counts) <= 10
        began, count = clock.now, counts[-1]
        while not count.taken:
            clock.now += after(count.windows[0].wait_s)
            count = await windows.take("a", [MINUTE])
        assert clock.now - began <= 181

    asyncio.run(run())


def test_many_keys_do_not_stay(clock: Clock) -> None:
    """Once their time is over, nothing is kept of those who sent something."""

    async def run() -> int:
        storage = MemoryStorage()
        windows = PackageWindows(storage)
        for number in range(3_000):
            await windows.take(f"key-{number}", [Rate(5, 1)])
        clock.now += 10
        for _ in range(3):
            await windows.take("last", [Rate(5, 1)])
            await asyncio.sleep(0)
        return len(storage.storage) + len(storage.expirations) + len(storage.locks) + len(storage.events)

    assert asyncio.run(run()) < 10


@given(
    amount=st.integers(1, 20),
    seconds=st.sampled_from([1, 7, 60]),
    steps=st.lists(st.floats(0, 40), min_size=1, max_size=60),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_wait_is_right(clock: Clock, amount: int, seconds: int, steps: list[float]) -> None:
    """Whoever waits as long as is said is let through; and there are never more than a limit and a bit in its time."""
    rate = Rate(amount, seconds)

    async def run() -> None:
        windows = in_memory()
        for step in steps:
            clock.now += step * seconds / 40
            count = await windows.take("a", [rate])
            assert 0 <= count.windows[0].remaining < amount or not count.taken
            if not count.taken:
                assert count.windows[0].remaining == 0
                clock.now += after(count.windows[0].wait_s)
                assert (await windows.take("a", [rate])).taken

    asyncio.run(run())


@pytest.mark.parametrize(
    ("earlier", "latest", "left", "wait_s"),
    [(0, 9, 30, -1), (0, 10, 30, 30), (10, 0, 60, 0), (10, 5, 60, 30), (10, 10, 60, 60), (0, 20, 10, 40)],
)
def test_the_wait(earlier: int, latest: int, left: float, wait_s: float) -> None:
    """None, until the earlier window has faded enough, or until the latest one has begun to."""
    assert Window(MINUTE, earlier, latest, left).wait_s == pytest.approx(wait_s)


def test_redis(redis_url: str) -> None:
    """Two processes share what it counts; the wait that it gives is right, and there is no more than the limit."""

    async def run() -> None:
        rates = [Rate(5, 1), Rate(10, 86_400)]
        async with redis_windows(redis_url) as one, redis_windows(redis_url) as other:
            first = await one.take("a", rates)
            assert first.taken
            assert [each.remaining for each in first.windows] == [4, 9]
            counts = await asyncio.gather(*(windows.take("a", rates) for _ in range(10) for windows in (one, other)))
            assert sum(count.taken for count in counts) == 4
            await asyncio.sleep(max(after(window.wait_s) for window in counts[-1].windows))
            assert (await other.take("a", rates)).taken

    asyncio.run(run())


def test_redis_that_is_away() -> None:
    """It fails soon, so that others can count; a URL that is none is told of at the start, without its password."""

    async def run() -> None:
        async with redis_windows("redis://:secret@127.0.0.1:1/0") as windows:
            with pytest.raises(redis.ConnectionError):
                await windows.take("a", [MINUTE])
        with pytest.raises(ConfigurationError, match="not the URL") as error:
            async with redis_windows("redis://:secret@127.0.0.1:many"):
                pass
        assert "secret" not in str(error.value)

    asyncio.run(run())
