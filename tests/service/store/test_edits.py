"""Reading what agents sent in place of drafts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT
from service.schemas import Case, FeedbackOutcome
from service.store.database import open_database
from service.store.edits import PAGE, AgentEdit, EditReader
from service.store.repository import DraftRepository
from tests.service.parts import NOW, make_case, make_result

Given = tuple[str, Heard, datetime]


def heard(outcome: FeedbackOutcome, text: str | None = "Sorry.") -> Heard:
    """A feedback."""
    return Heard(outcome, text, None, None, None)


def edits_of(
    url: str, given: Sequence[Given], since: datetime | None = None, tenant: str = DEFAULT_TENANT
) -> list[AgentEdit]:
    """The edits of a tenant that are read after this feedback on drafts of these ids, which are the default one's."""

    async def run() -> list[AgentEdit]:
        async with open_database(url) as engine:
            drafts = DraftRepository(engine)
            for name in dict.fromkeys(name for name, _, _ in given):
                await drafts.add(DEFAULT_TENANT, make_case(NOW), make_result(name, make_case()), (), NOW)
            for name, each, at in given:
                await drafts.add_feedback(DEFAULT_TENANT, name, each, at)
            return [edit async for edit in EditReader(engine).edits(tenant, since)]

    return asyncio.run(run())


def test_edits_and_rejections_are_read(database_url: str) -> None:
    """With texts and bodies; what was sent as it is says nothing new."""
    given = [
        ("a", heard("edited"), NOW),
        ("b", heard("sent"), NOW),
        ("c", heard("rejected", None), NOW + timedelta(hours=1)),
    ]
    edited, rejected = edits_of(database_url, given)
    assert (edited.draft_id, edited.outcome, edited.text, edited.at) == ("a", "edited", "Sorry.", NOW)
    assert (rejected.draft_id, rejected.outcome, rejected.text) == ("c", "rejected", None)
    assert Case.model_validate_json(edited.case_json) == make_case(NOW)


def test_edits_are_of_one_tenant(database_url: str) -> None:
    """Another one's texts become no case."""
    assert edits_of(database_url, [("a", heard("edited"), NOW)], tenant="shop") == []


def test_the_last_feedback_counts(database_url: str) -> None:
    """Whatever was said before it."""
    given = [
        ("a", heard("edited", "First."), NOW),
        ("a", heard("edited", "Second."), NOW),
        ("b", heard("edited"), NOW),
        ("b", heard("sent"), NOW),
    ]
    assert [(each.draft_id, each.text) for each in edits_of(database_url, given)] == [("a", "Second.")]


def test_they_come_in_the_order_of_the_feedback(database_url: str) -> None:
    """The oldest first, by id where two are of the same moment, and none is lost between pages."""
    later = NOW + timedelta(seconds=1)
    given = [(f"{number:04}", heard("edited"), NOW if number % 2 else later) for number in range(2 * PAGE + 3)]
    found = [each.draft_id for each in edits_of(database_url, given)]
    assert found == sorted(found, key=lambda name: (int(name) % 2 == 0, name))
    assert len(found) == 2 * PAGE + 3


def test_only_those_since_a_moment(database_url: str) -> None:
    """The moment itself included."""
    given = [("a", heard("edited"), NOW - timedelta(microseconds=1)), ("b", heard("edited"), NOW)]
    assert [each.draft_id for each in edits_of(database_url, given, since=NOW)] == ["b"]
