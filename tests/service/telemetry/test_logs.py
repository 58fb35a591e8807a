"""Request ids: in every line that is logged for a request, down to the loop; and draft ids where no request is left."""

from __future__ import annotations

from pathlib import Path

import httpx2

from tests.fake_endpoint import FakeEndpoint, says
from tests.service.api.calling import CASE
from tests.service.serving import serving
from tests.service.telemetry.watched import wait_until_made


def test_ids_in_the_log(tmp_path: Path) -> None:
    """A draft that is waited for, and one that is not, each with an attempt that failed."""
    refused = says(None)  # after which another attempt is made
    with (
        FakeEndpoint(refused, says("I am sorry."), refused, says("I am sorry.")) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_MAX_ATTEMPTS="2") as service,
    ):
        with httpx2.Client(base_url=service.ready(), timeout=60) as client:
            waited = client.post("/v1/drafts", json=CASE, headers={"X-Request-ID": "mine-1"})
            assert waited.headers["x-request-id"] == "mine-1"
            later = {"X-Request-ID": "mine-2", "Prefer": "respond-async"}
            accepted = client.post("/v1/drafts", json=CASE, headers=later)
            where = accepted.headers["location"]
            wait_until_made(client, where)
            forged = client.post("/v1/drafts", json={}, headers={"X-Request-ID": 'a","event":"forged'})
            assert forged.json()["request_id"] == forged.headers["x-request-id"] != 'a","event":"forged'
        assert service.stop(15) == 0
        logged = service.logged
    drafts = {waited.json()["id"]: "mine-1", accepted.json()["id"]: None}
    for draft_id, request_id in drafts.items():
        lines = [each for each in logged if each.get("draft_id") == draft_id and each["event"] != "draft.accepted"]
        assert {each["event"] for each in lines} >= {"draft.attempt_failed", "draft.checked"}
        assert {each.get("request_id") for each in lines} == {request_id}
    (told,) = (each for each in logged if each["event"] == "draft.accepted")
    assert (told["draft_id"], told["request_id"]) == (accepted.json()["id"], "mine-2")
    assert "forged" not in {each["event"] for each in logged}
