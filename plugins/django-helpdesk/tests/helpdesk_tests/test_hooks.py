"""What comes to the receiver's door: webhooks, and whatever else anybody sends."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from helpdesk_tests.bed import Bed, receiving
from tests.e2e.site import Site


@pytest.fixture(scope="module")
def watched(bed: Bed, service: Site) -> Iterator[Bed]:
    """The help desk with a receiver beside it."""
    with receiving(bed, service.url):
        yield bed


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not JSON", 400),
        (b"[" * 100_000, 400),
        ({"ticket": 7}, 400),
        ({"ticket": {"id": "7"}}, 400),
        ({"ticket": {"id": True}}, 400),
        ({"ticket": {"id": 0}}, 400),
        ({"ticket": {"id": 2**40}}, 400),
        ({"ticket": {"id": 2**31 - 1}}, 202),
        (b" " * 3_000_000, 202),
    ],
)
def test_what_anybody_may_tell_it(watched: Bed, body: object, status: int) -> None:
    """Nothing of it is believed: at most a ticket is looked at that is not there."""
    assert watched.tells(body).status_code == status
    assert httpx.get(f"http://127.0.0.1:{watched.hook_port}/healthz", timeout=10).json() == {"status": "ok"}
