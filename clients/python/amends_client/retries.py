"""Decides whether a request is sent again, and after how long."""

from __future__ import annotations

import email.utils
import random
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from amends_client.answers import problem_of

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
# Amends asked its models again itself, within its own deadline, or has to be set up first: asking at once would make
# another draft that fails, and cost what that costs.
LASTING = frozenset(f"urn:amends:problem:{name}" for name in ("model-failed", "deadline-passed", "configuration"))
Outcome = httpx.Response | httpx.RequestError


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient a client is.

    A call is tried at most `tries` times (1: never again) within `deadline_s` seconds, pauses included. Pauses double
    from `first_pause_s` to `longest_pause_s`, and each is cut by chance to between half of that and all; an answer
    that says when to come again is obeyed, or, where that is after the deadline, raised at once.
    """

    tries: int = 4
    deadline_s: float = 180.0
    first_pause_s: float = 0.5
    longest_pause_s: float = 8.0

    def __post_init__(self) -> None:
        if self.tries < 1 or min(self.deadline_s, self.first_pause_s, self.longest_pause_s) <= 0:
            raise ValueError("Retries need at least one try, and more than 0 seconds for each of the others.")


class Course:
    """The tries of one call."""

    def __init__(
        self,
        retries: Retries,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.tried = 0
        self._retries = retries
        self._clock = clock
        self._chance = chance
        self._end = clock() + retries.deadline_s

    def limits(self, timeouts: dict[str, float | None]) -> dict[str, float | None]:
        """The timeouts of the next try: none goes on for longer than the deadline."""
        left = max(self._end - self._clock(), 0.001)
        return {name: left if seconds is None else min(seconds, left) for name, seconds in timeouts.items()}

    def pause(self, outcome: Outcome) -> float | None:
        """Seconds until the next try; None where this was the last one."""
        self.tried += 1
        if self.tried >= self._retries.tries or not may_pass(outcome):
            return None
        longest = min(self._retries.first_pause_s * 2 ** (self.tried - 1), self._retries.longest_pause_s)
        pause = self._chance(longest / 2, longest)
        if isinstance(outcome, httpx.Response):
            # Behind what was asked for, so that those who were sent away together do not come back together.
            pause += retry_after(outcome) or 0.0
        return pause if self._clock() + pause < self._end else None


def may_pass(outcome: Outcome) -> bool:
    """Whether the same request may succeed later.

    It never does its work twice: whatever changes something bears an idempotency key or, to delete, needs none.
    """
    if isinstance(outcome, httpx.RequestError):
        never = isinstance(outcome, httpx.UnsupportedProtocol | httpx.LocalProtocolError)
        return not never and not any(isinstance(each, ssl.SSLCertVerificationError) for each in causes(outcome))
    if outcome.status_code == HTTPStatus.CONFLICT:
        return retry_after(outcome) is not None  # the first request with the key is still worked on
    return outcome.status_code in PASSING and problem_of(outcome).type_ not in LASTING


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def retry_after(response: httpx.Response) -> float | None:
    """When an answer says to come again, in seconds."""
    return seconds_of(response.headers.get("Retry-After", ""))


def seconds_of(text: str) -> float | None:
    """The seconds until what the header Retry-After says; None where it says nothing that HTTP knows."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
