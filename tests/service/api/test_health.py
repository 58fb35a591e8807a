"""Signs of life."""

from __future__ import annotations

import pytest

from service.errors import EmbeddedModelFailed, EndpointFailed, StoreError
from tests.service.api.calling import call, make_app


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_all_is_well(path: str) -> None:
    """Both answer alike."""
    answer = call(make_app(), "GET", path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("fault", "status"),
    [(StoreError("gone"), 503), (EndpointFailed("down"), 502), (EmbeddedModelFailed("stopped"), 502)],
)
def test_what_keeps_it_from_working_is_told(fault: Exception, status: int) -> None:
    """Not ready is an error of the part that failed, told without its words: anybody may ask."""
    app = make_app(unready=fault)
    ready, alive = call(app, "GET", "/readyz"), call(app, "GET", "/healthz")
    assert (ready.status_code, alive.status_code) == (status, 200)
    assert ready.headers["content-type"] == "application/problem+json"
    assert str(fault) not in ready.text
    assert ready.json()["detail"].startswith("The service is not ready for work.")
