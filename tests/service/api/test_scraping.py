"""GET /metrics while the database is away."""

from __future__ import annotations

from service.api.scraping import scraped_app
from service.errors import StoreError
from service.hosts import Hosts
from tests.service.admitted import AT_ONCE, MemoryKeys, admitting_by, bearer, make_key
from tests.service.api.calling import call

READER, CHECKER, STRANGER = "a00000000000", "b00000000000", "c00000000000"


def test_figures_are_given_while_the_keys_cannot_be_read() -> None:
    """To whom they were given before, and to nobody else: an outage is when they are looked at."""
    keys = MemoryKeys(make_key(READER, "read"), make_key(CHECKER, "check"))

    async def expose(accept: str) -> tuple[bytes, str]:
        del accept
        return b"amends_jobs 1", "text/plain"

    app = scraped_app(expose, admitting_by(keys, lifetime=AT_ONCE), Hosts())
    expected = [({}, 401), (bearer(STRANGER), 401), (bearer(CHECKER), 403), (bearer(READER), 200)]
    for fault in (None, StoreError("The database postgresql://db.internal cannot be reached.")):
        keys.fault = fault
        assert [call(app, "GET", "/metrics", headers=headers).status_code for headers, _ in expected] == [
            status for _, status in expected
        ]
    assert call(app, "GET", "/v1/drafts/x", headers=bearer(READER)).status_code == 503
