"""What a migration may do while processes of the version before still work on the database: add, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from service.store.migrating import MIGRATIONS

CONFIG = Config()
CONFIG.set_main_option("script_location", str(MIGRATIONS))
REVISIONS = [each.revision for each in ScriptDirectory.from_config(CONFIG).walk_revisions()][::-1]
Shape = dict[str, dict[str, sa.engine.interfaces.ReflectedColumn]]


@contextmanager
def migrated(path: Path, revision: str) -> Iterator[sa.Connection]:
    """A file in the schema of a revision."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection


def shape(connection: sa.Connection) -> Shape:
    """The columns of every table."""
    inspector = sa.inspect(connection)
    return {
        table: {column["name"]: column for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
    }


def unique(connection: sa.Connection) -> set[tuple[str, tuple[str | None, ...]]]:
    """What may stand in a table only once."""
    inspector = sa.inspect(connection)
    indexes = {
        (table, tuple(each["column_names"]))
        for table in inspector.get_table_names()
        for each in inspector.get_indexes(table)
        if each["unique"]
    }
    constraints = {
        (table, tuple(each["column_names"]))
        for table in inspector.get_table_names()
        for each in inspector.get_unique_constraints(table)
    }
    return indexes | constraints


def faults(old: Shape, new: Shape) -> list[str]:
    """What processes that know the old shape alone would stumble over."""
    found = [f"{table} is gone" for table in old.keys() - new.keys()]
    for table in old.keys() & new.keys():
        found += [f"{table}.{name} is gone" for name in old[table].keys() - new[table].keys()]
        for name, column in new[table].items():
            before = old[table].get(name)
            if before is None and not column["nullable"] and column["default"] is None:
                found.append(f"{table}.{name} is required")
            if before and (
                str(before["type"]) != str(column["type"]) or (before["nullable"] and not column["nullable"])
            ):
                found.append(f"{table}.{name} is another")
    return found


@pytest.mark.parametrize(("before", "after"), list(pairwise(REVISIONS)))
def test_migrations_only_add(before: str, after: str, tmp_path: Path) -> None:
    """Tables and columns stay as they are, what is new may be left out, and nothing becomes unique."""
    with migrated(tmp_path / "a.db", before) as connection:
        old, once = shape(connection), unique(connection)
    with migrated(tmp_path / "a.db", after) as connection:
        assert faults(old, shape(connection)) == []
        assert {each for each in unique(connection) - once if each[0] in old} == set()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("DROP TABLE feedback", "feedback is gone"),
        ("ALTER TABLE feedback DROP COLUMN reason", "feedback.reason is gone"),
        ("ALTER TABLE feedback RENAME COLUMN reason TO why", "feedback.reason is gone"),
    ],
)
def test_the_judge(change: str, fault: str, tmp_path: Path) -> None:
    """It sees what would break the version before."""
    with migrated(tmp_path / "a.db", REVISIONS[-1]) as connection:
        old = shape(connection)
        connection.execute(sa.text(change))
        assert fault in faults(old, shape(connection))


def test_the_judge_of_columns(tmp_path: Path) -> None:
    """A column that must be given, or that took more before, is a fault; one that may be left out is none."""
    with migrated(tmp_path / "a.db", REVISIONS[-1]) as connection:
        old = shape(connection)
        with Operations.context(MigrationContext.configure(connection)):
            op.add_column("feedback", sa.Column("good", sa.Text, nullable=False, server_default="x"))
            op.add_column("feedback", sa.Column("also_good", sa.Text))
            with op.batch_alter_table("feedback") as altered:
                altered.add_column(sa.Column("bad", sa.Text, nullable=False))
                altered.alter_column("reason", existing_type=sa.Text, nullable=False)
        assert sorted(faults(old, shape(connection))) == ["feedback.bad is required", "feedback.reason is another"]
