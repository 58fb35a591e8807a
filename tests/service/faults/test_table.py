"""Each row of the table in docs/reliability.md, tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.service.faults import endpoints, machines
from tests.service.faults.seen import Seen, answered, events_of

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"
POSTGRES = "PostgreSQL is stopped and started again"
EXPERIMENTS = {**endpoints.EXPERIMENTS, **machines.EXPERIMENTS}
QUOTED = re.compile(r"`([^`]+)`")
SAMPLE = re.compile(r"(\w+)(?:\{(\w+)=\"([^\"]+)\"\})?")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    fault: str
    answers: list[str]
    events: list[str]
    samples: list[str]


def rows() -> Iterator[Row]:
    """Those of the page."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| Fault", "| ---")):
            fault, *cells = (cell.strip() for cell in line.strip("|").split(" | "))
            answers, events, samples = (QUOTED.findall(cell) for cell in cells)
            yield Row(fault, answers, events, samples)


ROWS = {row.fault: row for row in rows()}


def holds(row: Row, seen: Seen) -> None:
    """Assert that all came as the row says."""
    assert seen.answers == row.answers
    assert set(row.events) <= seen.events
    for sample in row.samples:
        name, label, value = SAMPLE.fullmatch(sample).groups()  # type: ignore[union-attr]  # else the row is wrong
        assert seen.samples
        assert (seen.samples(name, **({label: value} if label else {})) or 0) > 0


def test_every_row_is_tried() -> None:
    """No row without an experiment, and none without a row."""
    assert set(ROWS) == {*EXPERIMENTS, POSTGRES}
    assert all(row.answers and (row.events or row.fault == machines.UNREAD) for row in ROWS.values())


@pytest.mark.parametrize("fault", EXPERIMENTS)
def test_a_fault(fault: str, tmp_path: Path) -> None:
    """Its answer, its log line and its metric are those of its row."""
    holds(ROWS[fault], EXPERIMENTS[fault](tmp_path))


def test_a_database_that_goes_and_comes(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    """As the row says; nothing is started again but the database."""
    with machines.process(tmp_path, AMENDS_DATABASE_URL=postgres_url) as (served, client):
        assert machines.ask(client).status_code == 200
        postgres.stop()
        try:
            refused = machines.ask(client)
        finally:
            postgres.start()
        good = machines.recovers(client)
        holds(ROWS[POSTGRES], Seen(answered(refused, good), events_of(served.logged), machines.scraped(client)))
