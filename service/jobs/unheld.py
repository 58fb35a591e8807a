"""Finds what the engine's tables say this process has begun, though it never did."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

import structlog

CHECK_S = 60.0  # between two looks
log = structlog.get_logger()


class Engine(Protocol):
    """What the engine is asked for here."""

    async def begun(self, executor_id: str) -> set[str]:
        """The ids of the workflows that a process has begun and not ended, by the engine's tables."""

    async def hand_on(self, executor_id: str, only: Collection[str] | None = None) -> int:
        """Let others do what a process has begun, or `only` these workflows of it; gives their number."""


class Unheld:
    """The claims of one process that it knows nothing of; `held` gives the workflows that it does know of.

    There are some where the connection was cut just after a claim was committed: while the process lives, nobody
    else would come to them.
    """

    def __init__(self, engine: Engine, executor_id: str, held: Callable[[], set[str]]) -> None:
        self._engine = engine
        self._executor_id = executor_id
        self._held = held
        self._suspects: set[str] = set()

    async def find(self) -> None:
        """Let others begin what was held neither in the last round nor in this one.

        One round alone would find what is just being begun, or being noted as ended.

        Raises:
            StoreError: the database failed.
        """
        held = self._held()
        unheld = await self._engine.begun(self._executor_id) - held - self._held()
        lost, self._suspects = unheld & self._suspects, unheld
        if lost:
            number = await self._engine.hand_on(self._executor_id, lost)
            self._suspects -= lost
            log.warning("process.let_go", process=self._executor_id, workflows=number)
