"""From a customer's complaint to what became of the draft, with the embedded model and nothing made up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk_tests.bed import CUSTOMER, Bed, Visitor, receiving, shown
from tests.e2e.site import Model, Site
from tests.service.serving import serving

COMPLAINT = (
    "Hello,\n\nmy new kettle came this morning and the lid is cracked right across. I was so looking forward to it.\n"
    "It was for my mother's birthday on Sunday. What can you do?\n\nDana Okafor"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Amends with its embedded model."""
    folder = tmp_path_factory.mktemp("embedded")
    with serving(folder, "", AMENDS_MODEL_NAME="", AMENDS_MAX_ATTEMPTS="3") as process:
        yield Site(process.ready(), folder, Model())


def test_from_complaint_to_feedback(bed: Bed, site: Site, customer: Visitor, agent: Visitor) -> None:
    """The agent sees the draft and the customer does not; what the agent sends comes back, once."""
    with receiving(bed, site.url) as receiver:
        ticket_id, own_page = customer.complains(COMPLAINT)
        noted = receiver.waits_for("draft.noted", 120, ticket=ticket_id)
        draft = site.ask("GET", f"/v1/drafts/{noted['draft']}")
        assert draft["ref"] == f"ticket-{ticket_id}"

        page = agent.get(f"/tickets/{ticket_id}/")
        sentences = [each.strip() for each in draft["draft"].split("\n") if each.strip()]
        assert all(each in shown(page) for each in sentences)
        assert f'href="{site.url}/#/draft/{draft["id"]}"' in page
        (note,) = bed.notes(ticket_id)

        assert "kettle" in customer.get(own_page)
        for seen in (customer.get(own_page), *bed.mails()):
            assert "Amends" not in seen
            assert not any(each in shown(seen) for each in sentences if len(each) > 30)

        sent = draft["draft"] + "\n\nPS: Happy birthday to your mother!"
        agent.answers(ticket_id, sent, status=3)
        receiver.waits_for("reply.recorded", ticket=ticket_id, draft=draft["id"])

    assert [each["feedback"] for each in site.ask("GET", f"/v1/drafts?ref=ticket-{ticket_id}")["drafts"]] == ["edited"]
    figures = site.ask("GET", "/v1/metrics/drafts")
    assert figures["totals"]["feedback"]["edited"] == 1
    assert any(f"To: {CUSTOMER}" in each and "Happy birthday" in each for each in bed.mails())
    assert "Happy birthday" in customer.get(own_page)
    ticket = bed.ticket(ticket_id)
    assert (ticket["title"], ticket["status"]) == ("Broken kettle", 3)
    (after,) = bed.notes(ticket_id)
    assert after["id"] == note["id"]
    assert "recorded. It was sent after edits" in after["comment"]
    assert COMPLAINT[:40].encode() not in b"".join(receiver.lines)
    assert CUSTOMER.encode() not in b"".join(receiver.lines)
