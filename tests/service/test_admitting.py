"""Who is admitted, by a copy of the keys that is soon read anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from service.access import ANYBODY, AccessKey
from service.admitting import FRESH_S, LASTS_S, Admitting, Lifetime
from service.errors import AccessKeyNeeded, AccessKeyWrong, ConfigurationError, StoreError
from service.logs import configure_logs
from service.store.database import open_database
from service.wiring.access import admitting
from tests.service.admitted import AT_ONCE, MemoryKeys, admitting_by, bearer, make_key
from tests.service.keys import Time
from tests.service.parts import NOW

ID, OTHER = "a00000000000", "b00000000000"
KEY = make_key(ID, "read")
FIELDS, OTHERS = ([bearer(each)["Authorization"]] for each in (ID, OTHER))
DOWN = StoreError("The database postgresql://db.internal cannot be reached.")


class GatedKeys(MemoryKeys):
    """Keys that are read when they are let."""

    def __init__(self, *keys: AccessKey) -> None:
        super().__init__(*keys)
        self.gate = asyncio.Event()

    async def all(self) -> list[AccessKey]:
        """As they stood when they were asked for."""
        found = list(await super().all())
        await self.gate.wait()
        return found


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Do something in an event loop."""

    async def started() -> None:
        await work()

    asyncio.run(started())


def test_many_requests_read_the_keys_once() -> None:
    """Also those that come while they are read, and whatever they bear: who guesses costs the database nothing."""
    keys = MemoryKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys)
        callers = await asyncio.gather(*(admits.admit(FIELDS) for _ in range(50)))
        assert {caller.key_id for caller in callers} == {ID}
        for wrong in ([], OTHERS, ["Basic x"]):
            with pytest.raises((AccessKeyNeeded, AccessKeyWrong)):
                await admits.admit(wrong)

    run(use)
    assert keys.reads == 1


def test_what_is_changed_has_its_effect_soon() -> None:
    """A key that is made is known, and one that is revoked is not, as soon as the copy is too old."""
    keys = MemoryKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys, lifetime=Lifetime(0.05, 0.1))
        await admits.admit(FIELDS)
        keys.kept = {OTHER: make_key(OTHER), ID: replace(KEY, revoked_at=NOW)}
        await admits.admit(FIELDS)  # by the copy
        await asyncio.sleep(0.11)
        with pytest.raises(AccessKeyWrong):
            await admits.admit(FIELDS)
        assert (await admits.admit(OTHERS)).key_id == OTHER

    run(use)
    assert FRESH_S < LASTS_S <= 5


def test_nobody_waits_for_the_next_copy() -> None:
    """Who finds one that is a little old is admitted by it, and has the next one read."""
    keys = GatedKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys, lifetime=Lifetime(0, 60))
        keys.gate.set()
        await admits.admit(FIELDS)
        keys.gate.clear()
        for _ in range(20):
            await asyncio.wait_for(admits.admit(FIELDS), 1)
        assert keys.reads == 2
        await admits.aclose()

    run(use)


def test_a_copy_is_as_old_as_its_beginning() -> None:
    """What was revoked while a slow database was read does not stay for longer by that."""
    keys = GatedKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys, lifetime=Lifetime(0.05, 0.05))
        first = asyncio.create_task(admits.admit(FIELDS))
        await asyncio.sleep(0.06)
        keys.kept = {ID: replace(KEY, revoked_at=NOW)}
        keys.gate.set()
        await first
        with pytest.raises(AccessKeyWrong):
            await admits.admit(FIELDS)

    run(use)


def test_keys_that_cannot_be_read_let_nobody_in() -> None:
    """When the last copy is too old; nothing is told of the database to who is not known; then all goes on."""
    keys = MemoryKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys, lifetime=AT_ONCE)
        await admits.admit(FIELDS)
        keys.fault = DOWN
        for _ in range(2):
            with pytest.raises(StoreError, match=r"^The access keys cannot be read at the moment; try again\.$"):
                await admits.admit(FIELDS)
        keys.fault = None
        assert (await admits.admit(FIELDS)).key_id == ID

    run(use)


def test_who_has_patience_goes_by_the_last_copy() -> None:
    """However old it is, where the keys cannot be read or that takes too long; what can be read in time counts."""
    keys = GatedKeys(KEY)
    keys.gate.set()

    async def use() -> None:
        admits = admitting_by(keys, lifetime=AT_ONCE)
        keys.fault = DOWN
        with pytest.raises(StoreError):
            await admits.admit(FIELDS, 0.05)  # none was read ever
        keys.fault = None
        await admits.admit(FIELDS)
        keys.fault = DOWN
        assert (await admits.admit(FIELDS, 0.05)).key_id == ID
        with pytest.raises(AccessKeyWrong):
            await admits.admit(OTHERS, 0.05)
        keys.fault = None
        keys.gate.clear()
        assert (await admits.admit(FIELDS, 0.05)).key_id == ID
        keys.kept = {}
        keys.gate.set()
        await admits.aclose()
        with pytest.raises(AccessKeyWrong):
            await admits.admit(FIELDS, 5)

    run(use)


