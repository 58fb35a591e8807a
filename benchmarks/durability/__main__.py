"""Shows that what is accepted is delivered: `python -m benchmarks.durability FOLDER`.

Twenty times kill -9 at random moments, 1,000 requests, on SQLite and on PostgreSQL, with one process and with three.
A run whose report is in the folder already is not made again, so that it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from benchmarks.durability.examine import Report
from benchmarks.durability.run import Plan, run
from benchmarks.durability.watch import Tell
from tests.postgres import PostgresServer, bundled, installed

COLUMNS = {
    "requests": "accepted requests",
    "kills": "kills",
    "ended": "ended by themselves",
    "lost": "lost",
    "twice": "stored twice",
    "not_ready": "not ready",
    "strangers": "stored, never accepted",
    "changed": "answered differently",
    "calls": "model calls",
    "cut_in_call": "repeated: killed in the call",
    "cut_before_storing": "repeated: killed before the commit",
    "buried_alive": "repeated: taken for dead, only slow",
    "unexplained": "repeated for no reason",
    "told": "webhook: drafts told of",
    "told_again": "webhook: told again",
    "untold": "webhook: never told of",
    "unverified": "webhook: wrong signature",
}


def main() -> None:
    """Make every run that was asked for, print the table, and exit with 1 where a promise was broken."""
    asked = _arguments()
    reports = {}
    for database in asked.database:
        for processes in asked.processes:
            name = f"{database}-{processes}"
            plan = Plan(
                processes=processes,
                requests=asked.requests,
                waiting=asked.requests // 20,
                kills=asked.kills,
                kill_after_s=asked.kill_after,
                seed=asked.seed,
            )
            reports[name] = _once(asked.folder / name, database, plan)
    sys.stdout.write(table(reports))
    sys.exit(0 if all(report.holds for report in reports.values()) else 1)


def table(reports: dict[str, Report]) -> str:
    """The reports side by side, as Markdown."""
    lines = [f"| | {' | '.join(reports)} |", f"| --- |{' ---: |' * len(reports)}"]
    for field, title in COLUMNS.items():
        lines.append(f"| {title} | {' | '.join(str(getattr(report, field)) for report in reports.values())} |")
    return "\n".join(lines) + "\n"


def _once(folder: Path, database: str, plan: Plan) -> Report:
    """The report that is in the folder, or one that is made now."""
    kept = folder / "report.json"
    if kept.is_file():
        return Report.model_validate_json(kept.read_text(encoding="utf-8"))
    if folder.exists():  # stopped in the middle: what it left would be taken for what this run makes
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    with (folder / "run.log").open("w", encoding="utf-8") as log, _database(database, folder) as url:
        report = asyncio.run(run(plan, folder, {"AMENDS_DATABASE_URL": url}, _teller(folder.name, log)))
    kept.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return report


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: a file in the folder, or one of a PostgreSQL server of the run's own."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder.resolve() / 'amends.db'}"
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        server = PostgresServer(installed() or bundled(), Path(data))
        try:
            yield server.url(server.make_database())
        finally:
            server.stop()


def _teller(name: str, log: TextIO) -> Tell:
    """Writes lines to the log, and where somebody watches, the last one to the terminal."""
    began = time.monotonic()

    def tell(line: str) -> None:
        log.write(f"{time.monotonic() - began:7.1f} s  {line}\n")
        log.flush()
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{name}  {line}")

    return tell


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.durability", description=__doc__)
    parser.add_argument("folder", type=Path, help="where logs and reports are kept")
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--processes", nargs="+", type=int, default=[1, 3])
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--kill-after", type=float, default=5.0, help="mean seconds of work before the next kill")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the victims")
    return parser.parse_args()


if __name__ == "__main__":
    main()
