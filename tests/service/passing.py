"""Passes that are kept in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.passes import Pass


class MemoryPasses:
    """Passes in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Pass] = {}

    async def add(self, one: Pass, now: datetime) -> None:
        """Keep one."""
        assert one.expires_at > now
        self.kept[one.id] = one

    async def get(self, pass_id: str) -> Pass | None:
        """One."""
        return self.kept.get(pass_id)

    async def allow(self, pass_id: str, draft_id: str) -> None:
        """Add a draft."""
        found = self.kept[pass_id]
        self.kept[pass_id] = replace(found, drafts=(*found.drafts, draft_id))

    async def allow_made(self, key_id: str, origin: str, draft_id: str) -> None:
        """Add a draft to those of the one that it was made from."""
        for each in list(self.kept.values()):
            if each.key_id == key_id and origin in each.drafts:
                await self.allow(each.id, draft_id)

    async def prolong(self, pass_id: str, until: datetime) -> None:
        """Change when it expires."""
        self.kept[pass_id] = replace(self.kept[pass_id], expires_at=until)

    async def drop(self, pass_id: str) -> None:
        """Forget one."""
        self.kept.pop(pass_id, None)
