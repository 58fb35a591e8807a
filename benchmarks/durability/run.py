"""One run: requests go in, processes are killed at random moments, and what is left is examined."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.durability.client import Client
from benchmarks.durability.examine import Report, examine
from benchmarks.durability.fleet import Fleet
from benchmarks.durability.outside import Manner, outside
from benchmarks.durability.watch import Tell, Watch

LEAST_CALL_S, MOST_CALL_S = 0.05, 0.5
FAILS_ONE_IN = 20  # events that the receiver does not take at first
SENT_TWICE = 0.05  # of the requests are sent again after they were accepted
SETTINGS = {
    "AMENDS_MODEL_NAME": "fake",
    "AMENDS_WEBHOOK_NETWORKS": "127.0.0.0/8",
    # One call makes a draft, so that every other one has a reason; and on a busy machine a check may take its time.
    "AMENDS_MAX_ATTEMPTS": "1",
    "AMENDS_CHECK_TIMEOUT_S": "60",
}
PATIENCE_S = 120.0  # without any progress, after which a run is given up: far more than an adoption takes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done: `waiting` of the requests are synchronous, and `kills` fall into `span_s` seconds."""

    processes: int
    requests: int
    waiting: int
    kills: int
    span_s: float
    seed: int


async def run(plan: Plan, folder: Path, settings: Mapping[str, str], tell: Tell) -> Report:
    """The report on one run, whose logs stay in the folder; the settings name the database."""
    chance = random.Random(plan.seed)
    waits = frozenset(chance.sample(range(plan.requests), plan.waiting))
    manner = Manner(least_s=LEAST_CALL_S, most_s=MOST_CALL_S, fails_one_in=FAILS_ONE_IN, seed=plan.seed)
    with outside(manner, folder / "outside.log") as url:
        settings = {**SETTINGS, **settings, "AMENDS_MODEL_URL": f"{url}/v1"}
        fleet = Fleet(folder, plan.processes, settings)
        with fleet.running():
            async with Client(fleet.urls, waits, f"run-{plan.seed}") as client:
                await _listen(client, url)
                watch = Watch(plan.requests, settings["AMENDS_DATABASE_URL"], url, fleet, client.sent, tell)
                ended = asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    group.create_task(watch.report_progress(ended))
                    await _work(client, fleet, plan, chance, tell)
                    facts = await watch.until_settled(PATIENCE_S)
                    ended.set()
                tell(f"Answers: {dict(client.sent.statuses)}; ended by themselves: {fleet.died_by_themselves()}")
    return examine(facts)


async def _listen(client: Client, url: str) -> None:
    """Have events sent to the world outside."""
    secret = await client.add_webhook(f"{url}/hook")
    async with httpx2.AsyncClient() as world:
        (await world.put(f"{url}/secret", content=secret)).raise_for_status()


async def _work(client: Client, fleet: Fleet, plan: Plan, chance: random.Random, tell: Tell) -> None:
    """Send and kill side by side, and give up on what is not accepted long after the last kill."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(plan.span_s + PATIENCE_S):
            await asyncio.gather(_send(client, plan, chance), _kill(fleet, plan, chance, tell))


async def _send(client: Client, plan: Plan, chance: random.Random) -> None:
    """All requests, spread over the time in which processes are killed; some are sent again."""
    twice = {number for number in range(plan.requests) if chance.random() < SENT_TWICE}

    async def one(number: int) -> None:
        await asyncio.sleep(number * plan.span_s / plan.requests)
        await client.send(number)
        if number in twice:
            await asyncio.sleep(plan.span_s / 10)
            await client.send(number)

    await asyncio.gather(*map(one, range(plan.requests)))


async def _kill(fleet: Fleet, plan: Plan, chance: random.Random, tell: Tell) -> None:
    """Kill a random process at random moments, and start another in its place at once."""
    began = time.monotonic()
    moments = sorted(chance.uniform(0, plan.span_s) for _ in range(plan.kills))
    for moment, place in [(moment, chance.choice(fleet.places)) for moment in moments]:
        await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
        fleet.kill(place)
        tell(f"kill -9 {place.living.caller} at {moment:.2f} s")
        fleet.start(place)
