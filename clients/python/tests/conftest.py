"""The service that the client is tried on, and the client, synchronous and asynchronous."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol, cast

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from amends_client import Amends, AsyncAmends
from tests.e2e.site import Site, running


class Connect(Protocol):
    """Makes clients."""

    def __call__(self, url: str, key: str | None = None, **options: Any) -> Amends:
        """A client of a service, which is closed after the test."""


class Blocking:
    """An asynchronous client that is called as the synchronous one is, so that a test can be run with both."""

    def __init__(self, client: AsyncAmends, portal: BlockingPortal) -> None:
        self._client = client
        self._portal = portal

    def __getattr__(self, name: str) -> object:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> object:
            return self._portal.call(settled, found, arguments, named)

        return call


async def settled(function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> object:
    """What a function comes to, iterated or awaited."""
    made = function(*arguments, **named)
    if inspect.isasyncgen(made):
        return [each async for each in cast("AsyncIterator[object]", made)]
    return await made


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running service, open to this machine."""
    with running(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture
def site(service: Site) -> Iterator[Site]:
    """The same; its model is as it was, afterwards."""
    kept = dict(vars(service.model))
    yield service
    vars(service.model).update(kept)


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Clients of both kinds."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal()) if request.param == "async" else None

        def connected(url: str, key: str | None = None, **options: Any) -> Amends:
            if portal is None:
                return stack.enter_context(Amends(url, key, **options))
            client = AsyncAmends(url, key, **options)
            stack.callback(portal.call, client.aclose)
            return cast("Amends", Blocking(client, portal))

        yield connected


@pytest.fixture
def amends(site: Site, connect: Connect) -> Amends:
    """A client of the service."""
    return connect(site.url)
