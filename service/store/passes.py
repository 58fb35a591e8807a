"""Keeps passes to the desk, by their hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.passes import Kind, Pass
from service.store.database import READS, explained_errors
from service.store.tables import PassRow


class PassRepository:
    """The passes of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def add(self, one: Pass, now: datetime) -> None:
        """Keep one, and forget those that have expired.

        Raises:
            StoreError: it was not kept.
        """
        values = {"id": one.id, "kind": one.kind, "key_id": one.key_id, "drafts": " ".join(one.drafts)}
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(delete(PassRow).where(PassRow.expires_at < now))
                await connection.execute(insert(PassRow).values(**values, expires_at=one.expires_at))

    async def get(self, pass_id: str) -> Pass | None:
        """One, expired or not.

        Raises:
            StoreError: the database failed.
        """
        columns = (PassRow.id, PassRow.kind, PassRow.key_id, PassRow.drafts, PassRow.expires_at)
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                row = (await connection.execute(select(*columns).where(PassRow.id == pass_id))).one_or_none()
        if row is None:
            return None
        kind: Kind = "link" if row.kind == "link" else "session"
        return Pass(row.id, kind, row.key_id, tuple(row.drafts.split()), row.expires_at)

    async def allow(self, pass_id: str, draft_id: str) -> None:
        """Make it a pass to one draft more.

        Raises:
            StoreError: it was not.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                # One statement: two drafts that are made at once are both added.
                added = PassRow.drafts + f" {draft_id}"
                await connection.execute(update(PassRow).where(PassRow.id == pass_id).values(drafts=added))

    async def allow_made(self, key_id: str, origin: str, draft_id: str) -> None:
        """Make every pass of a key to one draft a pass to another, which was made from it, too.

        Raises:
            StoreError: none was.
        """
        drafts = literal(" ") + PassRow.drafts + literal(" ")
        to_it = (
            PassRow.key_id == key_id,
            drafts.contains(f" {origin} ", autoescape=True),
            ~drafts.contains(f" {draft_id} ", autoescape=True),
        )
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(update(PassRow).where(*to_it).values(drafts=PassRow.drafts + f" {draft_id}"))

    async def prolong(self, pass_id: str, until: datetime) -> None:
        """Let it expire at another moment.

        Raises:
            StoreError: it expires as before.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(update(PassRow).where(PassRow.id == pass_id).values(expires_at=until))

    async def drop(self, pass_id: str) -> None:
        """Forget one.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(delete(PassRow).where(PassRow.id == pass_id))