def test_an_open_service_whose_keys_cannot_be_read_is_closed() -> None:
    """There might be one by now."""
    keys = MemoryKeys()

    async def use() -> None:
        admits = admitting_by(keys, may_be_open=True, lifetime=AT_ONCE)
        await admits.admit([])
        keys.fault = DOWN
        with pytest.raises(StoreError):
            await admits.admit([])

    run(use)


def test_one_who_hangs_up_takes_nothing_from_the_others() -> None:
    """The keys are read on for whoever else waits for them."""
    keys = GatedKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys)
        first, second = (asyncio.create_task(admits.admit(FIELDS)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        keys.gate.set()
        assert (await second).key_id == ID

    run(use)
    assert keys.reads == 1


def test_it_is_open_until_there_is_a_key() -> None:
    """Whatever is sent is not looked at before; and the last key that is revoked opens nothing."""
    keys = MemoryKeys()

    async def use() -> None:
        admits = admitting_by(keys, may_be_open=True, lifetime=AT_ONCE)
        assert not admits.is_open
        for fields in ([], OTHERS, ["Basic x", "y"]):
            assert await admits.admit(fields) is ANYBODY
        assert admits.is_open
        keys.kept[ID] = KEY
        with pytest.raises(AccessKeyNeeded):
            await admits.admit([])
        keys.kept[ID] = replace(KEY, revoked_at=NOW)
        with pytest.raises(AccessKeyNeeded):
            await admits.admit([])
        assert not admits.is_open

    run(use)


def test_one_that_others_reach_is_never_open() -> None:
    """Not even when the keys were lost while it ran."""
    keys = MemoryKeys(KEY)

    async def use() -> None:
        admits = admitting_by(keys, lifetime=AT_ONCE)
        keys.kept = {}
        with pytest.raises(AccessKeyNeeded):
            await admits.admit([])
        assert not admits.is_open

    run(use)


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize(
    ("keys", "may_be_open", "event"),
    [
        ((), True, "access.open"),
        ((KEY,), True, None),
        ((KEY,), False, None),
        ((replace(KEY, revoked_at=NOW),), True, "access.no_key_works"),
        ((replace(KEY, expires_at=NOW), KEY), False, None),
    ],
)
def test_a_start(
    capsys: pytest.CaptureFixture[str], keys: tuple[AccessKey, ...], event: str | None, *, may_be_open: bool
) -> None:
    """The log says where everybody is let in, or nobody."""
    configure_logs("info")
    run(admitting_by(MemoryKeys(*keys), may_be_open=may_be_open).start)
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in logged] == ([event] if event else [])
    assert all("amends keys create" in line["advice"] for line in logged)


@pytest.mark.parametrize("keys", [(), (replace(KEY, revoked_at=NOW),), (replace(KEY, expires_at=NOW),)])
def test_a_start_that_is_refused(keys: tuple[AccessKey, ...]) -> None:
    """Others reach it, and nobody could call it: the message says what to do."""
    with pytest.raises(ConfigurationError, match=r"AMENDS_HOST: make one with `amends keys create NAME`, or listen on"):
        run(admitting_by(MemoryKeys(*keys)).start)


def test_a_start_over_a_database_in_memory() -> None:
    """No key can be made for it, so that the message says what to do first."""

    async def start() -> None:
        async with open_database("sqlite+aiosqlite://") as engine, admitting(engine, "0.0.0.0") as admits:
            await admits.start()

    with pytest.raises(ConfigurationError, match=r"let AMENDS_DATABASE_URL name a file .* `amends keys create NAME`"):
        run(start)


def test_an_hour_of_requests_is_one_note() -> None:
    """When a key was last used is written down once an hour, and not at all for one that is not used."""
    keys, time = MemoryKeys(KEY, make_key(OTHER)), Time()

    async def use() -> None:
        admits = admitting_by(keys, time, lifetime=AT_ONCE)
        for minutes in range(0, 120, 10):
            time.now = NOW + timedelta(minutes=minutes)
            await used(admits)
        assert keys.used == [(ID,)] * 2
        time.now = NOW + timedelta(hours=5)
        await admits.note_uses()
        assert keys.used == [(ID,)] * 2

    async def used(admits: Admitting) -> None:
        await admits.admit(FIELDS)
        with pytest.raises(AccessKeyWrong):
            await admits.admit([bearer(OTHER, "x" * 43)["Authorization"]])
        await admits.note_uses()

    run(use)


def test_a_key_expires_while_the_copy_is_fresh() -> None:
    """Its end is looked at with each request."""
    time = Time()

    async def use() -> None:
        admits = admitting_by(MemoryKeys(replace(KEY, expires_at=NOW + timedelta(seconds=1))), time)
        await admits.admit(FIELDS)
        time.now = NOW + timedelta(seconds=1)
        with pytest.raises(AccessKeyWrong):
            await admits.admit(FIELDS)

    run(use)


def test_nothing_is_noted_before_anybody_came() -> None:
    """There is nothing to compare with."""

    async def use() -> None:
        await admitting_by(MemoryKeys()).note_uses()

    run(use)
