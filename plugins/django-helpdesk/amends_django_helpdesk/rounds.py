"""Keeps at it: tickets that webhooks name, all open ones every so often, and again those that failed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection

import structlog

from amends_django_helpdesk.errors import HelpdeskError, TicketGone, TryLater
from amends_django_helpdesk.handling import Handling
from amends_django_helpdesk.helpdesk import HelpDesk
from amends_django_helpdesk.steps import LetBe

FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 600.0
MOST_WAITING = 10_000  # webhooks are unsigned: whoever reaches us may name any number of tickets
log = structlog.get_logger()


class Waiting:
    """Tickets to look at: each stands here once, and nobody else has it while it is looked at."""

    def __init__(self) -> None:
        self._line: deque[int] = deque()
        self._busy: set[int] = set()
        self._again: set[int] = set()
        self._there = asyncio.Event()

    def add(self, ticket_id: int) -> bool:
        """Have a ticket looked at, anew if somebody is at it; False where too many wait."""
        if ticket_id in self._busy:
            self._again.add(ticket_id)
        elif ticket_id not in self._line:
            if len(self._line) >= MOST_WAITING:
                return False
            self._line.append(ticket_id)
            self._there.set()
        return True

    async def take(self) -> int:
        """The next ticket, to be given back."""
        while not self._line:
            self._there.clear()
            await self._there.wait()
        ticket_id = self._line.popleft()
        self._busy.add(ticket_id)
        return ticket_id

    def give_back(self, ticket_id: int) -> None:
        """Nobody is at it any more."""
        self._busy.discard(ticket_id)
        if ticket_id in self._again:
            self._again.discard(ticket_id)
            self.add(ticket_id)


class Rounds:
    """Looks at tickets until it is cancelled."""

    def __init__(self, desk: HelpDesk, handling: Handling, statuses: Collection[int], every_s: float) -> None:
        self._desk = desk
        self._handling = handling
        self._statuses = statuses
        self._every_s = every_s
        self._waiting = Waiting()
        self._failed: dict[int, int] = {}
        self._later: dict[int, asyncio.TimerHandle] = {}
        self._wanted = asyncio.Event()
        # Tickets that were open, or were given a note: one that is no longer open may have been answered as it closed.
        self._open: set[int] = set()
        self.problem: str | None = "no look at the help desk has succeeded yet"

    def notice(self, ticket_id: int) -> None:
        """Somebody says that something happened on a ticket."""
        if not self._waiting.add(ticket_id):
            self.look_around()

    def look_around(self) -> None:
        """Somebody says that something happened."""
        self._wanted.set()

    async def run(self, at_once: int) -> None:
        """Go on until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(self._work())
            tasks.create_task(self._watch())

    async def _watch(self) -> None:
        everything = False  # also closed tickets were looked at: they may have been answered while we were away
        while True:
            self._wanted.clear()
            if await self._sweep(self._statuses) and not everything:
                everything = await self._sweep(())
            try:
                async with asyncio.timeout(self._every_s if everything else min(self._every_s, FIRST_PAUSE_S * 5)):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def _sweep(self, statuses: Collection[int]) -> bool:
        before, seen = set(self._open), set[int]()
        try:
            async for ticket in self._desk.tickets(statuses):
                seen.add(ticket.id)
                due = ticket.id not in self._later
                if due and not isinstance(self._handling.step_for(ticket), LetBe):
                    self._waiting.add(ticket.id)
        except TryLater as error:
            self._say(str(error))
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round shall come
            self._say(f"unexpected: {type(error).__name__}")
            return False
        self._say(None)
        if statuses:
            closed = before - seen
            for ticket_id in closed:
                self._waiting.add(ticket_id)
            self._open = self._open - closed | seen  # some may have been added meanwhile
        return True

    def _say(self, problem: str | None) -> None:
        if problem != self.problem:
            log.info("desk.watched") if problem is None else log.error("desk.not_watched", problem=problem)
        self.problem = problem

    async def _work(self) -> None:
        while True:
            ticket_id = await self._waiting.take()
            try:
                await self._look(ticket_id)
            finally:
                self._waiting.give_back(ticket_id)

    async def _look(self, ticket_id: int) -> None:
        if (timer := self._later.pop(ticket_id, None)) is not None:
            timer.cancel()
        try:
            if await self._handling.look(ticket_id):
                self._open.add(ticket_id)
        except TicketGone:
            pass
        except HelpdeskError as error:
            return self._try_later(ticket_id, str(error))
        except Exception as error:  # noqa: BLE001 - one ticket must not keep the others from being looked at
            return self._try_later(ticket_id, f"unexpected: {type(error).__name__}")
        self._failed.pop(ticket_id, None)
        return None

    def _try_later(self, ticket_id: int, problem: str) -> None:
        failed = self._failed[ticket_id] = self._failed.get(ticket_id, 0) + 1
        pause = min(FIRST_PAUSE_S * 2 ** min(failed - 1, 16), LONGEST_PAUSE_S)
        log.warning("ticket.later", ticket=ticket_id, problem=problem, failed=failed, pause_s=pause)
        self._later[ticket_id] = asyncio.get_running_loop().call_later(pause, self._due, ticket_id)

    def _due(self, ticket_id: int) -> None:
        self._later.pop(ticket_id, None)
        self.notice(ticket_id)
