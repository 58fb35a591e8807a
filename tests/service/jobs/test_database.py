"""Where the engine keeps its tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from service.errors import NoAsyncWork
from service.jobs.database import BUSY_TIMEOUT_MS, engine_url, open_engine_database


@pytest.mark.parametrize(
    ("ours", "engine"),
    [
        ("sqlite+aiosqlite:////data/amends.db", "sqlite:////data/amends.engine.db"),
        ("sqlite+aiosqlite:///a.sqlite3", "sqlite:///a.engine.sqlite3"),
        ("sqlite+aiosqlite:///plain", "sqlite:///plain.engine.db"),
        ("postgresql+asyncpg://u:p%40@h:5433/d", "postgresql+psycopg://u:p%40@h:5433/d"),
        ("postgresql+asyncpg://u@h/d?ssl=require", "postgresql+psycopg://u@h/d?sslmode=require"),
        ("postgresql+asyncpg://u@/d?host=/run/pg&port=5433", "postgresql+psycopg://u@/d?host=%2Frun%2Fpg&port=5433"),
        ("postgresql+asyncpg://u@h/d?sslmode=require", "postgresql+psycopg://u@h/d?sslmode=require"),
        ("postgresql+asyncpg://u@h/d?prepared_statement_cache_size=0", "postgresql+psycopg://u@h/d"),
    ],
)
def test_beside_ours(ours: str, engine: str) -> None:
    """A file of its own, or the same server by the other driver."""
    assert engine_url(ours).render_as_string(hide_password=False) == engine


@pytest.mark.parametrize(
    "url",
    ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "sqlite+aiosqlite:///file:a?mode=memory&uri=true"],
)
def test_nothing_stands_beside_a_memory(url: str) -> None:
    """The message says what to do."""
    with pytest.raises(NoAsyncWork, match="AMENDS_DATABASE_URL"):
        engine_url(url)


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """As ours is."""
    database = open_engine_database(engine_url(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"))
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        rights = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    database.dispose()
    assert rights == dict.fromkeys(("a.engine.db", "a.engine.db-wal", "a.engine.db-shm"), 0o600)


def test_what_is_committed_is_safe(tmp_path: Path) -> None:
    """Every connection waits for its turn, and writes to the disk before it says that it has."""
    database = open_engine_database(engine_url(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"))
    with database.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    database.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": BUSY_TIMEOUT_MS, "foreign_keys": 1}
