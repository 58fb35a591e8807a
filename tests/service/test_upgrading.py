"""A rolling upgrade: a process of the next version comes, brings the schema along, and works beside one of this."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import guardrails
import prompts
import service
from benchmarks.durability.fleet import PROGRAM
from service.store.migrating import MIGRATIONS
from tests.databases import rows
from tests.postgres import PostgresServer
from tests.service.commands import environment
from tests.service.fleets import SECONDS, stage, until

MANY = 16
NEXT = "next"
MIGRATION = '''
"""What a migration may do: add what may be left out."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{next}", "{head}"


def upgrade():
    op.create_table("news", sa.Column("id", sa.String, primary_key=True))
    for table in ("drafts", "jobs", "processes"):
        op.add_column(table, sa.Column("news", sa.Text))
'''
RUN = "from service.cli import main\n\nmain()\n"


def next_version(folder: Path) -> tuple[str, ...]:
    """The command of a version that has a further migration; else it is this one."""
    ours = Path(service.__path__[0])
    shutil.copytree(ours, folder / "service", ignore=shutil.ignore_patterns("*.gguf", "__pycache__"))
    (folder / "service/embedded/drafter.gguf").symlink_to(ours / "embedded/drafter.gguf")
    for package in (guardrails, prompts):
        (folder / package.__name__).symlink_to(package.__path__[0])
    head = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    text = MIGRATION.format(next=NEXT, head=head)
    (folder / "service/store/migrations/versions/9999_news.py").write_text(text, encoding="utf-8")
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    return (sys.executable, str(folder / "run.py"))


def test_old_and_new_side_by_side(tmp_path: Path, postgres: PostgresServer, template: str) -> None:
    """Each works on what the other accepted, and the new one ends what the old one began."""
    url = postgres.url(postgres.make_database(template))
    newer = tmp_path / "newer"
    newer.mkdir()
    with stage(tmp_path, url, 2) as both:
        old, new = both.fleet.places
        both.fleet.start(old)
        until(lambda: both.living() == 1)
        new.program = next_version(newer)
        both.fleet.start(new)
        until(lambda: both.living() == 2)
        assert rows(url, "SELECT version_num FROM alembic_version") == [(NEXT,)]
        both.hand_in(*range(MANY))
        until(lambda: both.ready(*range(MANY)) == MANY)
        assert {call.caller for call in both.calls(*range(MANY))} == {old.living.caller, new.living.caller}
        later = range(100, 100 + MANY)
        both.hand_in(*later)
        until(lambda: both.under_way(old) > 0)
        both.fleet.kill(old)
        both.take_for_dead(old)
        until(lambda: both.ready(*later) == MANY)
        assert both.wasted(*later) <= {old.living.caller}
        assert both.fleet.died_by_themselves() == []
    assert "Was a newer version here?" in start_of_old(tmp_path, url)


def start_of_old(folder: Path, url: str) -> str:
    """What this version says when it is started on the schema of the next one."""
    settings = {"AMENDS_DATABASE_URL": url, "AMENDS_MODEL_URL": "http://127.0.0.1:9/v1", "AMENDS_MODEL_NAME": "fake"}
    started = subprocess.run(
        [PROGRAM, "worker"],
        env=environment(folder, **settings),
        cwd=folder,
        capture_output=True,
        timeout=SECONDS,
        check=False,
        text=True,
    )
    assert started.returncode == 3
    return started.stderr
