"""Migrations from every earlier schema, with drafts, feedback, keys, jobs and webhooks in it, on both databases."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, make_url, select, text
from sqlalchemy import Table as Reflected

from guardrails.types import Context
from service.errors import StoreError
from service.schemas import Case, Usage
from service.store import migrating, postgres
from service.store.database import open_database
from service.store.tables import Table
from tests.databases import outside, rows
from tests.service.parts import NOW, VERDICT, make_case, make_result

SCRIPTS = ScriptDirectory(str(migrating.MIGRATIONS))
HEAD = str(SCRIPTS.get_current_head())
EARLIER = [each.revision for each in SCRIPTS.walk_revisions() if each.revision != HEAD]
MIGRATE = """
import asyncio, sys
from service.store.database import open_database

async def main():
    async with open_database(sys.argv[1]):
        pass

asyncio.run(main())
"""
FAILED = VERDICT.model_copy(update={"passed": False, "level": 1})
BROKEN = FAILED.model_copy(update={"check": "tone"})
PASSED = VERDICT.model_copy(update={"check": "length"})
Row = dict[str, object]


def case_of(customer_ref: str | None) -> Case:
    """A case of a customer."""
    case = make_case(NOW)
    context = Context.model_validate(case.context.model_dump() | {"customer_ref": customer_ref})
    return case.model_copy(update={"context": context})


def draft_row(name: str, customer_ref: str | None = None, *, drafted: bool = True, **usage: int) -> Row:
    """A draft as every version stores it, with the columns of the newest."""
    result = make_result(name, make_case(), "We are sorry." if drafted else None)
    result = result.model_copy(update={"usage": Usage(**{"prompt_tokens": 10, "completion_tokens": 5} | usage)})
    return {
        "id": name,
        "tenant": "default",
        "ref": result.ref,
        "customer_ref": customer_ref and customer_ref.replace("\0", "\ufffd"),
        "created_at": NOW,
        "status": result.status,
        "situation": result.situation,
        "policy": result.policy,
        "prompt_name": result.prompt.name,
        "prompt_hash": result.prompt.hash,
        "model": result.model,
        "endpoint": result.endpoint,
        "best_attempt": None,
        "prompt_tokens": min(result.usage.prompt_tokens, 2**31 - 1),
        "completion_tokens": min(result.usage.completion_tokens, 2**31 - 1),
        "total_ms": 1.5,
        "case_json": case_of(customer_ref).model_dump_json(),
        "result_json": result.model_dump_json(),
        "erased_at": None,
        "shown": drafted,
        "escalation": None,
        "failed_checks": "" if drafted else None,
        "channel": "email",
    }


def escalated_row(name: str) -> Row:
    """A draft that was left to a person, after all that failed."""
    result = make_result(name, make_case()).model_copy(
        update={"draft": None, "escalate": "legal: A lawyer reads: this.", "verdicts": (FAILED, BROKEN, PASSED)}
    )
    figures = {"shown": False, "escalation": "legal", "failed_checks": "apology tone"}
    return draft_row(name) | {"result_json": result.model_dump_json()} | figures


def attempt_rows(name: str, number: int) -> Row:
    """An attempt at a draft."""
    return {"draft_id": name, "number": number, "endpoint": "fake", "text": f"Attempt {number}."}


def verdict_row(name: str, attempt: int, *, passed: bool) -> Row:
    """A verdict on an attempt."""
    verdict = VERDICT if passed else FAILED
    return {
        "draft_id": name,
        "attempt": attempt,
        "check_name": verdict.check,
        "passed": passed,
        "blocking": True,
        "level": verdict.level,
        "verdict_json": verdict.model_dump_json(),
    }


def feedback_row(number: int, **more: object) -> Row:
    """What an agent said of the first draft."""
    said = {"outcome": "edited", "text": "Sorry.", "reason": None, "agent_tenure_months": 3, "edit_distance": 0.25}
    return {"draft_id": "d-1", "number": number, "at": NOW + timedelta(hours=number), **said, **more}


def key_row(key: str, **more: object) -> Row:
    """An idempotency key."""
    asked = {"tenant": "default", "route": "POST /v1/drafts", "key": key, "fingerprint": "f", "owner": "o"}
    return {**asked, "until": NOW, "status": None, "body": None, "draft_id": None, **more}


# More drafts than the migrations read at once.
DRAFTS = [
    draft_row("d-1", "customer 17") | {"best_attempt": 2},
    draft_row("d-2", drafted=False),
    draft_row("d-3", "null \0", prompt_tokens=10**12),
    escalated_row("d-4"),
    *(draft_row(f"e-{number:03}", "") for number in range(500)),
]
JOB = {"tenant": "default", "status": "queued", "accepted_at": NOW, "tries": 0, "enqueued": False, "case_json": "{}"}
DELIVERY = {"tenant": "default", "webhook_id": "w-1", "event": "draft.finished", "about": "d-1", "body": "{}"}
# What an old version has no table or no column for is left out.
DATA: dict[str, list[Row]] = {
    "drafts": DRAFTS,
    "attempts": [attempt_rows("d-1", 1), attempt_rows("d-1", 2), attempt_rows("d-3", 1)],
    "verdicts": [verdict_row("d-1", 1, passed=False), verdict_row("d-1", 2, passed=True)],
    "feedback": [feedback_row(1), feedback_row(2, outcome="rejected", text=None, reason="No.", edit_distance=None)],
    "idempotency_keys": [key_row("open"), key_row("kept", status=200, body='"😀"', draft_id="d-1")],
    "batches": [
        {"id": "b-1", "tenant": "default", "created_at": NOW, "status": "accepted", "lines": 2, "faulty": 1}
        | {"enqueued": True, "finished_at": None}
    ],
    "batch_faults": [{"batch_id": "b-1", "line": 2, "ref": None, "problem_json": "{}"}],
    "jobs": [{"id": "j-1", "batch_id": "b-1", "line": 1, **JOB}, {"id": "j-2", "batch_id": None, "line": None, **JOB}],
    "processes": [{"id": "p-1", "version": "0.1.0", "started_at": NOW, "beat_at": NOW}],
    "webhooks": [
        {"id": "w-1", "tenant": "default", "created_at": NOW, "url": "https://h", "events_json": "[]", "secret": "s"}
    ],
    "webhook_deliveries": [{"id": "e-1", "created_at": NOW, "status": "due", "tries": 0, "next_at": NOW, **DELIVERY}],
    "token_counts": [{"payer": "k-1", "day": "2025-10-21", "tokens": 2**40}],
    "rate_counts": [{"bucket": "k-1/drafting", "seconds": 60, "at": 1761037500.5, "earlier": 3, "latest": 2}],
    "passes": [{"id": "h", "kind": "link", "key_id": "a" * 12, "drafts": "d-1", "expires_at": NOW}],
    "audit": [
        {"id": 1, "at": NOW, "tenant": "default", "actor": "amends", "action": "retention", "about": None}
        | {"figures_json": "{}"}
    ],
    "access_keys": [
        {"id": "k-1", "tenant": "shop", "name": "crm", "scopes": "draft read", "secret_hash": "h", "created_at": NOW}
        | {"expires_at": NOW, "revoked_at": None, "old_secret_hash": None, "old_secret_until": None}
        | {"last_used_at": NOW}
    ],
}


def make_older(url: str, revision: str) -> dict[str, list[Row]]:
    """Make a database as an older version of Amends left it, and give what is in it."""
    config = migrating._config()
    with outside(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for table in tables_of(connection):
            if given := DATA.get(table.name):
                columns = [column.name for column in table.columns]
                values = [{name: row.get(name) for name in columns if name in row} for row in given]
                connection.execute(table.insert(), values)
    return contents(url)


def tables_of(connection: Connection) -> list[Reflected]:
    """The tables that are there, those that are referred to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def contents(url: str) -> dict[str, list[Row]]:
    """Every row of every table."""
    with outside(url).connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in tables_of(connection)
        }


