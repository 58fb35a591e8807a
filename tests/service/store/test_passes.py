"""Keeping passes, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from service.passes import Pass
from service.store.database import open_database
from service.store.passes import PassRepository
from tests.databases import rows
from tests.service.parts import NOW

HOUR = timedelta(hours=1)
LINK = Pass("link-hash", "link", "a" * 12, ("d-1",), NOW + HOUR)
SESSION = Pass("session-hash", "session", "a" * 12, (), NOW + 2 * HOUR)


def test_passes_are_kept_until_they_expire(database_url: str) -> None:
    """What has expired goes when the next one is made; one that is dropped goes at once."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            passes = PassRepository(engine)
            await passes.add(LINK, NOW)
            await passes.add(SESSION, NOW)
            assert [await passes.get(each.id) for each in (LINK, SESSION)] == [LINK, SESSION]
            await passes.drop(SESSION.id)
            assert await passes.get(SESSION.id) is None
            await passes.add(SESSION, NOW + HOUR + timedelta(seconds=1))
            assert [await passes.get(each.id) for each in (LINK, SESSION)] == [None, SESSION]

    asyncio.run(run())


def test_what_is_made_from_a_draft_is_for_the_same_passes(database_url: str) -> None:
    """All of the same key that are for that very draft, and no other."""
    kept = {
        "link": Pass("link", "link", "a" * 12, ("d-1",), NOW + HOUR),
        "session": Pass("session", "session", "a" * 12, ("d-0", "d-1"), NOW + HOUR),
        "whole": Pass("whole", "session", "a" * 12, (), NOW + HOUR),
        "another's": Pass("another's", "link", "b" * 12, ("d-1",), NOW + HOUR),
        "longer": Pass("longer", "link", "a" * 12, ("d-12", "d_1", "xd-1"), NOW + HOUR),
    }

    async def run() -> None:
        async with open_database(database_url) as engine:
            passes = PassRepository(engine)
            for each in kept.values():
                await passes.add(each, NOW)
            await passes.allow_made("a" * 12, "d-1", "made")
            await passes.allow_made("a" * 12, "d-1", "made")  # told twice, it is there once
            await passes.allow_made("a" * 12, "d%", "never")
            found = [await passes.get(name) for name in kept]
            expected = kept | {
                "link": replace(kept["link"], drafts=("d-1", "made")),
                "session": replace(kept["session"], drafts=("d-0", "d-1", "made")),
            }
            assert found == list(expected.values())

    asyncio.run(run())


def test_drafts_that_are_made_at_once_are_all_allowed(database_url: str) -> None:
    """None takes the place of another."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            passes = PassRepository(engine)
            await passes.add(LINK, NOW)
            await asyncio.gather(*(passes.allow(LINK.id, f"made-{number}") for number in range(5)))
            found = await passes.get(LINK.id)
            assert found is not None
            assert found.expires_at == LINK.expires_at
            await passes.prolong(LINK.id, NOW + 3 * HOUR)
            lasting = await passes.get(LINK.id)
            assert lasting is not None
            assert lasting.expires_at == NOW + 3 * HOUR
            assert (found.drafts[0], set(found.drafts[1:])) == ("d-1", {f"made-{number}" for number in range(5)})

    asyncio.run(run())
    assert rows(database_url, "SELECT count(*) FROM passes") == [(1,)]
