"""The command `amends-helpdesk`: reads the settings, wires the parts and runs them."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import structlog
import uvicorn
from starlette.applications import Starlette

from amends_client import AsyncAmends, Retries
from amends_django_helpdesk.errors import ConfigurationError
from amends_django_helpdesk.handling import Handling, Ours
from amends_django_helpdesk.helpdesk import HelpDesk
from amends_django_helpdesk.logs import configure_logs
from amends_django_helpdesk.queues import Queue, read_queues
from amends_django_helpdesk.receiver import receiver
from amends_django_helpdesk.rounds import Rounds
from amends_django_helpdesk.settings import Settings, describe_settings, load_settings
from amends_django_helpdesk.steps import Rules

WRONG_USE = 2
DESK_TIMEOUT_S = 30.0
# Few tries on one connection: what fails is tried again for days, without a place at work being taken meanwhile.
RETRIES = Retries(tries=2, deadline_s=150)
log = structlog.get_logger()


def main() -> None:
    """Run until stopped; exits with 2 where a setting is wrong."""
    arguments = argparse.ArgumentParser(
        prog="amends-helpdesk",
        description="Has Amends draft replies to the complaints of a django-helpdesk, as private notes for its agents.",
        epilog="Settings, from the environment:\n" + describe_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.parse_args()
    configure_logs()
    try:
        settings = load_settings(os.environ)
        queues = read_queues(settings.queues)
        listener = listening(settings)
    except ConfigurationError as error:
        for line in str(error).splitlines():
            print(f"amends-helpdesk: {line}", file=sys.stderr)  # noqa: T201 - said to who started it
        sys.exit(WRONG_USE)
    with listener:
        asyncio.run(serve(settings, queues, listener))


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
        listener.listen()  # what comes before all is ready waits
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        raise ConfigurationError(f"AMENDS_HELPDESK_HOST, AMENDS_HELPDESK_PORT: {where}: {error.strerror}") from None
    return listener


async def serve(settings: Settings, queues: Mapping[int, Queue], listener: socket.socket) -> None:
    """Serve until a signal comes."""
    async with AsyncExitStack() as stack:
        rounds = await wired(settings, queues, stack)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            task = asyncio.create_task(rounds.run(settings.at_once))
            host, port = listener.getsockname()[:2]
            log.info("receiver.started", hook=f"http://{f'[{host}]' if ':' in host else host}:{port}/hook")
            yield
            task.cancel()
            await asyncio.wait([task])

        # A proxy's word for who asks is of no use here, and the access log would only repeat what we log ourselves.
        config = uvicorn.Config(
            receiver(rounds, lifespan), log_config=None, access_log=False, proxy_headers=False, server_header=False
        )
        await uvicorn.Server(config).serve(sockets=[listener])


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
