"""The durability run itself, small: everything that is accepted is stored once, and told of."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.durability.run import Plan, run
from tests.databases import sqlite_url

SMALL = Plan(processes=1, requests=40, waiting=0, kills=2, kill_after_s=1, seed=5)
# A process that is killed should not be waited for for long.
SETTINGS = {"AMENDS_DEAD_AFTER_S": "10"}


def made(plan: Plan, folder: Path, database_url: str) -> str:
    """What is wrong with a run; nothing, where it holds."""
    report = asyncio.run(run(plan, folder, SETTINGS | {"AMENDS_DATABASE_URL": database_url}, lambda _: None))
    assert (report.requests, report.kills) == (plan.requests, plan.kills)
    return "" if report.holds else report.model_dump_json()


def test_one_process_on_sqlite(tmp_path: Path) -> None:
    """What a killed process leaves, the next one finishes."""
    assert made(SMALL, tmp_path, sqlite_url(tmp_path / "a.db")) == ""


def test_three_processes_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    """What a killed process leaves, the others finish."""
    plan = Plan(processes=3, requests=60, waiting=0, kills=3, kill_after_s=1, seed=6)
    assert made(plan, tmp_path, postgres_url) == ""
