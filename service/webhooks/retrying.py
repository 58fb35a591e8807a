"""Decides what becomes of a delivery after a try: ten tries within about a day, ever further apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

# After the first try, after the second, and so on: 23 hours and 21 minutes in all.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 900, 3_600, 7_200, 14_400, 21_600, 36_000))
MOST_TRIES = len(PAUSES) + 1
JITTER = 0.1  # of a pause, at most, in either direction: what failed together should not come again together
LONGEST_WISH = timedelta(hours=12)  # of a receiver for a later time

DeliveryStatus = Literal["pending", "delivered", "dead"]


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try ended; without a fault, it was taken.

    `final` says that no other try can help, `retry_after` is the pause that the receiver asked for.
    """

    fault: str | None = None
    final: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a delivery; a pending one is tried at `next_at`."""

    status: DeliveryStatus
    next_at: datetime
    fault: str | None


def settled(tried: Tried, tries: int, now: datetime, chance: float) -> Settlement:
    """The state of a delivery after its try number `tries`, from 1 on; `chance` is from 0 to 1, for the jitter."""
    if tried.fault is None:
        return Settlement("delivered", now, None)
    if tried.final or tries >= MOST_TRIES:
        return Settlement("dead", now, tried.fault)
    pause = PAUSES[tries - 1] * (1 + JITTER * (2 * chance - 1))
    wish = min(tried.retry_after or timedelta(0), LONGEST_WISH)
    return Settlement("pending", now + max(pause, wish), tried.fault)


def read_retry_after(text: str, now: datetime) -> timedelta | None:
    """The pause in a header Retry-After, which is a number of seconds or a date; None where it is neither."""
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", text):
        return timedelta(seconds=int(text))
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(date.replace(tzinfo=date.tzinfo or UTC) - now, timedelta(0))
