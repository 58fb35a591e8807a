"""Tests of times of the day and lengths of time."""

from __future__ import annotations

import pytest

from guardrails.values.clock import durations, times


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("at 5 p.m.", {"t1020"}),
        ("at 9:30 am", {"t570"}),
        ("at 21:00", {"t1260"}),
        ("at 9:30", {"t570", "t1290"}),
        ("half past nine", {"t570", "t1290"}),
        ("quarter to five", {"t285", "t1005"}),
        ("twelve minutes to six", {"t348", "t1068"}),
        ("noon", {"t720"}),
        ("5 o'clock in the evening", {"t1020"}),
        ("14 Uhr", {"t840"}),
        ("at £3.50", set()),
        ("version 5.20.1", set()),
    ],
)
def test_times(text: str, keys: set[str]) -> None:
    """Times are minutes after midnight, twice where morning or evening is open."""
    assert {each for value in times(text) for each in value.keys} == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("within 24 hours", {"min1440"}),
        ("one day ago", {"min1440"}),
        ("five working days", {"work5"}),
        ("2-3 weeks", {"min20160", "min30240"}),
        ("an hour ago", {"min60"}),
        ("half an hour", {"min30"}),
        ("two and a half hours", {"min150"}),
        ("48h", {"min2880"}),
        ("a 3-day delay", {"min4320"}),
        ("within the hour", {"min60"}),
        ("three nights", {"night3"}),
        ("one year ago", {"month12"}),
        ("24/7", {"24/7"}),
        ("have a nice day", set()),
        ("the other day", set()),
    ],
)
def test_durations(text: str, keys: set[str]) -> None:
    """The same length has the same key in every unit; working days are a unit of their own."""
    assert {each for value in durations(text) for each in value.keys} == keys