def migrate(url: str) -> None:
    """As a start of the service does."""

    async def run() -> None:
        async with open_database(url):
            pass

    asyncio.run(run())


def differences(url: str) -> list[object]:
    """In what a database differs from tables.py."""
    with outside(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Table.metadata))


@pytest.mark.parametrize("revision", EARLIER)
def test_every_row_of_an_earlier_schema_stays(empty_database_url: str, revision: str) -> None:
    """With every value; figures that stood in texts alone get their columns, and the shape is that of today."""
    before = make_older(empty_database_url, revision)
    migrate(empty_database_url)
    after = contents(empty_database_url)
    assert {name: len(found) for name, found in before.items()} == {name: len(DATA[name]) for name in before}
    for name, found in before.items():
        columns = found[0].keys()
        assert [{column: row[column] for column in columns} for row in after[name]] == found
    for row, expected in zip(after["drafts"], DRAFTS, strict=True):
        figures = (
            *("tenant", "customer_ref", "best_attempt", "prompt_tokens", "completion_tokens", "total_ms"),
            *("shown", "escalation", "failed_checks", "channel"),
        )
        assert [row[name] for name in figures] == [expected[name] for name in figures]
    assert {row["faults"] for row in after["jobs"]} <= {0}
    assert differences(empty_database_url) == []
    assert rows(empty_database_url, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_the_last_feedback_of_an_earlier_schema_counts(empty_database_url: str) -> None:
    """It stands with its draft, too, and with no other."""
    make_older(empty_database_url, "0008")
    migrate(empty_database_url)
    columns = "id, outcome, agent_tenure_months, edit_distance"
    assert rows(empty_database_url, f"SELECT {columns} FROM drafts WHERE outcome IS NOT NULL") == [
        ("d-1", "rejected", 3, None)
    ]


def test_foreign_keys_hold_after_a_migration(empty_database_url: str) -> None:
    """None is broken, and a deleted draft takes along what belongs to it and nothing else."""
    make_older(empty_database_url, "0003")
    migrate(empty_database_url)

    async def delete() -> None:
        async with open_database(empty_database_url) as engine, engine.begin() as connection:
            await connection.execute(text("DELETE FROM drafts WHERE id = 'd-1'"))

    asyncio.run(delete())
    left = contents(empty_database_url)
    tables = ("drafts", "attempts", "verdicts", "feedback", "idempotency_keys")
    assert [len(left[name]) for name in tables] == [len(DRAFTS) - 1, 1, 0, 0, 1]
    if empty_database_url.startswith("sqlite"):  # the other one does not let a key be broken
        assert rows(empty_database_url, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_a_migration_that_fails_changes_nothing(empty_database_url: str, revision: str) -> None:
    """A table of somebody else stands in the way of a later step: the earlier steps are undone."""
    url = empty_database_url
    make_older(url, revision)
    rows(url, "CREATE TABLE webhooks (mine INTEGER)")
    before = contents(url)
    with pytest.raises(StoreError, match=r"webhooks.* already exists"):
        migrate(url)
    assert contents(url) == before
    rows(url, "DROP TABLE webhooks")
    migrate(url)
    assert differences(url) == []


def test_processes_that_migrate_at_once_wait_for_each_other(empty_database_url: str) -> None:
    """One migrates what is there, the other finds it done."""
    before = make_older(empty_database_url, "0003")
    commands = [[sys.executable, "-c", MIGRATE, empty_database_url] for _ in range(2)]
    running = [subprocess.Popen(each, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for each in commands]
    assert [each.communicate(timeout=60)[0] for each in running] == [b""] * 2
    assert {each.returncode for each in running} == {0}
    assert len(contents(empty_database_url)["drafts"]) == len(before["drafts"])
    assert differences(empty_database_url) == []


def test_a_migration_may_take_its_time(empty_postgres_url: str) -> None:
    """Longer than any other command may: here it waits for another process that migrates."""

    async def start(other: Connection) -> None:
        engine = postgres.make_engine(make_url(empty_postgres_url), {}, postgres.Waits(command=0.1))
        other.execute(text(f"SELECT pg_advisory_xact_lock({migrating.LOCK})"))
        opening = asyncio.create_task(migrating.bring_up_to_date(engine))
        await asyncio.sleep(0.5)
        assert not opening.done()
        other.rollback()
        await opening
        await engine.dispose()

    with outside(empty_postgres_url).connect() as other:
        asyncio.run(start(other))
    assert differences(empty_postgres_url) == []


def shape_of(url: str) -> dict[str, object]:
    """Columns, keys and indexes of every table."""
    found: dict[str, object] = {}
    with outside(url).connect() as connection:
        looking = inspect(connection)
        for table in looking.get_table_names():
            if table != "alembic_version":
                columns = [(each["name"], str(each["type"]), each["nullable"]) for each in looking.get_columns(table)]
                keys = [(each["constrained_columns"], each["options"]) for each in looking.get_foreign_keys(table)]
                indexes = [(each["name"], each["column_names"]) for each in looking.get_indexes(table)]
                primary = looking.get_pk_constraint(table)["constrained_columns"]
                found[table] = (sorted(columns), sorted(keys, key=str), sorted(indexes, key=str), primary)
    return found


def test_the_migrations_make_what_the_tables_say(empty_database_url: str) -> None:
    """Columns, keys and indexes of a migrated database are those of tables.py, also to Alembic."""
    migrate(empty_database_url)
    migrated = shape_of(empty_database_url)
    assert differences(empty_database_url) == []
    with outside(empty_database_url).begin() as connection:
        Table.metadata.drop_all(connection)
        Table.metadata.create_all(connection)
    assert migrated == shape_of(empty_database_url)
    assert set(migrated) == set(Table.metadata.tables)
