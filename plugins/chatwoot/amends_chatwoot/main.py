"""The command `amends-chatwoot`: reads the settings, wires the parts and runs them."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import AsyncExitStack

import httpx

from amends_chatwoot.business import NAME, Business
from amends_chatwoot.chatwoot import Chatwoot
from amends_chatwoot.pages import Door, Pages
from amends_chatwoot.receiver import Receiver, application
from amends_chatwoot.rounds import Rounds
from amends_chatwoot.settings import Settings, origin_of
from amends_chatwoot.steps import Rules, Steps
from amends_chatwoot.store import Store
from amends_client import AsyncAmends, Retries
from amends_client.receiver.business import read_business
from amends_client.receiver.logs import configure_logs
from amends_client.receiver.program import address_of, at_work, listening, read_arguments, refusing_to_start, serve

TIMEOUT_S = 30.0
# Few tries on one connection: what fails is tried again for a day, without a place at work being taken meanwhile.
RETRIES = Retries(tries=2, deadline_s=60)


def main() -> None:
    """Run until stopped; exits with 2 where a setting is wrong."""
    read_arguments(Settings, "Has Amends draft replies to complaints in Chatwoot, as private notes for its agents.")
    configure_logs()
    with refusing_to_start(Settings.command):
        settings = Settings.load(os.environ)
        business = read_business(settings.business, Business, NAME)
        store = Store(settings.database, settings.quiet_s)
        listener = listening(settings.host, settings.port, Settings.prefix)
    with listener:
        asyncio.run(serve_all(settings, business, store, listener))
    store.close()


async def serve_all(settings: Settings, business: Business, store: Store, listener: socket.socket) -> None:
    """Put the parts together, and serve until a signal comes."""
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
        lifespan = at_work(rounds.run, webhook=f"{address_of(listener)}/webhook")
        await serve(application(receiver, pages_of(settings, store, amends), lifespan), listener)


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
