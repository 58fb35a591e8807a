"""The circuit breaker: when it opens, what it lets through, and what counts as nothing."""

from __future__ import annotations

import asyncio

import pytest

from service.breaker import TRIAL_WAIT_S, Breaker
from tests.service.clock import Clock


def end(breaker: Breaker, *, answered: bool | None) -> None:
    """Make a call that ends so."""
    with breaker.calling() as call:
        call.answered = answered


def opened(clock: Clock) -> Breaker:
    """A breaker after three faults."""
    breaker = Breaker(clock)
    for _ in range(3):
        end(breaker, answered=False)
    return breaker


@pytest.mark.parametrize(
    ("endings", "is_open"),
    [
        ((False, False, False), True),
        ((False, False), False),
        ((False, False, True, False, False), False),
        ((False, True, False, False, False), True),
        ((False, None, False, None, False), True),
        ((None, None, None, None), False),
    ],
)
def test_three_faults_in_a_row_open_it(endings: tuple[bool | None, ...], is_open: bool) -> None:  # noqa: FBT001  # a table's column
    """An answer ends the row, and a call of which nothing is known leaves it as it is."""
    breaker = Breaker(Clock())
    for answered in endings:
        end(breaker, answered=answered)
    assert breaker.wait_s == (30 if is_open else 0)


def test_the_wait_grows_shorter() -> None:
    """It counts down to the trial and never below."""
    clock = Clock()
    breaker = opened(clock)
    for after, left in ((0, 30), (29.5, 0.5), (30, 0), (1_000, 0)):
        clock.now = 1_000.0 + after
        assert breaker.wait_s == left


def test_one_trial_at_a_time() -> None:
    """After the wait one call is let through, and while it lasts no other."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 30
    with breaker.calling() as trial:
        assert breaker.wait_s == TRIAL_WAIT_S
        trial.answered = True
    assert breaker.wait_s == 0
    end(breaker, answered=False)
    end(breaker, answered=False)
    assert breaker.wait_s == 0, "closed by the trial, it counts from nothing"


def test_a_trial_that_fails_opens_it_again() -> None:
    """One fault is enough, and the wait begins anew."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 31
    end(breaker, answered=False)
    assert breaker.wait_s == 30


def test_a_cancelled_trial_leaves_its_place_to_the_next() -> None:
    """It says nothing about the endpoint: the next call is the trial."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 30
    with pytest.raises(asyncio.CancelledError), breaker.calling():
        raise asyncio.CancelledError
    assert breaker.wait_s == 0
    end(breaker, answered=False)
    assert breaker.wait_s == 30


def test_stragglers_do_not_keep_it_open() -> None:
    """Faults of calls that began before it opened neither lengthen the wait nor end a trial."""
    clock = Clock()
    breaker = Breaker(clock)
    with breaker.calling() as straggler, breaker.calling() as other:
        for _ in range(3):
            end(breaker, answered=False)
        clock.now += 20
        other.answered = False
    assert breaker.wait_s == 10
    straggler.answered = False
    clock.now += 10
    with breaker.calling() as trial:
        trial.answered = True
    assert breaker.wait_s == 0


def test_a_late_answer_closes_it() -> None:
    """Who answers is there, whenever the call began."""
    clock = Clock()
    breaker = Breaker(clock)
    with breaker.calling() as late:
        for _ in range(3):
            end(breaker, answered=False)
        assert breaker.wait_s == 30
        late.answered = True
    assert breaker.wait_s == 0
