"""Leaves alone for a while what failed several times in a row, then tries it with one call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

BreakerState = Literal["closed", "open", "trial"]
TRIAL_WAIT_S = 1.0  # nobody knows how long the trial takes that others wait for


@dataclass(slots=True)
class Call:
    """A call under way; `answered` stays None where nothing was learnt, as from one that was cancelled."""

    is_trial: bool
    answered: bool | None = None


class Breaker:
    """A circuit breaker: closed it lets every call through, open none, and after a while one trial call.

    An answer closes it, also one that was long under way: nothing proves better that somebody answers. A fault of
    a call that began before it opened changes nothing: else a crowd of slow calls would keep it open.

    Args:
        clock: seconds that never go back.
        threshold: faults in a row that open it.
        open_s: seconds until the trial.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, threshold: int = 3, open_s: float = 30.0) -> None:
        self._clock = clock
        self._threshold = threshold
        self._open_s = open_s
        self._faults = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def wait_s(self) -> float:
        """Seconds until a call may be tried; 0 means now."""
        if self._opened_at is None:
            return 0.0
        return TRIAL_WAIT_S if self._trying else max(0.0, self._opened_at + self._open_s - self._clock())

    @property
    def state(self) -> BreakerState:
        """Whether calls are let through, none is, or one of them is tried or may be."""
        if self._opened_at is None:
            return "closed"
        return "trial" if self._trying or self.wait_s == 0 else "open"

    @contextmanager
    def calling(self) -> Iterator[Call]:
        """Make a call inside of this, while `wait_s` is 0, and note on it whether there was an answer."""
        call = Call(is_trial=self._opened_at is not None)
        self._trying |= call.is_trial
        try:
            yield call
        finally:
            self._note(call)

    def _note(self, call: Call) -> None:
        if call.is_trial:
            self._trying = False
        if call.answered:
            self._faults, self._opened_at = 0, None
        elif call.answered is False and self._opened_at is None:
            self._faults += 1
            if self._faults >= self._threshold:
                self._opened_at = self._clock()
        elif call.answered is False and call.is_trial:
            self._opened_at = self._clock()
