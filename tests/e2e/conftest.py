"""The service that the desk's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.doors import Host, new_key
from tests.e2e.site import Site, running

pytest_plugins = ["tests.e2e.browser"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service, open to this machine."""
    folder: Path = tmp_path_factory.mktemp("site")
    with running(folder) as found:
        yield found


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """A help desk."""
    found = Host()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Site]:
    """The service with a key, which pages of the host may hold in a frame."""
    folder = tmp_path_factory.mktemp("closed")
    with running(folder, AMENDS_DESK_FRAME_ANCESTORS=f"{host.url} https://*.example.com") as site:
        key = new_key(folder, "crm")
        site.headers["Authorization"] = f"Bearer {key}"
        yield site
