"""The receiver beside a real help desk and a real Amends: what goes wrong in between, and what it must never do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from amends_client.receiver.notes import CUT
from amends_django_helpdesk.marks import Mark, marked
from amends_django_helpdesk.notes import COMING
from helpdesk_tests.bed import BOT, INVOICES, Bed, Receiver, Visitor, free_port, receiving
from tests.e2e.site import GOOD, Site, eventually, running
from tests.fake_endpoint import FakeEndpoint

COMPLAINT = "My kettle came with a cracked lid. I waited two weeks for it!"


def drafts_of(site: Site, ticket_id: int) -> list[Any]:
    """The drafts that there are for a ticket."""
    found: list[Any] = site.ask("GET", f"/v1/drafts?ref=ticket-{ticket_id}")["drafts"]
    return found


def noted(receiver: Receiver, ticket_id: int) -> str:
    """The draft of a ticket, once its note is there."""
    return str(receiver.waits_for("draft.noted", ticket=ticket_id)["draft"])


def from_now_on(bed: Bed) -> dict[str, str]:
    """The setting for a receiver that is started several times."""
    return {"AMENDS_HELPDESK_FIRST_TICKET": str(bed.last_ticket() + 1)}


def test_down_when_the_customer_complained(bed: Bed, site: Site, customer: Visitor) -> None:
    """The help desk shows the customer an error, and yet has the ticket: the look at the start finds it."""
    settings = from_now_on(bed)
    ticket_id, _ = customer.complains(COMPLAINT)
    with receiving(bed, site.url, **settings) as receiver:
        draft_id = noted(receiver, ticket_id)
    (note,) = bed.notes(ticket_id)
    assert note["comment"].endswith(f"Amends: draft {draft_id}.")
    assert note["public"] is False


def test_without_webhooks(bed: Bed, site: Site, customer: Visitor, agent: Visitor) -> None:
    """The looks every so often find complaints and what was sent, also where the ticket was closed by it."""
    settings = {"AMENDS_HELPDESK_PORT": "0", "AMENDS_HELPDESK_POLL_S": "1"}
    with receiving(bed, site.url, **settings) as receiver:
        ticket_id, _ = customer.complains(COMPLAINT)
        draft_id = noted(receiver, ticket_id)
        agent.answers(ticket_id, GOOD, status=3)
        receiver.waits_for("reply.recorded", ticket=ticket_id)
    assert site.feedback(draft_id)["feedback"] == "sent"  # though browsers end lines in a way of their own


def test_down_when_the_agent_answered(bed: Bed, site: Site, customer: Visitor, agent: Visitor) -> None:
    """What was sent and closed meanwhile is recorded after the next start, once; what is sent later is not."""
    settings = from_now_on(bed)
    with receiving(bed, site.url, **settings) as receiver:
        ticket_id, _ = customer.complains(COMPLAINT)
        draft_id = noted(receiver, ticket_id)
    agent.answers(ticket_id, "Dear Dana, a new kettle is on its way.", status=4)
    with receiving(bed, site.url, **settings) as receiver:
        receiver.waits_for("reply.recorded", ticket=ticket_id)
    assert site.feedback(draft_id)["feedback"] == "edited"
    with receiving(bed, site.url, **settings) as receiver:
        agent.answers(ticket_id, "And here is its number.", status=4)
        bed.tells({"ticket": {"id": ticket_id}})
        other, _ = customer.complains(COMPLAINT)
        noted(receiver, other)
    assert "reply.recorded" not in [each["event"] for each in receiver.events]
    counting = site.ask("POST", f"/v1/drafts/{draft_id}/feedback", {"outcome": "sent", "text": "to count"})
    assert counting["number"] == 2


def test_killed_while_the_model_works(bed: Bed, site: Site, endpoint: FakeEndpoint, customer: Visitor) -> None:
    """There is one draft, and one note."""
    settings = from_now_on(bed)
    site.model.seconds = 2.0
    before = endpoint.calls
    with receiving(bed, site.url, **settings) as receiver:
        ticket_id, _ = customer.complains(COMPLAINT)
        eventually(lambda: endpoint.calls > before)
        receiver.kill()
    assert bed.notes(ticket_id) == []
    with receiving(bed, site.url, **settings) as receiver:
        noted(receiver, ticket_id)
    assert len(drafts_of(site, ticket_id)) == 1
    assert len(bed.notes(ticket_id)) == 1


def test_killed_before_the_note_was_written(bed: Bed, site: Site, customer: Visitor) -> None:
    """A note that was placed and has no draft yet is given it; there is no second one."""
    settings = from_now_on(bed)
    ticket_id, _ = customer.complains(COMPLAINT)
    body = {"ticket": ticket_id, "public": False, "comment": marked(COMING, Mark("coming"))}
    httpx.post(f"{bed.url}/api/followups/", json=body, auth=BOT, timeout=30)  # answers 500: nobody takes the webhook
    (placed,) = bed.notes(ticket_id)
    with receiving(bed, site.url, **settings) as receiver:
        noted(receiver, ticket_id)
    (note,) = bed.notes(ticket_id)
    assert note["id"] == placed["id"]
    assert COMING in placed["comment"]
    assert COMING not in note["comment"]


def test_amends_is_away(bed: Bed, customer: Visitor, tmp_path: Path) -> None:
    """The ticket is tried again, nothing is said meanwhile, and one note comes in the end."""
    port = free_port()
    with receiving(bed, f"http://127.0.0.1:{port}") as receiver:
        ticket_id, _ = customer.complains(COMPLAINT)
        receiver.waits_for("ticket.later", ticket=ticket_id, failed=1)
        bed.tells({"ticket": {"id": ticket_id}})
        receiver.waits_for("ticket.later", ticket=ticket_id, failed=2)
        assert bed.notes(ticket_id) == []
        with running(tmp_path, AMENDS_PORT=str(port)):
            noted(receiver, ticket_id)
            assert len(bed.notes(ticket_id)) == 1
    assert COMPLAINT.encode() not in b"".join(receiver.lines)


def test_the_model_fails(bed: Bed, site: Site, customer: Visitor) -> None:
    """It is as if Amends were away."""
    site.model.broken = True
    with receiving(bed, site.url) as receiver:
        ticket_id, _ = customer.complains(COMPLAINT)
        assert "502" in receiver.waits_for("ticket.later", ticket=ticket_id)["problem"]
        site.model.broken = False
        noted(receiver, ticket_id)
    assert len(bed.notes(ticket_id)) == 1


def test_what_it_lets_be(bed: Bed, site: Site, customer: Visitor, agent: Visitor) -> None:
    """Its own note, private notes of agents, what customers write, other queues: none is a reply, or a complaint."""
    with receiving(bed, site.url) as receiver:
        bill, _ = customer.complains("Where is my bill?", queue=INVOICES)
        ticket_id, _ = customer.complains(COMPLAINT)
        draft_id = noted(receiver, ticket_id)
        agent.answers(ticket_id, "Priya, please look at this one.", public=False)
        bed.does(f"FollowUp.objects.create(ticket_id={ticket_id}, public=True, comment='Hello? Anybody there?')")
        bed.tells({"ticket": {"id": ticket_id}})
        agent.answers(ticket_id, GOOD)
        receiver.waits_for("reply.recorded", ticket=ticket_id)
    assert site.feedback(draft_id)["feedback"] == "sent"
    assert len(drafts_of(site, ticket_id)) == 1
    assert [each["comment"][:6] for each in bed.notes(ticket_id)] == ["**Amen", "Priya,"]
    assert drafts_of(site, bill) == bed.notes(bill) == []
    assert bed.ticket(ticket_id)["title"] == "Broken kettle"


def test_answered_before_there_was_a_draft(
    bed: Bed, site: Site, endpoint: FakeEndpoint, customer: Visitor, agent: Visitor
) -> None:
    """No note comes after the agent's reply."""
    site.model.seconds = 2.0
    before = endpoint.calls
    with receiving(bed, site.url) as receiver:
        ticket_id, _ = customer.complains(COMPLAINT)
        eventually(lambda: endpoint.calls > before)
        agent.answers(ticket_id, "Dear Dana, I have just sent you another one.")
        receiver.waits_for("draft.unwanted", ticket=ticket_id)
    assert bed.notes(ticket_id) == []


