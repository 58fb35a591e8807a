"""Puts together what keeps callers within their limits, as the settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from limits.aio.storage import MemoryStorage, RedisStorage
from sqlalchemy.ext.asyncio import AsyncEngine

from service.errors import ConfigurationError
from service.limiting.limiter import STORE_S, Limiter, Told
from service.limiting.rates import Limits, read_rates
from service.limiting.windows import PackageWindows, Windows
from service.rounds import rounds
from service.settings import Settings
from service.store.rates import SharedWindows
from service.store.tokens import TokenCounts
from service.wiring.clock import utc_now

DELETE_EVERY_S = 3600.0
CONNECTIONS = 16  # to Redis, from this process; each is needed for less than a millisecond
NO_EXTRA = (
    "AMENDS_LIMITS_REDIS_URL: Redis needs what the extra `redis` installs: `uv sync --extra redis`, or "
    "`pip install 'amends[redis]'`"
)


def usual_limits(settings: Settings) -> Limits:
    """The limits of every caller who has none of its own."""
    drafting, checking, reading = (
        read_rates(text) if text else ()
        for text in (settings.rate_drafting, settings.rate_checking, settings.rate_reading)
    )
    return Limits(drafting, checking, reading, settings.calls_at_once, settings.tokens_per_day)


@asynccontextmanager
async def limiting(settings: Settings, database: AsyncEngine, tell: Told) -> AsyncIterator[Limiter]:
    """Who keeps callers within their limits; what was counted long ago is deleted while this is open.

    Raises:
        ConfigurationError: Redis is asked for, and cannot be used.
    """
    tokens, local = TokenCounts(database), PackageWindows(MemoryStorage())
    async with AsyncExitStack() as stack:
        shared: Windows | None = None
        if settings.limits_redis_url:
            url = settings.limits_redis_url.get_secret_value()
            shared = await stack.enter_async_context(redis_windows(url))
        elif database.dialect.name == "postgresql":
            shared = windows = SharedWindows(database)
            await stack.enter_async_context(rounds(DELETE_EVERY_S, windows.delete_old, "limits.deletion"))

        async def delete_tokens() -> None:
            await tokens.delete_old(utc_now())

        await stack.enter_async_context(rounds(DELETE_EVERY_S, delete_tokens, "limits.deletion"))
        yield Limiter(usual_limits(settings), local, tokens, utc_now, shared=shared, tell=tell)


@asynccontextmanager
async def redis_windows(url: str) -> AsyncIterator[Windows]:
    """Windows that a Redis server keeps; that it is away shows when a request is counted.

    Raises:
        ConfigurationError: the URL is none, or Redis cannot be used.
    """
    try:
        from redis.asyncio import BlockingConnectionPool  # noqa: PLC0415 - the extra may not be there
    except ModuleNotFoundError as error:
        raise ConfigurationError(NO_EXTRA) from error
    try:
        pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS, timeout=STORE_S, socket_timeout=STORE_S, socket_connect_timeout=STORE_S
        )
    except ValueError:  # its text may repeat the URL
        raise ConfigurationError("AMENDS_LIMITS_REDIS_URL: it is not the URL of a Redis server") from None
    storage = RedisStorage(
        f"async+{url}",
        implementation="redispy",
        key_prefix="amends",
        connection_pool=pool,  # type: ignore[arg-type]  # documented so, and typed as if there were none
    )
    try:
        yield PackageWindows(storage)
    finally:
        await pool.disconnect()
