"""GET of the figures of drafts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date

import pytest

from service.errors import StoreError
from service.figures import CheckedCount, DayCounts, Figures
from service.period import Period
from service.tally import DraftCount, FeedbackCount
from tests.service.api.calling import call, make_app
from tests.service.api.test_contract import check_against
from tests.service.parts import NOW

PATH = "/v1/metrics/drafts"
PROMPT = ("late", "reply/late", "abc")


class OneDay:
    """A store with a few drafts of one day, or with a fault; it notes who asked for what."""

    def __init__(self, fault: Exception | None = None) -> None:
        self._fault = fault
        self.asked: list[tuple[str, Period]] = []

    async def by_day(self, tenant: str, period: Period) -> AsyncGenerator[DayCounts]:
        """The day."""
        self.asked.append((tenant, period))
        if self._fault:
            raise self._fault
        drafts = DraftCount(*PROMPT, 900, 10, 8, 9, 1, 1_000, 500)
        feedback = FeedbackCount(*PROMPT, "tone", 3, "edited", True, 25, 4)  # noqa: FBT003 - a row
        yield DayCounts(date(2025, 10, 20), [drafts], [CheckedCount("tone", 5)], [feedback])


def figures_of(counts: OneDay) -> Figures:
    """Figures of these counts."""
    return Figures(counts, lambda: NOW)


def test_figures_are_answered() -> None:
    """As the contract says, of the default tenant's last thirty days, and never kept on the way."""
    counts = OneDay()
    answer = call(make_app(figures=figures_of(counts)), "GET", PATH)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    body = answer.json()
    check_against("DraftMetrics", body)
    assert (body["from"], body["to"]) == ("2025-09-21T00:00:00Z", "2025-10-21T09:05:00Z")
    assert body["totals"]["ready"] == {"count": 8, "of": 10, "share": 0.8, "low": 0.4902, "high": 0.9433}
    assert body["totals"]["feedback"]["edit_distance"] == {"drafts": 4, "median": 0.25, "p90": 0.25}
    assert body["by_prompt"][0]["prompt"] == {"name": "reply/late", "hash": "abc"}
    assert body["by_day"][0]["day"] == "2025-10-20"
    assert [tenant for tenant, _ in counts.asked] == ["default"]


def test_a_period_is_asked_for() -> None:
    """With its zone, in which it is answered."""
    counts = OneDay()
    query = "?from=2025-10-01T00:00:00%2B02:00&to=2025-10-08T00:00:00%2B02:00"
    body = call(make_app(figures=figures_of(counts)), "GET", PATH + query).json()
    assert (body["from"], body["to"]) == ("2025-10-01T00:00:00+02:00", "2025-10-08T00:00:00+02:00")
    assert len(list(counts.asked[0][1].days())) == 7


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("from=2025-10-01T00:00:00+02:00", "from", "%2B stands for +"),
        ("from=2025-10-01", "from", "with a zone"),
        ("from=%00%ff", "from", "with a zone"),
        ("from=2025-10-02T00Z&to=2025-10-01T00Z", "from", "before `to`"),
        ("from=0001-01-01T00Z", "from", "between the years"),
        ("from=2020-01-01T00Z", "from", "366 days"),
        ("to=2025-10-01T00Z&to=2025-10-01T00Z", "to", "twice"),
        ("by=situation", "by", "not a known parameter"),
        ("=", "", "not a known parameter"),
    ],
    ids=range(9),
)
def test_what_is_wrong_is_named(query: str, field: str, says: str) -> None:
    """A 422 with the parameter and what to do; nothing is counted."""
    counts = OneDay()
    answer = call(make_app(figures=figures_of(counts)), "GET", f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:amends:problem:invalid-field")
    (fault,) = answer.json()["errors"]
    assert fault["field"] == field
    assert says in fault["message"]
    assert counts.asked == []


def test_a_failing_store_is_told() -> None:
    """With the time to come again; and the next one who asks is answered."""
    counts = OneDay(StoreError("it is full"))
    app = make_app(figures=figures_of(counts))
    for _ in range(2):
        answer = call(app, "GET", PATH)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
