"""Several processes of Amends on one database, with a slow model, to be watched and mistreated."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.durability.client import Client
from benchmarks.durability.fleet import Fleet, Place
from benchmarks.durability.outside import Manner, outside
from benchmarks.durability.seen import Call, Seen
from tests.databases import rows

CALL_S = 1.0
SECONDS = 180  # until a test gives up: three processes that start at once on a crowded machine take a minute


@dataclass(frozen=True, slots=True)
class Stage:
    """A fleet, the database that it works on, and the world outside."""

    fleet: Fleet
    database_url: str
    outside_url: str

    def hand_in(self, *numbers: int) -> dict[int, str]:
        """Have cases accepted, by turns by all that serve; gives their drafts' ids."""

        async def send() -> dict[int, str]:
            async with Client(self.fleet.urls, frozenset(), "stage") as client:
                await asyncio.gather(*map(client.send, numbers))
                return client.sent.accepted

        return asyncio.run(send())

    def ready(self, *numbers: int) -> int:
        """How many of these cases are stored as ready drafts; twice counts twice."""
        refs = ", ".join(f"'{number}'" for number in numbers)
        statement = f"SELECT count(*) FROM drafts WHERE status = 'ready' AND ref IN ({refs})"
        return int(str(rows(self.database_url, statement)[0][0]))

    def calls(self, *numbers: int) -> list[Call]:
        """The model calls for these cases that have ended, whichever way."""
        seen = Seen.model_validate_json(httpx2.get(f"{self.outside_url}/seen", timeout=SECONDS).content)
        return [call for call in seen.calls if call.case in numbers]

    def wasted(self, *numbers: int) -> set[str]:
        """Who made those calls for these cases whose text was not stored."""
        stored = {row[0] for row in rows(self.database_url, "SELECT model FROM drafts")}
        return {call.caller for call in self.calls(*numbers) if call.model not in stored}

    def under_way(self, place: Place) -> int:
        """How many drafts the engine believes to be worked on there."""
        statement = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id LIKE"
        return int(str(rows(self.database_url, f"{statement} '{_name(place)}'")[0][0]))

    def take_for_dead(self, place: Place) -> None:
        """Let time pass, as if the process had not said for long that it lives."""
        rows(self.database_url, f"UPDATE processes SET beat_at = '2025-01-01' WHERE id LIKE '{_name(place)}'")

    def living(self) -> int:
        """How many processes are known."""
        return int(str(rows(self.database_url, "SELECT count(*) FROM processes")[0][0]))


@contextmanager
def stage(folder: Path, database_url: str, processes: int, **settings: str) -> Iterator[Stage]:
    """The processes, not yet started."""
    with outside(Manner(least_s=CALL_S, most_s=CALL_S), folder / "outside.log") as url:
        common = {
            "AMENDS_DATABASE_URL": database_url,
            "AMENDS_MODEL_URL": f"{url}/v1",
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_WORKERS": "4",
        }
        fleet = Fleet(folder, processes, common | settings)
        try:
            yield Stage(fleet, database_url, url)
        finally:
            fleet.stop()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something to hold."""
    give_up = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def _name(place: Place) -> str:
    """What the name of the process there is like, in SQL."""
    return f"%-{place.living.process.pid}-%"
