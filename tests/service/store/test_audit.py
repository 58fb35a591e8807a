"""The audit trail in a real database."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import async_sessionmaker

from service.audit import MOST_ID, OPERATOR
from service.store.audit import AuditRepository, record
from service.store.database import open_database
from tests.databases import rows
from tests.service.parts import NOW


def test_a_row_is_written_with_the_deed(database_url: str) -> None:
    """In the transaction of the caller: where that is rolled back, nothing was done, and nothing is said."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            async with async_sessionmaker(engine).begin() as session:
                await record(session, "t", OPERATOR, "draft.erased", "id-1", figures={"drafts": 1}, at=NOW)
            async with engine.connect() as connection:
                await record(connection, "t", OPERATOR, "draft.erased", "id-2", figures={"drafts": 1}, at=NOW)
                await connection.rollback()

    asyncio.run(run())
    written = rows(database_url, "SELECT tenant, actor, action, about, figures_json FROM audit ORDER BY id")
    assert written == [("t", "operator", "draft.erased", "id-1", '{"drafts": 1}')]


def test_any_page_that_the_contract_allows_can_be_read(database_url: str) -> None:
    """Also the one before the largest number, which every database must be able to compare with its ids."""

    async def run() -> list[int]:
        async with open_database(database_url) as engine:
            async with engine.begin() as connection:
                await record(connection, "t", OPERATOR, "draft.erased", "id-1", figures={}, at=NOW)
            trail = AuditRepository(engine)
            return [len((await trail.page("t", before, 100)).entries) for before in (None, 1, MOST_ID)]

    assert asyncio.run(run()) == [1, 0, 1]
