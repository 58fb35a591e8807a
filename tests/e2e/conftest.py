"""The service that the desk's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.site import Site, running

pytest_plugins = ["tests.e2e.browser"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service, open to this machine."""
    folder: Path = tmp_path_factory.mktemp("site")
    with running(folder) as found:
        yield found
