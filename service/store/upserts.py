"""Inserts that may meet a row that is there already: each database has them, in a dialect of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

# Alike in both, and in no form that knows of both.
AnyInsert = sqlite.Insert | postgresql.Insert
INSERTS: Mapping[str, Callable[[type[Any] | Table], AnyInsert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
