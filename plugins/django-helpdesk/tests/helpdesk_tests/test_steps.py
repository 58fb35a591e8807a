"""What a ticket needs next."""

from __future__ import annotations

from typing import Any

import pytest

from amends_django_helpdesk.marks import Mark, mark_of, marked, marked_anew
from amends_django_helpdesk.steps import DraftReply, GiveUp, LetBe, Record, Rules, next_step
from amends_django_helpdesk.tickets import FollowUp, Ticket

RULES = Rules(queues={1}, statuses={1, 2}, first_ticket=5)
OPENED = FollowUp(id=1, comment="It broke.", public=True)
COMING = FollowUp(id=2, user=9, comment=marked("A reply is being prepared.", Mark("coming")))
DRAFT = FollowUp(id=2, user=9, comment=marked("> Dear Dana", Mark("draft", "d-1")))
RECORDED = FollowUp(id=2, user=9, comment=marked_anew(DRAFT.text, Mark("recorded", "d-1"), "It was sent as it was."))
NONE = FollowUp(id=2, user=9, comment=marked("Write it yourself.", Mark("none")))
REPLY = FollowUp(id=3, user=4, comment="Dear Dana, sorry.\r\nMaya", public=True)
PRIVATE = FollowUp(id=3, user=4, comment="Dear Priya, please look.")
BY_MAIL = FollowUp(id=3, comment="Hello?", public=True)
SILENT = FollowUp(id=3, user=4, comment=" ", public=True)
EARLIER = FollowUp(id=2, user=4, comment="We are looking into it.", public=True)
LATER_DRAFT = FollowUp(id=3, user=9, comment=DRAFT.comment)


def ticket(*follow_ups: FollowUp, **changes: Any) -> Ticket:
    """A ticket with these."""
    fields = {"id": 7, "queue": 1, "title": "Kettle", "description": "It broke.", "status": 1}
    return Ticket.model_validate(fields | {"followup_set": follow_ups} | changes)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (ticket(), DraftReply()),
        (ticket(OPENED), DraftReply()),
        (ticket(OPENED.model_copy(update={"user": 4})), DraftReply()),  # an agent typed what a caller said
        (ticket(OPENED, BY_MAIL), DraftReply()),
        (ticket(OPENED, PRIVATE), DraftReply()),
        (ticket(OPENED, SILENT), DraftReply()),
        (ticket(OPENED, status=2), DraftReply()),
        (ticket(OPENED, COMING), DraftReply(COMING)),
        (ticket(OPENED, EARLIER), LetBe()),
        (ticket(OPENED, status=4), LetBe()),
        (ticket(OPENED, queue=2), LetBe()),
        (ticket(OPENED, id=4), LetBe()),
        (ticket(OPENED, merged_to=6), LetBe()),
        (ticket(OPENED, NONE), LetBe()),
        (ticket(OPENED, NONE, REPLY), LetBe()),
        (ticket(OPENED, DRAFT), LetBe()),
        (ticket(OPENED, DRAFT, PRIVATE), LetBe()),
        (ticket(OPENED, DRAFT, BY_MAIL), LetBe()),
        (ticket(OPENED, DRAFT, SILENT, status=4), LetBe()),
        (ticket(OPENED, EARLIER, LATER_DRAFT), LetBe()),
        (ticket(OPENED, RECORDED, REPLY), LetBe()),
        (ticket(OPENED, COMING, REPLY), GiveUp(COMING)),
        (ticket(OPENED, COMING, status=4), GiveUp(COMING)),
        (ticket(OPENED, DRAFT, REPLY), Record(DRAFT, Mark("draft", "d-1"), REPLY)),
        (ticket(REPLY, DRAFT, OPENED, status=3), Record(DRAFT, Mark("draft", "d-1"), REPLY)),
    ],
)
def test_next_step(given: Ticket, step: object) -> None:
    """It follows from what stands in the help desk alone."""
    assert next_step(given, RULES) == step


def test_only_agents_reply_where_customers_sign_in() -> None:
    """Where agents are named, all others are customers."""
    rules = Rules(queues={1}, statuses={1}, agents={8})
    assert next_step(ticket(OPENED, DRAFT, REPLY), rules) == LetBe()
    assert isinstance(next_step(ticket(OPENED, DRAFT, REPLY), Rules({1}, {1}, agents={4})), Record)


@pytest.mark.parametrize(
    "mark", [Mark("coming"), Mark("none"), Mark("draft", "0f6c-7"), Mark("recorded", "0f6c-7")], ids=str
)
def test_marks_are_read_as_they_are_written(mark: Mark) -> None:
    """Also with line ends of a browser, and words behind them."""
    note = FollowUp(id=1, user=9, comment=f"{marked('Text.', mark)} It was sent.".replace("\n", "\r\n"))
    assert mark_of(note) == mark


@pytest.mark.parametrize(
    "other",
    [
        {"public": True},
        {"user": None},
        {"comment": "Amends: draft 1.\nand more"},
        {"comment": "> Amends: draft 1."},
        {"comment": "Amends: draft 1"},
        {"comment": None},
    ],
)
def test_what_is_no_note_of_ours(other: dict[str, object]) -> None:
    """What the customer could have written, or stands inside a text."""
    assert mark_of(FollowUp.model_validate({"id": 1, "user": 9, "comment": "Amends: draft 1."} | other)) is None
