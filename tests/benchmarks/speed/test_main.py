"""The benchmark itself, small: turns, one measured arm, and the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed.__main__ import README, once, turns
from benchmarks.speed.measuring import Measured
from benchmarks.speed.plan import Plan, Turn
from benchmarks.speed.report import table, tables, with_tables

SMALL = Plan(clients=2, seconds=4, warm_up_s=2)
PEERS = Path("there are none")


def measured(arm: str, number: int, requests: int) -> Measured:
    """What could have been measured."""
    return Measured(
        turn=Turn(arm=arm, delay_ms=20, round=number),
        plan=SMALL,
        requests=requests,
        seconds=1,
        errors=0,
        why={},
        repeated=0,
        took_ms={"0.5": 10, "0.9": 20, "0.99": 30, "1.0": 40},
        cpu_ms=5,
        megabytes=[100, 101, 102, 103, 104],
        busy={"load": 0.1, "endpoint": 0.2},
        plain_python_ms=9,
        processors=2,
    )


def test_every_arm_begins_a_round() -> None:
    """Each arm has its turn in each round, and another one comes first."""
    made = list(turns(["a", "b", "c"], [20], 3))
    assert ["".join(turn.arm for turn in made if turn.round == number) for number in range(3)] == ["abc", "bca", "cab"]


@pytest.mark.parametrize("arm", ["floor", "simple"])
def test_an_arm_is_measured_once(arm: str, tmp_path: Path) -> None:
    """Every request is answered with another draft; a turn that was measured is not measured again."""
    turn = Turn(arm=arm, delay_ms=0, round=0)
    found = once(turn, SMALL, tmp_path, PEERS)
    assert found is not None
    assert found.is_faultless, found.why
    assert found.requests > 0
    assert len(found.megabytes) == 5
    assert found.cpu_ms > 0
    assert once(turn, SMALL, tmp_path, PEERS) == found


def test_a_peer_that_is_not_installed_is_left_out(tmp_path: Path) -> None:
    """The run goes on without it."""
    assert once(Turn(arm="litellm", delay_ms=0, round=0), SMALL, tmp_path, PEERS) is None


def test_a_ratio_is_of_the_floor_in_the_same_round() -> None:
    """A round in which all were slow changes no ratio."""
    rounds = [measured("floor", 0, 100), measured("floor", 1, 10), measured("none", 0, 70), measured("none", 1, 7)]
    assert "| Amends without checks | 38 (7-70) | 0.70 (0.70-0.70) | 10 | 30 | 0 |" in table(rounds)


def test_tables_take_the_place_of_the_older_ones() -> None:
    """What stands around them stays, and twice is as once."""
    page, made = README.read_text(encoding="utf-8"), tables([measured("floor", 0, 100)])
    once_written = with_tables(page, made)
    assert made in once_written
    assert with_tables(once_written, made) == once_written
    assert with_tables(once_written, "").splitlines()[:3] == page.splitlines()[:3]