def test_nobody_who_follows_a_ticket_is_mailed_the_draft(bed: Bed, site: Site, customer: Visitor) -> None:
    """The help desk mails private notes to them, customers' friends among them: ours then says nothing yet."""
    site.model.text = GOOD.replace("that should not have happened", "we owe you better than that")
    settings = from_now_on(bed)
    ticket_id, _ = customer.complains(COMPLAINT)
    bed.does(f"TicketCC.objects.create(ticket_id={ticket_id}, email='friend@customers.example', can_view=True)")
    with receiving(bed, site.url, **settings) as receiver:
        assert receiver.waits_for("note.mailed", ticket=ticket_id)["recipients"] == 1
        noted(receiver, ticket_id)
    mails = [each for each in bed.mails() if "To: friend@customers.example" in each]
    assert any(COMING in each for each in mails)
    assert not any("better than that" in each or "Must be fixed" in each for each in bed.mails())
    assert "better than that" in bed.notes(ticket_id)[0]["comment"]


def test_a_very_long_complaint(bed: Bed, site: Site, customer: Visitor) -> None:
    """What is more than Amends reads is left out, and the note says so."""
    with receiving(bed, site.url) as receiver:
        ticket_id, _ = customer.complains(f"{COMPLAINT} {'It was a present. ' * 1_200}")
        noted(receiver, ticket_id)
    (note,) = bed.notes(ticket_id)
    assert CUT in note["comment"]


def test_a_wrong_password(bed: Bed, site: Site) -> None:
    """It says what to do, and keeps trying."""
    wrong = {"AMENDS_HELPDESK_PASSWORD": "not-the-one"}
    with receiving(bed, site.url, ready="desk.not_watched", **wrong) as receiver:
        assert "AMENDS_HELPDESK_PASSWORD" in receiver.waits_for("desk.not_watched")["problem"]
        health = httpx.get(f"http://127.0.0.1:{bed.hook_port}/healthz", timeout=10)
        assert (health.status_code, health.json()["status"]) == (503, "failing")
    assert b"not-the-one" not in b"".join(receiver.lines)
