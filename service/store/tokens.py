"""Counts the tokens of drafts by whoever asked for them and by day, in the transaction that stores the draft."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.schemas import Usage
from service.store.database import READS, explained_errors
from service.store.tables import TokenCountRow
from service.store.upserts import INSERTS, AnyInsert

KEPT = timedelta(days=7)
LARGEST = 2**31 - 1  # of one draft: an endpoint may claim any number of tokens


def count_tokens(connection: Connection, payer: str | None, usage: Usage, at: datetime) -> None:
    """Add what a draft took to the day of this moment, in UTC; last in a transaction, because others wait for it."""
    tokens = min(usage.prompt_tokens + usage.completion_tokens, LARGEST)
    if payer is None or not tokens:
        return
    added = {"payer": payer, "day": _day(at), "tokens": tokens}
    connection.execute(ADDING[connection.dialect.name], added)


def _adding(dialect: str) -> AnyInsert:
    row = TokenCountRow
    added = INSERTS[dialect](row)
    total = row.__table__.c.tokens + added.excluded.tokens
    return added.on_conflict_do_update(index_elements=[row.payer, row.day], set_={"tokens": total})


ADDING = {dialect: _adding(dialect) for dialect in INSERTS}  # made once: to make it takes longer than to run it


class TokenCounts:
    """The tokens that were counted in one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def spent(self, payer: str, day: date) -> int:
        """The tokens of a day.

        Raises:
            StoreError: the database failed.
        """
        row = TokenCountRow
        statement = select(row.tokens).where(row.payer == payer, row.day == day.isoformat())
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                return await connection.scalar(statement) or 0

    async def delete_old(self, now: datetime) -> None:
        """Delete the counts of days that are long over.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(delete(TokenCountRow).where(TokenCountRow.day < _day(now - KEPT)))


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()
