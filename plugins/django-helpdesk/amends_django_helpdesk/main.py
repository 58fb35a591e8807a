"""The command `amends-helpdesk`: reads the settings, wires the parts and runs them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

import httpx

from amends_client import AsyncAmends, Retries
from amends_client.receiver.business import read_business
from amends_client.receiver.logs import configure_logs
from amends_client.receiver.program import address_of, at_work, listening, read_arguments, refusing_to_start, serve
from amends_django_helpdesk.handling import Handling, Ours
from amends_django_helpdesk.helpdesk import HelpDesk
from amends_django_helpdesk.queues import NAME, Queue, Queues
from amends_django_helpdesk.receiver import receiver
from amends_django_helpdesk.rounds import Rounds
from amends_django_helpdesk.settings import Settings
from amends_django_helpdesk.steps import Rules

DESCRIPTION = "Has Amends draft replies to the complaints of a django-helpdesk, as private notes for its agents."
DESK_TIMEOUT_S = 30.0
# Few tries on one connection: what fails is tried again for days, without a place at work being taken meanwhile.
RETRIES = Retries(tries=2, deadline_s=150)


def main() -> None:
    """Run until stopped; exits with 2 where a setting is wrong."""
    read_arguments(Settings, DESCRIPTION)
    configure_logs()
    with refusing_to_start(Settings.command):
        settings = Settings.load(os.environ)
        queues = read_business(settings.queues, Queues, NAME).queue
        listener = listening(settings.host, settings.port, Settings.prefix)
    with listener:
        asyncio.run(serve_all(settings, queues, listener))


async def serve_all(settings: Settings, queues: Mapping[int, Queue], listener: socket.socket) -> None:
    """Serve until a signal comes."""
    async with AsyncExitStack() as stack:
        rounds = await wired(settings, queues, stack)
        lifespan = at_work(partial(rounds.run, settings.at_once), hook=f"{address_of(listener)}/hook")
        await serve(receiver(rounds, lifespan), listener)


async def wired(settings: Settings, queues: Mapping[int, Queue], stack: AsyncExitStack) -> Rounds:
    """The parts, put together; the stack closes their connections."""
    site = settings.url
    login = httpx.BasicAuth(settings.user, settings.password.get_secret_value())
    http = await stack.enter_async_context(httpx.AsyncClient(base_url=site, auth=login, timeout=DESK_TIMEOUT_S))
    key = settings.amends_key.get_secret_value() if settings.amends_key else None
    amends = AsyncAmends(settings.amends_url, key, retries=RETRIES, desk_url=settings.desk)
    await stack.enter_async_context(amends)
    rules = Rules(frozenset(queues), settings.statuses, settings.first_ticket, settings.agents)
    desk = HelpDesk(http)
    handling = Handling(desk, amends, Ours(site, rules, queues, settings.link_s))
    return Rounds(desk, handling, settings.statuses, settings.poll_s)
