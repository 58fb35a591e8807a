"""The way of one draft: what is stored, what is answered, and how many are worked on at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from service.drafting import Outcome
from service.errors import DraftNotFound, EndpointBusy, EndpointFailed, InvalidField, ModelError, StoreError
from service.idempotency import DEFAULT_TENANT
from service.intake import Drafter, Intake, with_now
from service.progress import Listener, Spending, unheard, unspent
from service.schemas import Case, Feedback
from tests.service.parts import ATTEMPT, NOW, GivenDrafter, MemoryDrafts, make_case

GIVEN = datetime(2020, 1, 2, tzinfo=UTC)


def intake_with(drafter: Drafter, drafts: MemoryDrafts | None = None, most: int = 2) -> Intake:
    """An intake whose clock stands still."""
    return Intake(drafter, drafts or MemoryDrafts(), lambda: NOW, most)


def test_a_draft_is_stored_as_it_is_answered() -> None:
    """Case, result and attempts are kept under an id of our own."""
    drafts = MemoryDrafts()
    intake = intake_with(GivenDrafter(), drafts)
    result = asyncio.run(intake.create(DEFAULT_TENANT, make_case(GIVEN)))
    assert UUID(result.id)
    assert drafts.kept == {result.id: (make_case(GIVEN), result, (ATTEMPT,), NOW)}
    assert asyncio.run(drafts.get(DEFAULT_TENANT, result.id)) == result


def test_the_same_case_twice_is_two_drafts() -> None:
    """The caller's own id is echoed and never unique."""
    intake = intake_with(GivenDrafter())
    first, second = (asyncio.run(intake.create(DEFAULT_TENANT, make_case())) for _ in range(2))
    assert (first.ref, second.ref) == ("ticket-7", "ticket-7")
    assert first.id != second.id


@pytest.mark.parametrize(("given", "expected"), [(None, NOW), (GIVEN, GIVEN)])
def test_the_moment_is_kept_with_the_case(given: datetime | None, expected: datetime) -> None:
    """What dates were counted from is stored, so that the case can be replayed."""
    drafter, drafts = GivenDrafter(), MemoryDrafts()
    asyncio.run(intake_with(drafter, drafts).create(DEFAULT_TENANT, make_case(given)))
    ((stored, _, _, created_at),) = drafts.kept.values()
    assert (stored.context.now, created_at) == (expected, NOW)
    ((_, seen, now),) = drafter.seen
    assert (seen, now) == (stored, expected)


def test_only_the_moment_is_added() -> None:
    """Nothing else of a case changes, and one that has a moment not at all."""
    assert with_now(make_case(GIVEN), NOW) == make_case(GIVEN)
    assert with_now(make_case(), NOW) == make_case(NOW)


def test_a_fault_is_raised_after_the_draft_is_stored() -> None:
    """Who is told of a failure can look the draft up by the error's id."""
    drafts = MemoryDrafts()
    with pytest.raises(EndpointFailed) as caught:
        asyncio.run(intake_with(GivenDrafter(EndpointFailed("down")), drafts).create(DEFAULT_TENANT, make_case()))
    assert caught.value.draft_id is not None
    assert drafts.kept[caught.value.draft_id][1].status == "failed"


@pytest.mark.parametrize("error", [InvalidField("unknown", "options.policy"), RuntimeError("a mistake")])
def test_what_was_never_drafted_is_not_stored(error: Exception) -> None:
    """A refused case and a crash leave nothing behind."""
    drafts = MemoryDrafts()
    with pytest.raises(type(error)):
        asyncio.run(intake_with(GivenDrafter(error), drafts).create(DEFAULT_TENANT, make_case()))
    assert drafts.kept == {}


@pytest.mark.parametrize("given", ["We are sorry.", EndpointFailed("down")])
def test_a_draft_that_cannot_be_stored_is_an_error(given: str | ModelError) -> None:
    """A draft that nobody could find again is not answered as if it were there."""
    intake = intake_with(GivenDrafter(given), MemoryDrafts(StoreError("full")))
    with pytest.raises(StoreError):
        asyncio.run(intake.create(DEFAULT_TENANT, make_case()))


def test_an_unknown_id_is_told() -> None:
    """There is no draft that was never made."""
    with pytest.raises(DraftNotFound):
        asyncio.run(intake_with(GivenDrafter()).take_feedback(DEFAULT_TENANT, "none", Feedback(outcome="sent")))


class HeldDrafter(GivenDrafter):
    """A drafter that waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def draft(
        self,
        draft_id: str,
        case: Case,
        now: datetime,
        tell: Listener = unheard,
        *,
        tenant: str = DEFAULT_TENANT,
        spend: Spending = unspent,
    ) -> Outcome:
        """Wait, then draft."""
        await self.go.wait()
        return await super().draft(draft_id, case, now, tell, tenant=tenant, spend=spend)


def test_more_than_allowed_are_told_to_wait() -> None:
    """The one too many is refused at once, and there is room again when one is done."""

    async def run() -> None:
        drafter = HeldDrafter()
        intake = intake_with(drafter, most=2)
        under_way = [asyncio.create_task(intake.create(DEFAULT_TENANT, make_case())) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(EndpointBusy) as caught:
            await intake.create(DEFAULT_TENANT, make_case())
        assert caught.value.retry_after >= 1
        drafter.go.set()
        await asyncio.gather(*under_way)
        await intake.create(DEFAULT_TENANT, make_case())

    asyncio.run(run())


@pytest.mark.parametrize("given", [EndpointFailed("down"), InvalidField("unknown", None), RuntimeError("a mistake")])
def test_a_failure_makes_room_again(given: Exception) -> None:
    """However a draft ends, its place is free."""

    async def run() -> None:
        intake = intake_with(GivenDrafter(given), most=1)
        for _ in range(3):
            with pytest.raises(type(given)):
                await intake.create(DEFAULT_TENANT, make_case())

    asyncio.run(run())


def test_a_cancelled_draft_makes_room_again() -> None:
    """A request that is broken off does not hold its place for ever."""

    async def run() -> None:
        drafter = HeldDrafter()
        intake = intake_with(drafter, most=1)
        task = asyncio.create_task(intake.create(DEFAULT_TENANT, make_case()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        drafter.go.set()
        await intake.create(DEFAULT_TENANT, make_case())

    asyncio.run(run())
