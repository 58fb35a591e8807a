"""What a process has claimed and does not know of is let go, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from service.jobs.unheld import Unheld


class Claims:
    """An engine whose tables say that one process has begun these workflows."""

    def __init__(self, *ids: str) -> None:
        self.ids = set(ids)
        self.let_go: list[set[str]] = []

    async def begun(self, executor_id: str) -> set[str]:
        """These."""
        assert executor_id == "me"
        return set(self.ids)

    async def hand_on(self, executor_id: str, only: Collection[str] | None = None) -> int:
        """Note which."""
        assert executor_id == "me"
        assert only
        self.let_go.append(set(only))
        self.ids -= set(only)
        return len(only)


def test_unheld_twice() -> None:
    """Neither what is held, nor what is just being begun or noted as ended; each once."""

    async def use() -> None:
        claims, held = Claims("lost", "held", "begins", "ends"), {"held", "ends"}
        unheld = Unheld(claims, "me", lambda: set(held))
        await unheld.find()
        assert claims.let_go == []
        held.add("begins")
        held.discard("ends")
        await unheld.find()
        claims.ids.discard("ends")
        await unheld.find()
        assert claims.let_go == [{"lost"}]

    asyncio.run(use())
