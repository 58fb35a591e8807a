"""When a request is sent again, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from amends_client import Retries
from amends_client.retries import Course, seconds_of

FAILED = httpx.Response(503)


class Clock:
    """It goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now


def course(clock: Clock, **changes: float) -> Course:
    """The tries of a call, with the longest pauses that chance allows."""
    values = {"tries": 100, "deadline_s": 60.0, "first_pause_s": 1.0, "longest_pause_s": 5.0} | changes
    return Course(Retries(**values), clock, lambda _, most: most)  # type: ignore[arg-type] # tries are whole


def test_pauses_double_up_to_the_longest() -> None:
    """And no further."""
    tries = course(Clock())
    assert [tries.pause(FAILED) for _ in range(5)] == [1, 2, 4, 5, 5]


def test_chance_cuts_a_pause_by_half_at_most() -> None:
    """So that many who failed together do not come again together."""
    least = Course(Retries(first_pause_s=1), Clock(), lambda least, _: least)
    assert least.pause(FAILED) == 0.5


def test_the_tries_are_counted() -> None:
    """The first counts."""
    tries = course(Clock(), tries=3)
    assert [tries.pause(FAILED) is None for _ in range(3)] == [False, False, True]
    assert tries.tried == 3


def test_nothing_is_begun_after_the_deadline() -> None:
    """A pause that would end then is not made."""
    clock = Clock()
    tries = course(clock, first_pause_s=5)
    clock.now += 54
    assert tries.pause(FAILED) == 5
    clock.now += 2
    assert tries.pause(FAILED) is None


def test_no_try_goes_on_after_the_deadline() -> None:
    """Its timeouts are cut to what is left."""
    clock = Clock()
    tries = course(clock)
    clock.now += 50
    assert tries.limits({"read": 90.0, "connect": None, "pool": 5.0}) == {"read": 10, "connect": 10, "pool": 5}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2", 2),
        (" 0 ", 0),
        (format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True), 0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_when_to_come_again(said: str, seconds: float | None) -> None:
    """As HTTP has it: seconds, or a date; anything else says nothing."""
    assert seconds_of(said) == seconds


def test_a_date_to_come_again() -> None:
    """In as many seconds as it is away."""
    said = seconds_of(format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))
    assert said is not None
    assert 28 < said <= 30


@pytest.mark.parametrize("changes", [{"tries": 0}, {"deadline_s": 0}, {"first_pause_s": -1.0}])
def test_patience_that_is_none(changes: dict[str, float]) -> None:
    """It is refused."""
    with pytest.raises(ValueError, match="Retries"):
        Retries(**changes)  # type: ignore[arg-type] # tries are whole
