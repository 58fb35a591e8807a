"""Reading the period of a query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from service.errors import InvalidField
from service.period import Day, Period, read_period

NOW = datetime(2025, 10, 21, 9, 5, tzinfo=UTC)
INDIA = timezone(timedelta(hours=5.5))


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ([], datetime(2025, 9, 21, tzinfo=UTC), NOW),
        ([("from", "2025-10-01T00:00:00Z")], datetime(2025, 10, 1, tzinfo=UTC), NOW),
        (
            [("to", "2025-10-01T12:00+05:30")],
            datetime(2025, 9, 1, tzinfo=INDIA),
            datetime(2025, 10, 1, 12, tzinfo=INDIA),
        ),
        (
            [("to", "2024-03-01T00:00Z"), ("from", "2024-02-29T23:59:59.999999Z")],
            datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2024, 3, 1, tzinfo=UTC),
        ),
        (
            [("from", "2024-01-01T00Z"), ("to", "2025-01-01T00Z")],
            datetime(2024, 1, 1, tzinfo=UTC),
            datetime(2025, 1, 1, tzinfo=UTC),
        ),
        (
            [("from", "2025-10-21T09:04Z"), ("to", "2026-10-21T00Z")],
            NOW - timedelta(minutes=1),
            datetime(2026, 10, 21, tzinfo=UTC),
        ),
    ],
    ids=["nothing", "from", "to", "leap day", "leap year", "future"],
)
def test_a_period_is_read(query: list[tuple[str, str]], start: datetime, end: datetime) -> None:
    """What is not given is the last thirty days before the end, and the end is now."""
    period = read_period(query, NOW)
    assert (period.start, period.end) == (start, end)
    assert period.start.utcoffset() == start.utcoffset()


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ([("from", "2025-10-22T00:00Z")], "from", "must be before `to`"),
        ([("from", NOW.isoformat())], "from", "must be before `to`"),
        ([("from", "2025-10-02T00Z"), ("to", "2025-10-01T00Z")], "from", "must be before `to`"),
        ([("from", "2025-10-01T02:00+02:00"), ("to", "2025-10-01T00:00Z")], "from", "must be before `to`"),
        ([("from", "2024-10-19T00:00Z")], "from", "more than 366 days"),
        ([("from", "1970-01-02T00:00Z"), ("to", "9000-01-01T00:00Z")], "from", "more than 366 days"),
        ([("from", "")], "from", "with a zone"),
        ([("from", "yesterday")], "from", "with a zone"),
        ([("from", "2025-10-01")], "from", "with a zone"),
        ([("from", "2025-10-01T00:00:00")], "from", "with a zone"),
        ([("from", "2025-10-01T00:00:00 02:00")], "from", "%2B stands for +"),
        ([("from", "2025-02-29T00:00Z")], "from", "with a zone"),
        ([("from", "2025-10-01T24:30Z")], "from", "with a zone"),
        ([("from", "1759276800")], "from", "with a zone"),
        ([("from", "2025-10-01T00:00Z; DROP TABLE drafts")], "from", "with a zone"),
        ([("from", "\0")], "from", "with a zone"),
        ([("from", "2" * 100_000)], "from", "with a zone"),
        ([("from", "0001-01-01T00:00+23:59")], "from", "between the years 1970 and 9000"),
        ([("to", "9999-12-31T23:59:59-23:59")], "to", "between the years"),
        ([("from", "2025-10-01T00Z"), ("from", "2025-10-02T00Z")], "from", "twice"),
        ([("form", "2025-10-01T00Z")], "form", "not a known parameter"),
        ([("x" * 5_000, "")], "x" * 100, "not a known parameter"),
    ],
    ids=range(22),
)
def test_what_is_no_period_is_named(query: list[tuple[str, str]], field: str, says: str) -> None:
    """With the parameter and what to do; the value is not repeated."""
    with pytest.raises(InvalidField) as caught:
        read_period(query, NOW)
    assert caught.value.field == field
    assert says in caught.value.message
    assert len(str(caught.value)) < 500


def test_days_are_those_of_the_zone() -> None:
    """They follow each other without a gap, and the first and the last may not be whole."""
    start, end = datetime(2024, 2, 28, 22, tzinfo=INDIA), datetime(2024, 3, 1, 1, tzinfo=INDIA)
    days = list(Period(start, end.astimezone(UTC)).days())
    midnights = [datetime(2024, 2, 29, tzinfo=INDIA), datetime(2024, 3, 1, tzinfo=INDIA)]
    bounds = [start, *midnights, end]
    assert days == [Day(first.date(), first, last) for first, last in pairwise(bounds)]
    assert [day.day.isoformat() for day in days] == ["2024-02-28", "2024-02-29", "2024-03-01"]


def test_a_whole_year_has_its_days() -> None:
    """A leap year is the longest that may be asked for."""
    period = read_period([("from", "2024-01-01T00Z"), ("to", "2025-01-01T00Z")], NOW)
    assert len(list(period.days())) == 366


def test_the_end_of_a_day_begins_no_other() -> None:
    """A period that ends at midnight has no empty day at its end."""
    period = Period(datetime(2025, 10, 20, tzinfo=UTC), datetime(2025, 10, 21, tzinfo=UTC))
    assert len(list(period.days())) == 1
