"""The command `amends-chatwoot`: reads the settings, wires the parts and runs them."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import structlog
import uvicorn
from starlette.applications import Starlette

from amends_chatwoot.business import Business, read_business
from amends_chatwoot.chatwoot import Chatwoot
from amends_chatwoot.errors import ConfigurationError
from amends_chatwoot.logs import configure_logs
from amends_chatwoot.pages import Door, Pages
from amends_chatwoot.receiver import Receiver, application
from amends_chatwoot.rounds import Rounds
from amends_chatwoot.settings import Settings, describe_settings, load_settings, origin_of
from amends_chatwoot.steps import Rules, Steps
from amends_chatwoot.store import Store
from amends_client import AsyncAmends, Retries

WRONG_USE = 2
TIMEOUT_S = 30.0
# Few tries on one connection: what fails is tried again for a day, without a place at work being taken meanwhile.
RETRIES = Retries(tries=2, deadline_s=60)
log = structlog.get_logger()


def main() -> None:
    """Run until stopped; exits with 2 where a setting is wrong."""
    arguments = argparse.ArgumentParser(
        prog="amends-chatwoot",
        description="Has Amends draft replies to complaints in Chatwoot, as private notes for its agents.",
        epilog="Settings, from the environment:\n" + describe_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.parse_args()
    configure_logs()
    try:
        settings = load_settings(os.environ)
        business = read_business(settings.business)
        store = Store(settings.database, settings.quiet_s)
        listener = listening(settings)
    except ConfigurationError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"amends-chatwoot: {line}\n")
        sys.exit(WRONG_USE)
    with listener:
        asyncio.run(serve(settings, business, store, listener))
    store.close()


def listening(settings: Settings) -> socket.socket:
    """The socket on which webhooks come.

    Raises:
        ConfigurationError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # from now on who calls waits, also while the program starts
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        raise ConfigurationError(f"AMENDS_CHATWOOT_HOST, AMENDS_CHATWOOT_PORT: {where}: {error.strerror}") from None
    return listener


async def serve(settings: Settings, business: Business, store: Store, listener: socket.socket) -> None:
    """Serve until a signal comes."""
    async with AsyncExitStack() as stack:
        amends = await stack.enter_async_context(amends_of(settings))
        http = httpx.AsyncClient(
            base_url=settings.url,
            headers={"api_access_token": settings.token.get_secret_value()},
            timeout=TIMEOUT_S,
        )
        chatwoot = Chatwoot(await stack.enter_async_context(http), settings.account)
        rules = Rules(settings.account, settings.hand_over, settings.link_s)
        rounds = Rounds(store, Steps(store, chatwoot, amends, business, rules), settings.at_once, settings.keep_days)
        receiver = Receiver(settings.account, settings.webhook_secret.get_secret_value(), store, rounds.wake)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            task = asyncio.create_task(rounds.run())
            host, port = listener.getsockname()[:2]
            log.info("receiver.started", webhook=f"http://{f'[{host}]' if ':' in host else host}:{port}/webhook")
            yield
            task.cancel()
            await asyncio.wait([task])

        app = application(receiver, pages_of(settings, store, amends), lifespan)
        # A proxy's word for who asks is of no use here, and the access log would only repeat what we log ourselves.
        config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, server_header=False)
        await uvicorn.Server(config).serve(sockets=[listener])


def amends_of(settings: Settings) -> AsyncAmends:
    """The client of Amends."""
    key = settings.amends_key.get_secret_value() if settings.amends_key else None
    return AsyncAmends(settings.amends_url, key, retries=RETRIES, desk_url=settings.desk)


def pages_of(settings: Settings, store: Store, amends: AsyncAmends) -> Pages | None:
    """The dashboard app, where it has a secret."""
    if settings.dashboard_secret is None:
        return None
    secret = settings.dashboard_secret.get_secret_value()
    return Pages(Door(secret, chatwoot=origin_of(settings.url), desk=origin_of(settings.desk)), store, amends)
