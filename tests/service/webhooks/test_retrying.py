"""What becomes of a delivery after a try."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.webhooks.retrying import (
    JITTER,
    LONGEST_WISH,
    MOST_TRIES,
    PAUSES,
    Settlement,
    Tried,
    read_retry_after,
    settled,
)
from tests.service.parts import NOW

FAILED = Tried("it answered 500")
S = timedelta(seconds=1)


def test_ten_tries_take_a_day() -> None:
    """Whatever chance says, the last try is within a day of the first, give or take two hours."""
    assert MOST_TRIES == 10
    for chance in (0.0, 0.5, 1.0):
        at = NOW
        for tries in range(1, MOST_TRIES):
            after = settled(FAILED, tries, at, chance)
            assert after.status == "pending"
            assert after.next_at > at
            at = after.next_at
        assert timedelta(hours=21) < at - NOW < timedelta(hours=26)
        assert settled(FAILED, MOST_TRIES, at, chance) == Settlement("dead", at, "it answered 500")


def test_pauses_grow() -> None:
    """The second try comes soon, the others ever later."""
    assert PAUSES[0] == timedelta(seconds=5)
    assert list(PAUSES) == sorted(PAUSES)


def test_chance_spreads_what_failed_together() -> None:
    """By a tenth in either direction."""
    pauses = [settled(FAILED, 4, NOW, chance).next_at - NOW for chance in (0.0, 0.5, 1.0)]
    assert pauses == [PAUSES[3] * (1 - JITTER), PAUSES[3], PAUSES[3] * (1 + JITTER)]


@pytest.mark.parametrize(
    ("tried", "tries", "status"),
    [
        (Tried(), 1, "delivered"),
        (Tried(), MOST_TRIES + 1, "delivered"),
        (Tried("gone", final=True), 1, "dead"),
        (FAILED, MOST_TRIES + 5, "dead"),
        (Tried("later", retry_after=timedelta(days=1)), MOST_TRIES, "dead"),
    ],
)
def test_ends(tried: Tried, tries: int, status: str) -> None:
    """Taken, gone, or tried too often; also when a process died after its last try."""
    assert settled(tried, tries, NOW, 0.5) == Settlement(status, NOW, tried.fault)  # type: ignore[arg-type] # a table


@pytest.mark.parametrize(
    ("wish", "pause"),
    [
        (timedelta(0), 5 * S),
        (3 * S, 5 * S),
        (90 * S, 90 * S),
        (timedelta(days=400), LONGEST_WISH),
    ],
)
def test_a_receiver_may_ask_for_time(wish: timedelta, pause: timedelta) -> None:
    """For more than the pause, and not for ever."""
    assert settled(Tried("busy", retry_after=wish), 1, NOW, 0.5).next_at == NOW + pause


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("120", 120 * S),
        (" 0 ", 0 * S),
        ("999999999", 999_999_999 * S),
        ("Tue, 21 Oct 2025 09:06:00 GMT", 60 * S),
        ("Tue, 21 Oct 2025 09:06:00 -0000", 60 * S),
        ("Tue, 21 Oct 2025 11:06:00 +0200", 60 * S),
        ("Tue, 21 Oct 2020 09:06:00 GMT", 0 * S),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 5_000, None),
        ("soon", None),
        ("Tue, 99 Oct 2025 09:06:00 GMT", None),
        ("Tue, 21 Oct 99999 09:06:00 GMT", None),
        (f"Tue, 21 Oct {'9' * 30} 09:06:00 GMT", None),
        ("١٢", None),
    ],
    ids=range(16),
)
def test_retry_after(text: str, pause: timedelta | None) -> None:
    """A number of seconds or a date; anything else is no wish."""
    assert read_retry_after(text, NOW) == pause
