"""Works on what is due, several turns and replies at once and each by one at a time."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine
from functools import partial

import structlog

from amends_chatwoot.steps import Steps
from amends_chatwoot.store import Store

LONGEST_SLEEP_S = 60.0
FAULT_S = 1.0
REPLIES_AT_ONCE = 4
DAY = 86_400
log = structlog.get_logger()


class Places:
    """What is worked on at once: so many, each known by its number and there once."""

    def __init__(self, most: int, freed: Callable[[], None]) -> None:
        self._most = most
        self._freed = freed
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def taken(self) -> frozenset[int]:
        """The numbers of what is worked on."""
        return frozenset(self._tasks)

    @property
    def free(self) -> int:
        """How many more may begin."""
        return self._most - len(self._tasks)

    def begin(self, number: int, step: Coroutine[None, None, None]) -> None:
        """Work on something; its place is free again once that ends."""
        self._tasks[number] = task = asyncio.create_task(step)
        task.add_done_callback(partial(self._ended, number))

    async def stop(self) -> None:
        """Cancel it all, and wait for that."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, number: int, _: asyncio.Task[None]) -> None:
        self._tasks.pop(number, None)
        self._freed()


class Rounds:
    """Goes round until it is cancelled; `wake` has it look at once."""

    def __init__(self, store: Store, steps: Steps, at_once: int, keep_days: int) -> None:
        self._store = store
        self._steps = steps
        self._keep_s = keep_days * DAY
        self._woken = asyncio.Event()
        # Replies have places of their own: they can wait for a day, and who wrote to a bot waits for an agent.
        self._turns = Places(at_once, self.wake)
        self._replies = Places(REPLIES_AT_ONCE, self.wake)
        self._forgot = 0.0

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._woken.clear()
                await self._sleep(self._begun())
        finally:
            await asyncio.gather(self._turns.stop(), self._replies.stop())

    def _begun(self) -> float:
        """Begin what is due; the seconds until there is more."""
        try:
            self._round()
            return self._until_next()
        except sqlite3.Error as error:  # such as a full disk, which passes: nothing would be done ever after
            log.error("file.failed", why=str(error))  # noqa: TRY400 - SQLite's words quote nobody
            return FAULT_S

    def _until_next(self) -> float:
        # What is worked on wakes us when it ends, and makes room for others where there is none.
        turn = self._store.next_turn(self._turns.taken) if self._turns.free else None
        reply = self._store.next_reply(self._replies.taken) if self._replies.free else None
        due = min((each for each in (turn, reply) if each is not None), default=None)
        return LONGEST_SLEEP_S if due is None else min(max(due - time.time(), 0.05), LONGEST_SLEEP_S)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):  # `wait_for` loses a cancellation that comes as something wakes it
                await self._woken.wait()
        except TimeoutError:
            return

    def _round(self) -> None:
        now = time.time()
        if now - self._forgot > DAY / 24:
            self._store.forget(now - self._keep_s)
            self._forgot = now
        for turn in self._store.due_turns(now, self._turns.free, self._turns.taken):
            self._turns.begin(turn.id, self._guarded(self._steps.turn(turn)))
        for reply in self._store.due_replies(now, self._replies.free, self._replies.taken):
            self._replies.begin(reply.turn, self._guarded(self._steps.reply(reply)))

    async def _guarded(self, step: Coroutine[None, None, None]) -> None:
        try:
            await step
        except Exception as error:  # noqa: BLE001 - one turn must not stop the others; its text may quote
            log.error("step.broke", error=type(error).__name__)  # noqa: TRY400 - likewise
            await asyncio.sleep(1)
