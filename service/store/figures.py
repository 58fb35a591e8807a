"""Counts drafts in the database, day by day, and reads no text of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime

from sqlalchemy import ColumnElement, Executable, SQLColumnExpression, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.figures import TENURE_BANDS, CheckedCount, DayCounts
from service.period import Day, Period
from service.store.database import READS, explained_errors
from service.store.tables import DraftRow
from service.tally import DraftCount, FeedbackCount

ROUNDED_BELOW_MS = (100, 1_000, 10_000, 100_000)  # to ones, tens, hundreds, thousands; above, to ten thousands
PROMPT = (DraftRow.situation, DraftRow.prompt_name, DraftRow.prompt_hash)
# What tells most apart stands first: SQLite groups by sorting, and takes a third less time for it.
GROUPED_PROMPT = tuple(reversed(PROMPT))


class FigureReader:
    """The counts of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        # PostgreSQL would show each statement the newest rows, and sums of the same drafts would differ.
        one_view = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._engine = engine.execution_options(**READS, **one_view)

    async def by_day(self, tenant: str, period: Period) -> AsyncGenerator[DayCounts]:
        """The days that have drafts, in order; a day is sorted in memory where a month would not be.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.connect() as connection:
                since = await _next(connection, tenant, period.start)
                for day in period.days():
                    if since and since < day.end:
                        yield await _counts(connection, tenant, day)
                        since = await _next(connection, tenant, day.end)


async def _next(connection: AsyncConnection, tenant: str, since: datetime) -> datetime | None:
    """When the next draft was made."""
    moment = func.min(DraftRow.created_at)
    return await connection.scalar(select(moment).where(DraftRow.tenant == tenant, DraftRow.created_at >= since))


async def _counts(connection: AsyncConnection, tenant: str, day: Day) -> DayCounts:
    within = and_(DraftRow.tenant == tenant, DraftRow.created_at >= day.start, DraftRow.created_at < day.end)
    drafts = [DraftCount(*row) for row in await connection.execute(_drafts(within))]
    checked = [CheckedCount(*row) for row in await connection.execute(_checked(within))]
    feedback = [FeedbackCount(*row) for row in await connection.execute(_feedback(within))]
    return DayCounts(day.day, drafts, checked, feedback)


def _drafts(within: ColumnElement[bool]) -> Executable:
    """Columns of DraftCount."""
    return (
        select(
            *PROMPT,
            _rounded(DraftRow.total_ms).label("ms"),
            func.count(),
            func.sum(case((DraftRow.status == "ready", 1), else_=0)),
            func.sum(case((DraftRow.shown, 1), else_=0)),
            func.count(DraftRow.escalation),
            func.coalesce(func.sum(DraftRow.prompt_tokens), 0),
            func.coalesce(func.sum(DraftRow.completion_tokens), 0),
        )
        .where(within)
        .group_by("ms", *GROUPED_PROMPT)  # by names: PostgreSQL does not see that two expressions with values are one
    )


def _checked(within: ColumnElement[bool]) -> Executable:
    """Columns of CheckedCount."""
    names = DraftRow.failed_checks
    return select(names, func.count()).where(within, names.is_not(None)).group_by(names)


def _feedback(within: ColumnElement[bool]) -> Executable:
    """Columns of FeedbackCount."""
    kind = (DraftRow.outcome, DraftRow.shown)
    return (
        select(
            *PROMPT,
            DraftRow.failed_checks,
            _band(DraftRow.agent_tenure_months).label("band"),
            *kind,
            func.round(DraftRow.edit_distance * 100).label("hundredths"),
            func.count(),
        )
        .where(within, DraftRow.outcome.is_not(None))
        .group_by("hundredths", "band", *kind, *GROUPED_PROMPT, DraftRow.failed_checks)
    )


def _band(months: SQLColumnExpression[int | None]) -> ColumnElement[int | None]:
    """The month that the band of a tenure begins with."""
    ends = zip(TENURE_BANDS[1:], TENURE_BANDS, strict=False)
    return case(*((months < end, start) for end, start in ends), (months.is_not(None), TENURE_BANDS[-1]))


def _rounded(ms: SQLColumnExpression[float | None]) -> ColumnElement[float | None]:
    """To two significant digits, so that there are few values however many drafts there are."""
    steps = ((ms < below, func.round(ms * (100 / below)) * (below / 100)) for below in ROUNDED_BELOW_MS)
    last = ROUNDED_BELOW_MS[-1] / 10
    return case(*steps, else_=func.round(ms / last) * last)
