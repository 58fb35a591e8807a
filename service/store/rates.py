"""Counts requests in PostgreSQL, for processes that share a rate: one statement each, and one more to refuse one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.limiting.rates import Rate
from service.limiting.windows import Count, Window
from service.store.database import explained_errors

# By the database's clock, the same for all processes; of two that overtake each other the later one's time counts,
# but for a clock that was set back.
AT = "CASE WHEN r.at > excluded.at + r.seconds THEN excluded.at ELSE greatest(r.at, excluded.at) END"
PASSED = f"floor(({AT}) / r.seconds) - floor(r.at / r.seconds)"  # windows since the last request
EARLIER = f"CASE {PASSED} WHEN 0 THEN r.earlier WHEN 1 THEN r.latest ELSE 0 END"
LATEST = f"CASE {PASSED} WHEN 0 THEN r.latest ELSE 0 END"
LEFT = f"(1 - (({AT}) / r.seconds - floor(({AT}) / r.seconds)))"  # as a part of the window
NOW = "extract(epoch FROM clock_timestamp())::float8"
STEP = f"""
w{{n}} AS (
  INSERT INTO rate_counts AS r (bucket, seconds, at, earlier, latest)
  SELECT :bucket, CAST(:seconds{{n}} AS integer), t.at, 0, 1 FROM t {{before}}
  ON CONFLICT (bucket, seconds) DO UPDATE SET at = {AT}, earlier = {EARLIER}, latest = {LATEST} + 1
  WHERE floor(({EARLIER}) * {LEFT} + ({LATEST})) < :amount{{n}}
  RETURNING r.seconds, r.at, r.earlier, r.latest
)"""  # noqa: S608  # nosec B608 # of constants alone
READ = text(
    f"SELECT seconds, at, earlier, latest, {NOW} AS now FROM rate_counts WHERE bucket = :bucket"  # noqa: S608  # nosec B608 # likewise
)
# Nothing of it counts any more; two days, so that no rate is cut short.
DELETE_OLD = text(f"DELETE FROM rate_counts WHERE at < {NOW} - 172800")  # noqa: S608  # nosec B608 # likewise


class SharedWindows:
    """The windows of one database of PostgreSQL. Its table is not logged: after a crash it counts from 0."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._takes: dict[int, TextClause] = {}

    async def take(self, bucket: str, rates: Sequence[Rate]) -> Count:
        """Count a request.

        Raises:
            StoreError: the database failed.
        """
        numbered = dict(enumerate(rates))
        values: dict[str, str | int] = {"bucket": bucket}
        values |= {f"seconds{n}": rate.seconds for n, rate in numbered.items()}
        values |= {f"amount{n}": rate.amount for n, rate in numbered.items()}
        with explained_errors(self._engine):
            async with self._engine.connect() as connection:
                rows = (await connection.execute(self._statement(len(rates)), values)).all()
                if taken := len(rows) == len(rates):
                    found = {row.seconds: _window(row, row.at) for row in rows}
                else:
                    rows = (await connection.execute(READ, {"bucket": bucket})).all()
                    found = {row.seconds: _window(row, row.now) for row in rows}
        fresh = ((rate, *found.get(rate.seconds, (0, 0, float(rate.seconds)))) for rate in rates)
        return Count(taken, tuple(Window(*each) for each in fresh))

    async def delete_old(self) -> None:
        """Delete the counts of callers who have long sent nothing.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.connect() as connection:
                await connection.execute(DELETE_OLD)

    def _statement(self, count: int) -> TextClause:
        """Counts in so many windows, each only if those before it were not full."""
        if count not in self._takes:
            steps = [STEP.format(n=n, before=f", w{n - 1}" if n else "") for n in range(count)]
            counted = " UNION ALL ".join(f"SELECT * FROM w{n}" for n in range(count))  # noqa: S608  # nosec B608 # of numbers alone
            self._takes[count] = text(f"WITH t AS MATERIALIZED (SELECT {NOW} AS at), {','.join(steps)} {counted}")
        return self._takes[count]


def _window(row: Row[tuple[int, float, int, int]], now: float) -> tuple[int, int, float]:
    """What has faded of a row by now; of a clock that was set back, as the next request would find it."""
    seconds = row.seconds
    at = now if row.at > now + seconds else max(row.at, now)
    passed = math.floor(at / seconds) - math.floor(row.at / seconds)
    earlier = {0: row.earlier, 1: row.latest}.get(passed, 0)
    return earlier, row.latest if passed == 0 else 0, seconds - at % seconds
