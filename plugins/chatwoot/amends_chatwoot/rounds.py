"""Works on what is due, several conversations at once and each by one at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from functools import partial

import structlog

from amends_chatwoot.steps import Steps
from amends_chatwoot.store import Store

LONGEST_SLEEP_S = 60.0
DAY = 86_400
log = structlog.get_logger()


class Rounds:
    """Goes round until it is cancelled; `wake` has it look at once."""

    def __init__(self, store: Store, steps: Steps, at_once: int, keep_days: int) -> None:
        self._store = store
        self._steps = steps
        self._at_once = at_once
        self._keep_s = keep_days * DAY
        self._woken = asyncio.Event()
        self._turns: dict[int, asyncio.Task[None]] = {}
        self._forgot = 0.0

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._woken.clear()
                await self._round()
                due = self._store.next_due(frozenset(self._turns))  # those wake us when they end
                sleep = LONGEST_SLEEP_S if due is None else min(max(due - time.time(), 0.05), LONGEST_SLEEP_S)
                if len(self._turns) >= self._at_once:
                    sleep = LONGEST_SLEEP_S  # none of the others can begin before
                await self._sleep(sleep)
        finally:
            for task in self._turns.values():
                task.cancel()
            await asyncio.gather(*self._turns.values(), return_exceptions=True)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return

    async def _round(self) -> None:
        now = time.time()
        if now - self._forgot > DAY / 24:
            self._store.forget(now - self._keep_s)
            self._forgot = now
        for reply in self._store.due_replies(now, 20):
            await self._guarded(self._steps.reply(reply))
        free = self._at_once - len(self._turns)
        for turn in self._store.due_turns(now, free, frozenset(self._turns)) if free else ():
            task = asyncio.create_task(self._guarded(self._steps.turn(turn)))
            self._turns[turn.id] = task
            task.add_done_callback(partial(self._ended, turn.id))

    def _ended(self, turn: int, _: asyncio.Task[None]) -> None:
        self._turns.pop(turn, None)
        self.wake()

    async def _guarded(self, step: Coroutine[None, None, None]) -> None:
        try:
            await step
        except Exception as error:  # noqa: BLE001 - one turn must not stop the others; its text may quote
            log.error("step.broke", error=type(error).__name__)  # noqa: TRY400 - likewise
            await asyncio.sleep(1)
