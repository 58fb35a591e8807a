"""Every call does what it says, on a running service."""

from __future__ import annotations

import io
import json
import time
from urllib.parse import urlsplit

import pytest

from amends_client import Amends, DraftCancelled, NotFinished
from amends_client.generated.api.batches import create_batch, read_batch, read_batch_results
from amends_client.generated.api.metrics import read_draft_metrics
from amends_client.models import (
    Batch,
    CheckInput,
    DraftMetrics,
    Feedback,
    File,
    HistoryItem,
    Options,
    Result,
    Ticket,
)
from clients.python.tests.conftest import Connect
from clients.python.tests.patience import NEW_CASE
from tests.e2e.site import CASE, GOOD, WRONG, Site
from tests.fake_endpoint import FakeEndpoint, says_json


def test_draft(amends: Amends) -> None:
    """The reply, with a verdict of every check, typed to the last field."""
    result = amends.draft(NEW_CASE)
    assert (result.status, result.draft, result.ref) == ("ready", GOOD, "ticket-4711")
    assert all(verdict.passed for verdict in result.verdicts if verdict.blocking)
    found = next(verdict for verdict in result.verdicts if verdict.check == "apology").findings[0]
    assert GOOD[found.start : found.end] == found.excerpt


def test_what_is_wrong_with_a_draft(amends: Amends, site: Site) -> None:
    """The words at fault and the advice come with it."""
    site.model.text = WRONG
    result = amends.draft(NEW_CASE)
    assert result.status == "needs_review"
    (verdict,) = (each for each in result.verdicts if each.check == "remedies")
    assert not verdict.passed
    assert "99.99" in verdict.findings[0].excerpt
    assert verdict.advice


def test_submit_and_wait(amends: Amends, site: Site) -> None:
    """The ticket comes at once, and the draft when it is made."""
    site.model.seconds = 0.5
    ticket = amends.submit(NEW_CASE)
    assert ticket.status == "queued"
    assert isinstance(amends.read(ticket.id), Ticket)
    with pytest.raises(NotFinished, match="it still will be"):
        amends.wait(ticket.id, seconds=0.01)
    result = amends.wait(ticket.id)
    assert (result.id, result.status, result.draft) == (ticket.id, "ready", GOOD)
    assert amends.read(ticket.id) == result


def test_wait_for_what_failed(connect: Connect, site: Site) -> None:
    """It is a result, too: without a draft, and with the reason."""
    problem = {"type": "urn:amends:problem:model-failed", "title": "No text", "status": 502, "detail": "It is down."}
    failed = site.ask("GET", f"/v1/drafts/{site.draft()}") | {"status": "failed", "draft": None, "problem": problem}
    with FakeEndpoint(models=says_json(failed)) as endpoint:
        result = connect(endpoint.url).wait("0f6c")
    assert (result.status, result.draft) == ("failed", None)
    assert result.problem
    assert result.problem.detail == "It is down."


def test_cancel(amends: Amends, site: Site) -> None:
    """What is cancelled is not waited for."""
    site.model.seconds = 2
    ticket = amends.submit(NEW_CASE)
    assert amends.cancel(ticket.id).status == "cancelled"
    with pytest.raises(DraftCancelled):
        amends.wait(ticket.id)
    assert amends.read(ticket.id) == Ticket(ticket.id, "ticket-4711", "cancelled")


def test_list_drafts(connect: Connect, site: Site) -> None:
    """All of them, over as many pages as there are, the newest first; and those that wait."""
    amends = connect(site.url)
    ids = [site.draft(id="many") for _ in range(3)]
    assert [each.id for each in amends.drafts(ref="many")][:3] == ids[::-1]
    amends.feedback(ids[0], Feedback(outcome="sent"))
    waiting = [each.id for each in amends.drafts(ref="many", feedback="none", status="ready")]
    assert waiting[:2] == ids[:0:-1]
    assert ids[0] not in waiting


def test_feedback(amends: Amends, site: Site) -> None:
    """What the agent did, and how much of the draft was changed."""
    draft_id = site.draft()
    stored = amends.feedback(draft_id, Feedback(outcome="edited", text=GOOD.replace("sorry", "very sorry")))
    assert stored.outcome == "edited"
    assert stored.edit_distance
    assert 0 < stored.edit_distance < 0.1
    assert amends.feedback(draft_id, Feedback(outcome="rejected", reason="It is too long.")).number == 2


def test_link(connect: Connect, site: Site) -> None:
    """A whole URL, of the desk where agents reach it."""
    draft_id = site.draft()
    assert connect(site.url).link(draft_id).url == f"{site.url}/#/draft/{draft_id}"
    elsewhere = connect(site.url, desk_url="https://amends.example.com/desk/").link(draft_id, seconds=60)
    assert elsewhere.url == f"https://amends.example.com/desk/#/draft/{draft_id}"


def test_the_case_and_another_draft(amends: Amends, site: Site) -> None:
    """The case comes back as it was sent, and another reply is drafted to it."""
    result = amends.draft(NEW_CASE)
    case = amends.case(result.id)
    assert case.complaint.text == NEW_CASE.complaint.text
    assert case.context.history == [
        HistoryItem("customer", "When will my kettle arrive?"),
        HistoryItem("agent", "It is on its way and comes on 21 October."),
    ]
    site.model.text = WRONG
    another = amends.again(result.id, Options(delivery="strict", instruction="Offer nothing."))
    assert (another.draft, another.id == result.id) == (None, False)


def test_check(amends: Amends) -> None:
    """A text of one's own."""
    text = CheckInput(complaint="My parcel came broken.", draft="It was the courier's fault.", policy="wording_only")
    checked = amends.check(text)
    assert not checked.passed
    assert any("courier" in finding.excerpt for verdict in checked.verdicts for finding in verdict.findings)


def test_every_other_operation(site: Site) -> None:
    """Generated functions go the same way: a batch as a file, and figures."""
    with Amends(site.url) as amends:
        lines = io.BytesIO(b"\n".join([json.dumps(CASE).encode()] * 2))
        batch = create_batch.sync(client=amends.client, body=File(lines))
        assert isinstance(batch, Batch)
        end = time.monotonic() + 20
        while isinstance(batch, Batch) and batch.finished_at is None:
            assert time.monotonic() < end
            time.sleep(0.1)
            batch = read_batch.sync(batch.id, client=amends.client)
        assert isinstance(batch, Batch)
        results = read_batch_results.sync(batch.id, client=amends.client)
        assert isinstance(results, File)
        assert [Result.from_dict(json.loads(line)["result"]).draft for line in results.payload] == [GOOD, GOOD]
        assert isinstance(read_draft_metrics.sync(client=amends.client), DraftMetrics)


def test_a_service_below_a_path(site: Site, connect: Connect) -> None:
    """As behind a proxy: what stands after the host is kept."""
    url = f"{site.url}/amends"
    with pytest.raises(Exception, match="404") as caught:
        connect(url).read("x")
    assert urlsplit(url).path == "/amends"
    assert "Not Found" in str(caught.value)
