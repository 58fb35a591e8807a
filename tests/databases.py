"""Looks into databases from outside, without the code that is tested."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text

# A driver that waits in place of the one that the service uses.
DRIVERS = {"+aiosqlite": "", "+asyncpg": "+psycopg"}


def sqlite_url(path: Path) -> str:
    """The URL of a file."""
    return f"sqlite+aiosqlite:///{path}"


def outside(url: str) -> Engine:
    """An engine of its own kind on a database of the service."""
    for ours, other in DRIVERS.items():
        url = url.replace(ours, other, 1)
    return create_engine(url, poolclass=NullPool)


def rows(url: str, *statements: str) -> list[tuple[object, ...]]:
    """What the last statement gives, if it gives rows; all are done or none."""
    with outside(url).begin() as connection:
        found = [connection.execute(text(statement)) for statement in statements][-1]
        return [tuple(row) for row in found] if found.returns_rows else []
