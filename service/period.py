"""Reads the period that figures are asked for, and cuts it into days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from service.errors import InvalidField

DEFAULT_DAYS = 30
MOST_DAYS = 366
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)  # any zone can tell their days
NO_MOMENT = (
    "must be a date and time with a zone, such as 2025-10-21T00:00:00Z or 2025-10-21T00:00:00%2B02:00 "
    "(in a URL, + is a blank, and %2B stands for +)"
)


@dataclass(frozen=True, slots=True)
class Day:
    """The part of a day that lies within a period, from `start` on and before `end`."""

    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on and before `end`; its days are those of the zone of `start`."""

    start: datetime
    end: datetime

    def days(self) -> Iterator[Day]:
        """Its days in order, the first and the last perhaps not whole."""
        start = self.start
        while start < self.end:
            midnight = datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo)
            end = min(midnight, self.end)
            yield Day(start.date(), start, end)
            start = midnight


def read_period(query: Sequence[tuple[str, str]], now: datetime) -> Period:
    """The period between `from` and `to` of a query, given as names with values.

    By default it ends now, and begins at midnight, 30 days before its end.

    Raises:
        InvalidField: another name, a name twice, no moment with a zone, a period that is empty or too long.
    """
    given: dict[str, datetime] = {}
    for name, value in query:
        if name not in ("from", "to"):
            raise InvalidField("is not a known parameter; there are `from` and `to`", name[:100])
        if name in given:
            raise InvalidField("is given twice", name)
        try:
            given[name] = moment_of(value)
        except ValueError as error:
            raise InvalidField(str(error), name) from None
    end = given.get("to", now)
    start = given.get("from") or datetime.combine(end.date() - timedelta(days=DEFAULT_DAYS), time(), end.tzinfo)
    if start >= end:
        raise InvalidField("must be before `to`, which is the present moment where it is not given", "from")
    if end - start > timedelta(days=MOST_DAYS):
        raise InvalidField(f"is more than {MOST_DAYS} days before `to`: ask for each year by itself", "from")
    return Period(start, end)


def moment_of(text: str) -> datetime:
    """The moment that a text of a URL names.

    Raises:
        ValueError: it names none, or no zone, or one that not every zone can tell; the message says what to send.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(NO_MOMENT) from None
    if moment.tzinfo is None:
        raise ValueError(NO_MOMENT)
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"must be between the years {EARLIEST.year} and {LATEST.year}")
    return moment
