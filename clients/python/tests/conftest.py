"""The service that the client is tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amends_client import Amends
from tests.e2e.site import Site, running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running service, open to this machine."""
    with running(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture
def site(service: Site) -> Site:
    """The same, with its model as it was."""
    service.model.__init__()  # type: ignore[misc] # it has nothing but its defaults
    return service


@pytest.fixture
def amends(site: Site) -> Iterator[Amends]:
    """A client of it."""
    with Amends(site.url) as found:
        yield found
