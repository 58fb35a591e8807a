"""Lets so many calls at once through to an endpoint, the urgent ones first, so that a batch never starves an agent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from enum import IntEnum

from service.errors import NoTurn
from service.model import Completion, Message, Model, Schema

# Every so many turns one goes to whoever has waited longest: under a lasting load of agents, a batch gets on slowly.
FAIR_EVERY = 8
COME_AGAIN_S = 5.0  # about the time of one draft


class Urgency(IntEnum):
    """Who waits for a call; the least number is let through first."""

    SYNCHRONOUS = 0  # an agent in front of a screen
    ASYNCHRONOUS = 1
    BATCH = 2


# A context's variable and no argument: what is in between, from the work to the call, has no use for it.
_current: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.SYNCHRONOUS)


@contextmanager
def urgency(of: Urgency) -> Iterator[None]:
    """Calls that are made inside of this, in tasks begun there too, are as urgent as that."""
    token = _current.set(of)
    try:
        yield
    finally:
        _current.reset(token)


def current_urgency() -> Urgency:
    """How urgent a call is that is made here."""
    return _current.get()


class Gate:
    """Lets `size` at once through, in one event loop."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._free = size
        # By arrival: the number of whoever came, and what wakes it.
        self._waiting: dict[Urgency, dict[int, asyncio.Future[None]]] = {each: {} for each in Urgency}
        self._arrived = 0
        self._turns = 0

    @property
    def under_way(self) -> int:
        """How many are let through now."""
        return self.size - self._free

    def waiting(self, of: Urgency) -> int:
        """How many of this urgency wait for their turn."""
        return len(self._waiting[of])

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[None]:
        """Be one of those that are let through; `deadline` (a time of the event loop's clock) is for the waiting.

        Raises:
            NoTurn: the deadline passed before.
        """
        if self._free:
            self._free -= 1
        else:
            await self._wait(deadline)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, deadline: float) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived += 1
        number, queue = self._arrived, self._waiting[current_urgency()]
        queue[number] = turn
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except BaseException as error:
            queue.pop(number, None)
            if turn.done() and not turn.cancelled():  # it came at the moment in which it was given up
                self._pass_on()
            if isinstance(error, TimeoutError):
                raise NoTurn("others were let through to the model until the time was over", COME_AGAIN_S) from None
            raise

    def _pass_on(self) -> None:
        """Wake the next one that still waits."""
        self._turns += 1
        while queues := [queue for queue in self._waiting.values() if queue]:
            fair = self._turns % FAIR_EVERY == 0
            queue = min(queues, key=_first) if fair else queues[0]
            turn = queue.pop(_first(queue))
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class GatedModel:
    """A model that is called through a gate."""

    def __init__(self, model: Model, gate: Gate) -> None:
        self._model = model
        self._gate = gate

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._model.context_tokens

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """One completion before `deadline` (a time of the running event loop's clock).

        Raises:
            NoTurn: there was no turn before the deadline.
            ModelError: see the model.
        """
        async with self._gate.turn(deadline):
            return await self._model.complete(messages, deadline=deadline, seed=seed, schema=schema, grammar=grammar)


def _first(queue: dict[int, asyncio.Future[None]]) -> int:
    return next(iter(queue))
