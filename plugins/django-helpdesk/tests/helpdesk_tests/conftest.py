"""The help desk, once for all tests, and whom they meet there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk_tests.bed import Bed, Visitor, help_desk, visiting


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A help desk, from nothing."""
    with help_desk(tmp_path_factory.mktemp("helpdesk")) as found:
        yield found


@pytest.fixture
def customer(bed: Bed) -> Iterator[Visitor]:
    """A customer, who has no account."""
    with visiting(bed) as found:
        yield found


@pytest.fixture
def agent(bed: Bed) -> Iterator[Visitor]:
    """An agent, signed in."""
    with visiting(bed) as found:
        found.signs_in()
        yield found
