"""A case and verdicts that the tests of the prompts share."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from guardrails.types import (
    Agent,
    Complaint,
    Context,
    FollowUp,
    HistoryItem,
    Remedy,
    Verdict,
    VerdictFinding,
)
from service.prompts import Ask

FOLDER = Path(__file__).parents[2] / "prompts"
SITUATIONS = (
    "agent_was_sharp",
    "broken_or_undelivered",
    "customer_beyond_reach",
    "expectations_we_cannot_meet",
    "general",
    "our_own_lapse",
    "public_post",
    "told_two_things",
    "wrong_or_late_order",
)
CONTEXT = Context(
    brand="Harbourline Home",
    agent=Agent(name="Maya Lindqvist", role="Customer Care"),
    facts=("Order HL-20418 was delivered on 21 October.", "The kettle is in stock."),
    remedies=(Remedy(id="r1", text="a new kettle on Thursday"), Remedy(id="r2", text="a refund of £42.50")),
    follow_up=FollowUp(person="Priya Nair", team="Order Care", channel="020 7946 0142", by="Wednesday noon"),
    constraints=("Do not mention other customers.",),
    history=(
        HistoryItem(sender="customer", text="Is it sent?"),
        HistoryItem(sender="agent", text="Yes, today."),
    ),
    customer_ref="C-99",
)
COMPLAINT = Complaint(text="My kettle came with a cracked lid.", channel="email", customer_name="Dana", language="en")
ASK = Ask(
    complaint=COMPLAINT,
    context=CONTEXT,
    now=datetime(2025, 10, 21, 9, 5, tzinfo=timezone(timedelta(hours=1))),
    situation="broken_or_undelivered",
    token_budget=4_000,
)
FAILED = Verdict(
    check="apology",
    passed=False,
    blocking=True,
    level=1,
    limit=2,
    advice="Say sorry for the cracked lid itself.",
    findings=(VerdictFinding(start=0, end=9, excerpt="Sorry for\nany trouble", reason="It fits any complaint."),),
)
PASSED = Verdict(check="solution", passed=True, blocking=True, level=2, limit=2, advice="Leave it.")
BROKEN = Verdict(check="tone", passed=False, blocking=True, level=None, limit=1, error="the check broke")
