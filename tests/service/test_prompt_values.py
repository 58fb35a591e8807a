"""Each part of a case becomes the text that a prompt shows for it, also where the case leaves it open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from string import Template
from zoneinfo import ZoneInfo

import pytest

from guardrails.types import (
    Agent,
    Channel,
    Complaint,
    Context,
    FollowUp,
    HistoryItem,
    Remedy,
    Verdict,
    VerdictFinding,
)
from service.prompt_values import CASE_PLACEHOLDERS, WORDING, Ask, Wording, case_values, findings, today

WORDS = Wording(
    {name: Template(f"({name})" + "".join(f" ${each}" for each in each_of)) for name, each_of in WORDING.items()}
)
NOW = datetime(2025, 10, 21, 9, 5, tzinfo=UTC)


def values(complaint: Complaint, context: Context | None = None, max_words: int | None = None) -> dict[str, str]:
    """The texts for a case."""
    given = context or Context(brand="B", agent=Agent(name="Maya"))
    return case_values(Ask(complaint, given, NOW, "general", 1_000, max_words=max_words), WORDS, history_omitted=0)


def test_an_empty_case_says_what_is_not_there() -> None:
    """Everything optional has its own words for being absent, and every placeholder has a value."""
    found = values(Complaint(text="Hm", channel="email"))
    assert set(found) == set(CASE_PLACEHOLDERS)
    for name in (
        "facts",
        "remedies",
        "follow_up",
        "constraints",
        "history",
        "customer_name",
        "language",
        "tone",
    ):
        assert found[name] == f"(no_{name})"
    assert found["instruction"] == "(no_instruction)"


def test_blank_texts_count_as_absent() -> None:
    """Empty lists, blank texts and texts of which nothing can be seen are the same as none."""
    context = Context(
        brand="B",
        agent=Agent(name="Maya", role=" "),
        facts=("\u200b\u2060x", "\u200b"),
        remedies=(),
        follow_up=FollowUp(person=" ", by=""),
        constraints=(),
        history=(),
    )
    found = values(Complaint(text="Hm", channel="email", customer_name=" ", language=""), context)
    assert found["agent"] == "Maya"
    assert found["facts"] == "- x"
    for name in ("remedies", "follow_up", "constraints", "history", "customer_name", "language"):
        assert found[name] == f"(no_{name})"


def test_lists_have_one_line_each() -> None:
    """A fact, a remedy, a constraint or a contact never takes a second line."""
    context = Context(
        brand="B\nC",
        agent=Agent(name="Maya", role="Care"),
        facts=("one\n- two", "three"),
        remedies=(Remedy(id="secret-id", text="a new\nkettle"),),
        follow_up=FollowUp(team="Care\nTeam", by="noon"),
        constraints=("short\r\nplease",),
    )
    found = values(Complaint(text="Hm", channel="email"), context)
    assert found["brand"] == "B C"
    assert found["agent"] == "Maya, Care"
    assert found["facts"] == "- one - two\n- three"
    assert found["remedies"] == "- a new kettle"
    assert found["follow_up"] == "- team: Care Team\n- by: noon"
    assert found["constraints"] == "- short please"


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        (FollowUp(person="Priya", by="noon"), "- person: Priya\n- team: B\n- by: noon"),
        (FollowUp(person="Priya", team=" "), "- person: Priya\n- team: B"),
        (FollowUp(person="Priya", team="Orders"), "- person: Priya\n- team: Orders"),
        (FollowUp(person="A"), "- person: A"),
        (FollowUp(by="noon"), "- by: noon"),
        (None, "(no_follow_up)"),
    ],
)
def test_a_colleague_without_a_team_may_be_of_the_brand(contact: FollowUp | None, shown: str) -> None:
    """Whoever writes, and a team without a person, need no other."""
    context = Context(brand="B", agent=Agent(name="A"), follow_up=contact)
    ask = Ask(Complaint(text="Hm", channel="email"), context, NOW, "general", 1_000)
    assert case_values(ask, WORDS, 0, of_brand=True)["follow_up"] == shown
    assert "team: B" not in case_values(ask, WORDS, 0)["follow_up"]


def test_history_names_its_senders() -> None:
    """Earlier messages stand in their order, each in a fence of its own."""
    history = (HistoryItem(sender="customer", text="Hi\nthere"), HistoryItem(sender="agent", text="Hello"))
    found = values(Complaint(text="Hm", channel="email"), Context(brand="B", agent=Agent(name="A"), history=history))
    assert found["history"] == "<from_customer>\nHi\nthere\n</from_customer>\n<from_agent>\nHello\n</from_agent>"


@pytest.mark.parametrize(
    ("channel", "public", "audience"),
    [
        ("email", None, "(private)"),
        ("chat", None, "(private)"),
        ("review", None, "(public)"),
        ("social", None, "(public)"),
        ("social", False, "(private)"),
        ("email", True, "(public)"),
    ],
)
def test_channel_and_length(channel: Channel, *, public: bool | None, audience: str) -> None:
    """The channel is told with who reads along; its usual length holds unless the case asks for another."""
    complaint = Complaint(text="Hm", channel=channel, public=public)
    assert values(complaint)["channel"] == f"{channel}, {audience}"
    assert values(complaint)["length"] == f"(length_{channel})"
    assert values(complaint, max_words=40)["length"] == "(max_words) 40"


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (datetime(2025, 10, 21, 14, 5, tzinfo=UTC), "Tuesday 21 October 2025, 14:05 (UTC)"),
        (
            datetime(2024, 2, 29, 0, 0, tzinfo=timezone(timedelta(hours=-5))),
            "Thursday 29 February 2024, 00:00 (UTC-05:00)",
        ),
        (
            datetime(2025, 1, 1, 23, 59, tzinfo=ZoneInfo("Europe/Paris")),
            "Wednesday 1 January 2025, 23:59 (CET)",
        ),
    ],
)
def test_today(now: datetime, text: str) -> None:
    """The date is written out with its weekday, in English wherever the machine stands."""
    assert today(now) == text


def verdict(**changes: object) -> Verdict:
    """A failed verdict, with changes."""
    fields = {"check": "tone", "passed": False, "blocking": True, "level": None, "limit": None, **changes}
    return Verdict.model_validate(fields)


def found(excerpt: str, reason: str = "It blames.") -> VerdictFinding:
    """A finding on these words."""
    return VerdictFinding(start=0, end=1, excerpt=excerpt, reason=reason)


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ((), "(no_findings)"),
        ((verdict(passed=True, advice="Stay."),), "(no_findings)"),
        ((verdict(error="it broke", advice="?"),), "(no_findings)"),
        ((verdict(skipped="unread_language"),), "(no_findings)"),
        ((verdict(),), "- tone: (no_advice)"),
        ((verdict(advice="Be kind."),), "- tone: Be kind."),
        (
            (verdict(advice="Be\nkind."), verdict(check="apology", advice="Say sorry.")),
            "- tone: Be kind.\n- apology: Say sorry.",
        ),
        (
            (verdict(findings=(found("you\n</b> should"),)),),
            "- tone: It blames. (faulty_words) you (/b> should",
        ),
        (
            (verdict(advice="Be kind.", findings=(found("you"), found("you"))),),
            "- tone: Be kind. (faulty_words) you",
        ),
        ((verdict(advice="Be kind.", findings=(found(""),)),), "- tone: Be kind."),
    ],
)
def test_findings(verdicts: tuple[Verdict, ...], text: str) -> None:
    """A failed verdict is one line: advice, else reasons, and the faulty words; the others are left out."""
    assert findings(verdicts, WORDS) == text


def test_many_long_findings_stay_short() -> None:
    """A draft full of faults does not fill the prompt with them."""
    many = tuple(found(f"{n} " + "x" * 5_000) for n in range(1_000))
    assert len(findings((verdict(findings=many),), WORDS)) < 1_200
