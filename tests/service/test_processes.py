"""Three processes on one PostgreSQL: one is killed, one stands still and comes back, and the database starts anew."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import httpx2
import pytest

from benchmarks.durability.cases import case_of
from tests.postgres import PostgresServer
from tests.service.fleets import Stage, stage, until

MANY = 24


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, template: str) -> Iterator[Stage]:
    """Two that serve and a worker, all at work."""
    name = postgres.make_database(template)
    with stage(tmp_path_factory.mktemp("three"), postgres.url(name), 3) as found:
        for place in found.fleet.places:
            found.fleet.start(place)
        until(lambda: found.living() == 3)
        yield found
    postgres.drop_database(name)


def test_killed(three: Stage) -> None:
    """What one of three had begun is done by the others, and nothing else is asked of the model again."""
    numbers = range(MANY)
    victim = three.fleet.places[2]
    three.hand_in(*numbers)
    until(lambda: three.under_way(victim) > 0)
    three.fleet.kill(victim)
    three.take_for_dead(victim)
    until(lambda: three.ready(*numbers) == MANY)
    assert three.wasted(*numbers) <= {victim.living.caller}
    assert three.living() == 2
    three.fleet.start(victim)
    until(lambda: three.living() == 3)


def test_stands_still(three: Stage) -> None:
    """One that is taken for dead and comes back stores nothing a second time, and works on."""
    numbers, later = range(100, 100 + MANY), range(200, 200 + MANY)
    zombie = three.fleet.places[2]
    three.hand_in(*numbers)
    until(lambda: three.under_way(zombie) > 0)
    zombie.living.process.send_signal(signal.SIGSTOP)
    three.take_for_dead(zombie)
    until(lambda: three.ready(*numbers) == MANY)
    zombie.living.process.send_signal(signal.SIGCONT)
    until(lambda: three.living() == 3)
    three.hand_in(*later)
    until(lambda: three.ready(*later) == MANY)
    assert three.ready(*numbers) == MANY
    assert three.wasted(*numbers) <= {zombie.living.caller}
    assert zombie.living.caller in {call.caller for call in three.calls(*later)}
    assert three.fleet.died_by_themselves() == []


def test_database_starts_anew(three: Stage, postgres: PostgresServer) -> None:
    """In the middle of work: callers are told to come again, no process must be started again, nothing is lost."""
    numbers = range(300, 300 + MANY)
    three.hand_in(*numbers)
    until(lambda: len(three.calls(*numbers)) > 0)
    postgres.stop()
    refused = httpx2.post(f"{three.fleet.urls[0]}/v1/drafts", json=case_of(1), headers={"Prefer": "respond-async"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    postgres.start()
    until(lambda: three.ready(*numbers) == MANY)
    assert three.wasted(*numbers) == set()  # a text that could not be stored at once was kept for that
    assert three.hand_in(350).keys() == {350}
    until(lambda: three.ready(350) == 1)
    assert three.fleet.died_by_themselves() == []
