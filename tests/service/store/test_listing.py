"""Lists of drafts and their cases, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest

from guardrails.types import Channel
from service.errors import DraftDeleted, DraftNotFound, DraftUnmade, InvalidField
from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT
from service.jobs.stages import Accepted
from service.listing import DraftList, ListQuery
from service.schemas import FeedbackOutcome
from service.store.database import open_database
from service.store.erasure import ErasureRepository
from service.store.jobs import JobRepository
from service.store.listing import ListingRepository
from service.store.repository import DraftRepository
from tests.databases import rows
from tests.service.parts import ATTEMPT, NOW, make_case, make_result

T = TypeVar("T")
CHANNELS: Sequence[Channel] = ("email", "chat")


async def fill(drafts: DraftRepository, count: int = 6) -> None:
    """Drafts `d-0` and so on, two of each moment, by two channels; every third has feedback; one is another's."""
    for number in range(count):
        case = make_case()
        complaint = case.complaint.model_copy(
            update={"channel": CHANNELS[number % 2], "text": f"  Broken\n{number}.  " + "x" * 400}
        )
        case = case.model_copy(update={"complaint": complaint})
        result = make_result(f"d-{number}", case)
        await drafts.add(DEFAULT_TENANT, case, result, [ATTEMPT], NOW + timedelta(hours=number // 2))
        if number % 3 == 0:
            outcome: FeedbackOutcome = "sent" if number else "rejected"
            heard = Heard(outcome=outcome, text=None, reason="No.", agent_tenure_months=None, edit_distance=0.0)
            await drafts.add_feedback(DEFAULT_TENANT, f"d-{number}", heard, NOW)
    await drafts.add("other", make_case(), make_result("theirs", make_case()), [ATTEMPT], NOW)


def listed(url: str, use: Callable[[ListingRepository], Awaitable[T]], count: int = 6) -> T:
    """What a piece of work with the list gives."""

    async def run() -> T:
        async with open_database(url) as engine:
            await fill(DraftRepository(engine), count)
            return await use(ListingRepository(engine))

    return asyncio.run(run())


def test_what_became_of_a_draft(database_url: str) -> None:
    """In order; of another tenant's draft nothing is known, of one that was deleted neither."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            drafts, listing = DraftRepository(engine), ListingRepository(engine)
            await fill(drafts, 2)
            edited = Heard(outcome="edited", text="Hello.", reason=None, agent_tenure_months=3, edit_distance=0.5)
            await drafts.add_feedback(DEFAULT_TENANT, "d-0", edited, NOW + timedelta(hours=1))
            first, last = (await listing.feedback(DEFAULT_TENANT, "d-0")).feedback
            assert (first.number, first.outcome, first.at) == (1, "rejected", NOW)
            assert (last.number, last.outcome, last.edit_distance, last.agent_tenure_months) == (2, "edited", 0.5, 3)
            assert (await listing.feedback(DEFAULT_TENANT, "d-1")).feedback == ()
            await JobRepository(engine).accept(Accepted("waits", DEFAULT_TENANT, make_case(NOW), NOW))
            assert (await listing.feedback(DEFAULT_TENANT, "waits")).feedback == ()
            with pytest.raises(DraftNotFound):
                await listing.feedback(DEFAULT_TENANT, "theirs")
            await ErasureRepository(engine).erase_draft(DEFAULT_TENANT, "d-0", "operator", NOW)
            with pytest.raises(DraftDeleted):
                await listing.feedback(DEFAULT_TENANT, "d-0")

    asyncio.run(run())


def query(**given: object) -> ListQuery:
    """A query by the names of the URL."""
    return ListQuery.model_validate(given)


def test_the_newest_come_first_page_by_page(database_url: str) -> None:
    """Each draft stands on one page alone, also where two were made at the same moment."""

    async def use(listing: ListingRepository) -> list[list[str]]:
        pages: list[list[str]] = []
        before = None
        while True:
            page: DraftList = await listing.page(DEFAULT_TENANT, query(limit=3, before=before))
            pages.append([each.id for each in page.drafts])
            before = page.next
            if before is None:
                return pages

    assert listed(database_url, use, 7) == [["d-6", "d-5", "d-4"], ["d-3", "d-2", "d-1"], ["d-0"]]


def test_what_a_list_says_of_a_draft(database_url: str) -> None:
    """What one chooses it by; of the complaint how it begins, on one line."""

    async def use(listing: ListingRepository) -> DraftList:
        return await listing.page(DEFAULT_TENANT, query(limit=3))

    fifth, _, third = listed(database_url, use).drafts
    assert (fifth.id, fifth.channel, fifth.feedback, fifth.created_at) == (
        "d-5",
        "chat",
        None,
        NOW + timedelta(hours=2),
    )
    assert (third.id, third.feedback, third.edit_distance, third.failed_checks) == ("d-3", "sent", 0.0, ())
    assert fifth.complaint == "Broken 5. " + "x" * 190


NARROWED: tuple[tuple[dict[str, object], str], ...] = (
    ({"status": "ready"}, "543210"),
    ({"status": "failed"}, ""),
    ({"feedback": "none"}, "5421"),
    ({"feedback": "given"}, "30"),
    ({"feedback": "rejected"}, "0"),
    ({"channel": "chat"}, "531"),
    ({"channel": "social"}, ""),
    ({"situation": "general"}, "543210"),
    ({"situation": "late"}, ""),
    ({"policy": "default"}, "543210"),
    ({"policy": "strict"}, ""),
    ({"ref": "none"}, ""),
    ({"from": NOW + timedelta(hours=1)}, "5432"),
    ({"to": NOW + timedelta(hours=1)}, "10"),
    ({"from": NOW + timedelta(hours=1), "feedback": "none", "channel": "email"}, "42"),
)


def test_a_list_can_be_narrowed(database_url: str) -> None:
    """By each of them, and by several at once."""

    async def use(listing: ListingRepository) -> list[str]:
        pages = [await listing.page(DEFAULT_TENANT, query(**given)) for given, _ in NARROWED]
        return ["".join(each.id.removeprefix("d-") for each in page.drafts) for page in pages]

    assert listed(database_url, use) == [found for _, found in NARROWED]


def test_a_page_begins_at_a_draft_of_the_tenant(database_url: str) -> None:
    """Another's is as good as none."""

    async def use(listing: ListingRepository) -> None:
        for before in ("theirs", "nothing", "nul\0"):
            with pytest.raises(InvalidField):
                await listing.page(DEFAULT_TENANT, query(before=before))

    listed(database_url, use)


def test_a_deleted_draft_is_in_no_list(database_url: str) -> None:
    """Its case is gone, and a page may still begin at it."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            await fill(DraftRepository(engine))
            listing = ListingRepository(engine)
            await ErasureRepository(engine).erase_draft(DEFAULT_TENANT, "d-4", "operator", NOW)
            page = await listing.page(DEFAULT_TENANT, query())
            assert [each.id for each in page.drafts] == ["d-5", "d-3", "d-2", "d-1", "d-0"]
            page = await listing.page(DEFAULT_TENANT, query(before="d-4", limit=1))
            assert [each.id for each in page.drafts] == ["d-3"]
            with pytest.raises(DraftDeleted):
                await listing.case(DEFAULT_TENANT, "d-4")

    asyncio.run(run())


def test_the_case_of_a_draft(database_url: str) -> None:
    """As it was sent, also before it is drafted; another's there is not."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            await fill(DraftRepository(engine), 1)
            listing, jobs = ListingRepository(engine), JobRepository(engine)
            await jobs.accept(Accepted("waits", DEFAULT_TENANT, make_case(NOW), NOW))
            assert (await listing.case(DEFAULT_TENANT, "d-0")).complaint.text.endswith("x" * 400)
            assert await listing.case(DEFAULT_TENANT, "waits") == make_case(NOW)
            await jobs.cancel(DEFAULT_TENANT, "waits", "operator", NOW)
            with pytest.raises(DraftUnmade, match="was cancelled"):
                await listing.case(DEFAULT_TENANT, "waits")
            for tenant, name in ((DEFAULT_TENANT, "theirs"), ("other", "d-0"), ("other", "waits")):
                with pytest.raises(DraftNotFound, match="no draft with this id"):
                    await listing.case(tenant, name)

    asyncio.run(run())


def test_what_waits_is_found_by_its_index(database_url: str) -> None:
    """However many drafts have feedback."""

    async def use(listing: ListingRepository) -> None:
        await listing.page(DEFAULT_TENANT, query(feedback="none"))

    listed(database_url, use)
    waiting = (
        "SELECT id FROM drafts WHERE tenant = 'default' AND outcome IS NULL AND erased_at IS NULL "
        "ORDER BY created_at DESC, id DESC LIMIT 3"
    )
    explain = "EXPLAIN QUERY PLAN" if database_url.startswith("sqlite") else "SET enable_seqscan = off; EXPLAIN"
    assert "ix_drafts_waiting" in str(rows(database_url, *f"{explain} {waiting}".split("; ")))
