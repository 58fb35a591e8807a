"""The help desk, once for all tests; whom they meet there; Amends with a model that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk_tests.bed import Bed, Visitor, help_desk, visiting
from tests.e2e.site import GOOD, Model, Site
from tests.fake_endpoint import FakeEndpoint
from tests.service.serving import serving


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


@pytest.fixture(scope="session")
def model() -> Model:
    """What Amends asks."""
    return Model()


@pytest.fixture(scope="session")
def endpoint(model: Model) -> Iterator[FakeEndpoint]:
    """Where Amends asks it, and how often."""
    with FakeEndpoint(model) as found:
        yield found


@pytest.fixture(scope="session")
def service(endpoint: FakeEndpoint, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Amends, open to this machine."""
    folder = tmp_path_factory.mktemp("site")
    with serving(folder, endpoint.url) as process:
        yield Site(process.ready(), folder, model)


@pytest.fixture
def site(service: Site) -> Site:
    """The same, with its model as it was."""
    service.model.text, service.model.seconds, service.model.broken = GOOD, 0.0, False
    return service
