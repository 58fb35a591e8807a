"""One run: requests go in, processes are killed at random moments, and what is left is examined."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.durability.client import Client
from benchmarks.durability.examine import Report, examine, unexplained
from benchmarks.durability.fleet import Fleet
from benchmarks.durability.outside import Manner, outside
from benchmarks.durability.watch import Tell, Watch

LEAST_CALL_S, MOST_CALL_S = 0.05, 0.5
FAILS_ONE_IN = 20  # events that the receiver does not take at first
AT_WORK = 0.8  # of the kills wait for all processes to be at work
SENT_TWICE = 0.05  # of the requests are sent again after they were accepted
SETTINGS = {
    "AMENDS_MODEL_NAME": "fake",
    "AMENDS_WEBHOOK_NETWORKS": "127.0.0.0/8",
    # One call makes a draft, so that every other one has a reason; and on a busy machine a check may take its time.
    "AMENDS_MAX_ATTEMPTS": "1",
    "AMENDS_CHECK_TIMEOUT_S": "60",
}
Sending = list[asyncio.Task[None]]
PATIENCE_S = 120.0  # without any progress, after which a run is given up: far more than an adoption takes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done: `waiting` of the requests are synchronous, and a kill comes in the mean after `kill_after_s`."""

    processes: int
    requests: int
    waiting: int
    kills: int
    kill_after_s: float
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
                    group.create_task(fleet.supervise(ended))
                    sending = await _work(client, fleet, plan, chance, tell)
                    facts = await watch.until_settled(PATIENCE_S)
                    await _give_up(sending)
                    ended.set()
                tell(f"Answers: {dict(client.sent.statuses)}")
                for line in unexplained(facts):
                    tell(line)
                return examine(facts, len(fleet.died_by_themselves()))


async def _listen(client: Client, url: str) -> None:
    """Have events sent to the world outside."""
    secret = await client.add_webhook(f"{url}/hook")
    async with httpx2.AsyncClient() as world:
        (await world.put(f"{url}/secret", content=secret)).raise_for_status()


async def _work(client: Client, fleet: Fleet, plan: Plan, chance: random.Random, tell: Tell) -> Sending:
    """Send and kill side by side; gives what is still being sent after the last kill."""
    numbers = list(range(plan.requests))
    parts = [numbers[part :: plan.kills + 1] for part in range(plan.kills + 1)]
    sending = [asyncio.create_task(_send(client, part, plan, chance)) for part in parts[:1]]
    for part in parts[1:]:
        await _kill_one(fleet, plan, chance, tell)
        sending.append(asyncio.create_task(_send(client, part, plan, chance)))
    return sending


async def _give_up(sending: Sending) -> None:
    """Send nothing more: all is settled, or nothing moves."""
    for task in sending:
        task.cancel()
    for fault in await asyncio.gather(*sending, return_exceptions=True):
        if isinstance(fault, Exception):  # one that was refused, and not one that was cancelled
            raise fault


async def _send(client: Client, numbers: Sequence[int], plan: Plan, chance: random.Random) -> None:
    """Some of the requests, spread over the time until the next kill and a while after it; some are sent again."""

    async def one(number: int, first_s: float, again_s: float | None) -> None:
        await asyncio.sleep(first_s)
        await client.send(number)
        if again_s is not None:
            await asyncio.sleep(again_s)
            await client.send(number)

    longest = 2 * plan.kill_after_s
    again = [chance.uniform(0, longest) if chance.random() < SENT_TWICE else None for _ in numbers]
    moments = [chance.uniform(0, longest) for _ in numbers]
    await asyncio.gather(*map(one, numbers, moments, again))


async def _kill_one(fleet: Fleet, plan: Plan, chance: random.Random, tell: Tell) -> None:
    """Kill a random process at a random moment, and start another in its place at once.

    Mostly the moment counts from when all are at work; else it may well be one at which a process starts.
    """
    if chance.random() < AT_WORK:
        await fleet.all_at_work()
    await asyncio.sleep(chance.uniform(0, 2 * plan.kill_after_s))
    place = chance.choice(fleet.places)
    fleet.kill(place)
    tell(f"kill -9 {place.living.caller}, {'at work' if place.living.is_at_work else 'starting'}")
    fleet.start(place)
