"""The judge of the durability runs, judged: it must see every kind of loss, and take a kill for what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.durability.examine import STORING_S, Facts, examine, unexplained
from benchmarks.durability.examine import Stored as Row
from benchmarks.durability.seen import Call, Notice, Seen

KILLED_AT = 100.0


def call(case: int | None, model: str, caller: str = "p1.2", began: float = 200.0, **more: object) -> Call:
    """A call of a process that lived on, unless it is said to be of another one."""
    fields = {"case": case, "model": model, "caller": caller, "began": began, "ended": began + 1, "answered": True}
    return Call.model_validate(fields | more)


def told(about: str, **more: object) -> Notice:
    """An event that was taken."""
    fields = {"event": f"e-{about}", "type": "draft.finished", "about": about, "verified": True, "taken": True}
    return Notice.model_validate(fields | more)


ROWS = (Row("a", 0, "ready", "m0"), Row("b", 1, "ready", "m1"))
CALLS = (call(0, "m0"), call(1, "m1"))
NOTICES = (told("a"), told("b"))
GOOD = Facts(
    requests=2,
    accepted={0: "a", 1: "b"},
    changed=(),
    told_of=frozenset("ab"),
    killed_at={"p1.1": KILLED_AT},
    buried=frozenset({"p2.1"}),
    stored=ROWS,
    seen=Seen(calls=CALLS, notices=NOTICES),
)


def with_call(extra: Call) -> Facts:
    """The good run with one more call."""
    return replace(GOOD, seen=GOOD.seen.model_copy(update={"calls": (extra, *CALLS)}))


def with_notices(*notices: Notice) -> Facts:
    """The good run with other events."""
    return replace(GOOD, seen=GOOD.seen.model_copy(update={"notices": notices}))


def test_a_good_run_holds() -> None:
    """Everything was stored once, called once and told."""
    report = examine(GOOD)
    assert report.holds
    assert (report.requests, report.kills, report.calls, report.told) == (2, 1, 2, 2)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(GOOD, stored=ROWS[:1]), "lost"),
        (replace(GOOD, accepted={0: "a"}, stored=ROWS[:1]), "lost"),  # never accepted in all the time
        (replace(GOOD, stored=(*ROWS, Row("c", 1, "ready", "m2"))), "twice"),
        (replace(GOOD, stored=(ROWS[0], Row("b", 1, "needs_review", "m1"))), "not_ready"),
        (replace(GOOD, stored=(*ROWS, Row("c", 2, "ready", "m2"))), "strangers"),
        (replace(GOOD, changed=(1,)), "changed"),
        (with_call(call(1, "m2", began=90)), "unexplained"),  # its caller lived on
        (with_call(call(1, "m2", "p1.1", began=KILLED_AT - STORING_S - 2)), "unexplained"),  # died long after
        (with_call(call(1, "m2", "p1.1", began=KILLED_AT + 1)), "unexplained"),  # the dead do not call
        (with_call(call(1, "m2", began=300)), "unexplained"),  # the text was there already
        (with_call(call(None, "m2")), "unexplained"),
        (with_call(call(7, "m2")), "unexplained"),
        (with_notices(told("a")), "untold"),
        (with_notices(told("a"), told("b", taken=False)), "untold"),
        (with_notices(told("a"), told("b", type="batch.finished")), "untold"),
        (with_notices(*NOTICES, told("b", verified=False, taken=False)), "unverified"),
    ],
)
def test_a_broken_promise_is_seen(facts: Facts, field: str) -> None:
    """Each by its own name, and the run does not hold."""
    report = examine(facts)
    assert getattr(report, field) == 1
    assert not report.holds


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        (call(1, "m2", "p1.1", began=KILLED_AT - 0.5, ended=KILLED_AT, answered=False), "cut_in_call"),
        (call(1, "m2", "p1.1", began=KILLED_AT - 0.5, ended=KILLED_AT + 0.1), "cut_in_call"),
        (call(1, "m2", "p1.1", began=KILLED_AT + 0.1, answered=False), "cut_in_call"),  # it was on its way
        (call(1, "m2", "p1.1", began=KILLED_AT - 1.2), "cut_before_storing"),
        (call(1, "m2", "p2.1"), "buried_alive"),
        (call(1, "m2", "p2.1", began=300), "buried_alive"),  # it did not know that others had done its work
    ],
)
def test_a_kill_explains_a_call(extra: Call, field: str) -> None:
    """A call is made again when its caller was killed in it, or before it could store the text."""
    report = examine(with_call(extra))
    assert getattr(report, field) == 1
    assert report.holds


def test_events_may_come_again() -> None:
    """At least once is what is promised."""
    report = examine(with_notices(*NOTICES, told("a"), told("b", taken=False)))
    assert report.told_again == 1
    assert report.holds


def test_what_is_without_a_reason_is_shown() -> None:
    """The call, and what else is known of its case; and nothing that has a reason."""
    assert not list(unexplained(GOOD))
    (line,) = unexplained(with_call(call(1, "m2", began=90)))
    assert line.count("case=1") == 2
    assert "'m2'" in line
