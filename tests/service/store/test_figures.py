"""The figures that the database counts: those that plain Python counts, of the right drafts, without a text."""

from __future__ import annotations

import asyncio
import math
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from guardrails.types import Verdict
from service.errors import StoreError
from service.feedback import Heard, offered
from service.figures import CHECKS, Figures
from service.figures_schemas import DraftFigures, DraftMetrics, FeedbackFigures
from service.idempotency import DEFAULT_TENANT
from service.schemas import Alternative, Attempt, FeedbackOutcome, PromptVersion, Result, Timings, Usage
from service.store.database import open_database
from service.store.figures import FigureReader
from service.store.repository import DraftRepository
from service.tally import share
from tests.databases import rows, sqlite_url
from tests.service.parts import NOW, make_case, make_result

OUTCOMES: tuple[FeedbackOutcome, ...] = ("sent", "edited", "rejected")
BANDS = {(0, 3): range(3), (3, 6): range(3, 6), (6, 12): range(6, 12), (12, 24): range(12, 24)} | {
    (24, 60): range(24, 60),
    (60, None): range(60, 1_201),
}
LAST_30_DAYS: list[tuple[str, str]] = []


@dataclass(frozen=True)
class Kept:
    """A draft as it is kept, with its feedback."""

    result: Result
    made: datetime
    heard: tuple[Heard, ...] = ()

    @property
    def last(self) -> Heard | None:
        """The feedback that counts."""
        return self.heard[-1] if self.heard else None

    @property
    def failed(self) -> set[str]:
        """The checks that it failed."""
        return {verdict.check for verdict in self.result.verdicts if not verdict.passed}


def verdict(check: str, *, passed: bool) -> Verdict:
    """A verdict of a check."""
    return Verdict(check=check, passed=passed, blocking=True, level=None, limit=None)


def chosen_draft(name: str, chance: random.Random) -> Kept:
    """Any draft."""
    situation, kind = chance.choice(["general", "damaged", "late"]), chance.choice(["reply", "revise"])
    verdicts = tuple(verdict(check, passed=chance.random() < 0.8) for check in (*CHECKS, "courtesy"))
    draft = chance.choice([None, "We are sorry."])
    result = make_result(name, make_case(), "We are sorry.").model_copy(
        update={
            "status": chance.choice(["ready", "needs_review", "failed"]),
            "draft": draft,
            "alternatives": chance.choice([None, (), (Alternative(draft="Sorry.", verdicts=()),)]),
            "verdicts": chance.choice([verdicts, verdicts, ()]),
            "escalate": chance.choice([None, None, "legal: A person answers: soon."]),
            "situation": situation,
            "prompt": PromptVersion(name=f"{kind}/{situation}", hash=f"{kind}{chance.randint(1, 2)}"),
            "usage": Usage(prompt_tokens=chance.randint(0, 5_000), completion_tokens=chance.randint(0, 500)),
            "timings_ms": Timings(total=10 ** chance.uniform(-1, 6), model=0, checks=0),
        }
    )
    made = NOW - timedelta(minutes=chance.randint(1, 20 * 24 * 60))
    return Kept(result, made, tuple(chosen_feedback(chance) for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))))


def chosen_feedback(chance: random.Random) -> Heard:
    """Any feedback."""
    tenure = chance.choice([None, 0, 2, 3, 5, 6, 11, 12, 23, 24, 59, 60, 1_200])
    return Heard(chance.choice(OUTCOMES), None, None, tenure, chance.choice([None, 0.0, 1.0, chance.random()]))


def metrics_of(url: str, kept: Iterable[Kept], query: Sequence[tuple[str, str]] = (), *after: str) -> DraftMetrics:
    """The figures of drafts that are kept, after these statements."""

    async def run() -> DraftMetrics:
        async with open_database(url) as engine:
            drafts = DraftRepository(engine)
            for each in kept:
                attempt = Attempt(draft="x", verdicts=each.result.verdicts, endpoint="fake")
                await drafts.add(DEFAULT_TENANT, make_case(), each.result, (attempt,), each.made)
                for heard in each.heard:
                    await drafts.add_feedback(DEFAULT_TENANT, each.result.id, heard, NOW)
            async with engine.begin() as connection:
                for statement in after:
                    await connection.execute(text(statement))
            return await Figures(FigureReader(engine), lambda: NOW).asked(DEFAULT_TENANT, query)

    return asyncio.run(run())


def check_feedback(found: FeedbackFigures, kept: Iterable[Kept]) -> None:
    """Figures of feedback are those that plain Python counts."""
    told = [(each, each.last) for each in kept if each.last]
    seen = [last for each, last in told if offered(each.result)]
    outcomes = [last.outcome for last in seen]
    assert found.drafts == len(told)
    assert (found.sent, found.edited, found.rejected) == tuple(map(outcomes.count, OUTCOMES))
    assert found.withheld == len(told) - len(seen)
    assert found.acceptance == share(found.sent, len(seen))
    distances = [each.edit_distance for each in seen if each.outcome != "rejected" and each.edit_distance is not None]
    assert (found.edit_distance is not None) == bool(distances)
    if found.edit_distance:
        known = (len(distances), exact(distances, 0.5), exact(distances, 0.9))
        counted = (found.edit_distance.drafts, found.edit_distance.median, found.edit_distance.p90)
        assert counted == pytest.approx(known, abs=0.005 + 1e-9)


def check_drafts(found: DraftFigures, kept: Sequence[Kept]) -> None:
    """Figures of drafts are those that plain Python counts."""
    results = [each.result for each in kept]
    assert found.drafts == len(results)
    assert found.ready == share(sum(each.status == "ready" for each in results), len(results))
    assert found.shown == share(sum(bool(offered(each)) for each in results), len(results))
    assert found.escalated == share(sum(each.escalate is not None for each in results), len(results))
    assert found.usage.prompt_tokens == sum(each.usage.prompt_tokens for each in results)
    assert found.usage.completion_tokens == sum(each.usage.completion_tokens for each in results)
    assert found.median_ms == pytest.approx(exact([each.timings_ms.total for each in results], 0.5), rel=0.05, abs=0.5)
    check_feedback(found.feedback, kept)


def exact(values: list[float], part: float) -> float:
    """A quantile by its definition."""
    return sorted(values)[math.ceil(part * len(values)) - 1]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_figures_are_those_of_plain_python(database_url: str, seed: int) -> None:
    """Of any drafts with any feedback, in every group; no draft is in two groups of a kind or in none."""
    chance = random.Random(seed)
    kept = [chosen_draft(f"d-{number}", chance) for number in range(60)]
    found = metrics_of(database_url, kept)
    check_drafts(found.totals, kept)
    check_groups(kept, lambda each: each.result.situation, {g.situation: g.figures for g in found.by_situation})
    check_groups(kept, lambda each: each.result.prompt, {g.prompt: g.figures for g in found.by_prompt})
    check_groups(kept, lambda each: each.made.date(), {g.day: g.figures for g in found.by_day})
    for sizes in ([g.figures.drafts for g in found.by_situation], [g.figures.drafts for g in found.by_prompt]):
        assert sizes == sorted(sizes, reverse=True)
    assert [group.day for group in found.by_day] == sorted(group.day for group in found.by_day)
    checked = [each for each in kept if each.result.verdicts]
    assert [group.check for group in found.by_check] == [*CHECKS, "courtesy"]
    for group in found.by_check:
        failed = [each for each in checked if group.check in each.failed]
        assert group.failed == share(len(failed), len(checked))
        check_feedback(group.feedback_where_failed, failed)
        check_feedback(group.feedback_where_passed, [each for each in checked if group.check not in each.failed])
    tenures = {(band.from_months, band.below_months): band.feedback for band in found.by_tenure}
    assert sum(feedback.drafts for feedback in tenures.values()) == found.totals.feedback.drafts
    for band, months in BANDS.items():
        check_feedback(tenures.pop(band), [k for k in kept if k.last and k.last.agent_tenure_months in months])
    check_feedback(tenures.pop((None, None)), [k for k in kept if k.last and k.last.agent_tenure_months is None])
    assert tenures == {}


def check_groups(kept: Sequence[Kept], key: Callable[[Kept], object], found: dict[object, DraftFigures]) -> None:
    """Each group is there, once, with its own drafts."""
    assert found.keys() == {key(each) for each in kept}
    for name, figures in found.items():
        check_drafts(figures, [each for each in kept if key(each) == name])


def made_at(name: str, made: datetime, *heard: Heard) -> Kept:
    """A draft of a moment."""
    return Kept(make_result(name, make_case()), made, heard)


SENT = Heard("sent", "We are sorry.", None, 3, 0.0)
REJECTED = Heard("rejected", None, "No.", 70, None)


def test_an_empty_database_has_figures(database_url: str) -> None:
    """Counts of zero, no shares, no groups but the checks."""
    found = metrics_of(database_url, ())
    assert (found.totals.drafts, found.totals.ready, found.totals.median_ms) == (0, None, None)
    assert (found.by_situation, found.by_prompt, found.by_tenure, found.by_day) == ((), (), (), ())
    assert [(group.check, group.failed) for group in found.by_check] == [(check, None) for check in CHECKS]


def test_figures_outlive_texts(database_url: str) -> None:
    """A draft whose texts were erased counts as before."""
    kept = [made_at("d-1", NOW - timedelta(days=1), REJECTED, SENT)]
    before = metrics_of(database_url, kept)
    after = metrics_of(
        database_url,
        (),
        (),
        f"UPDATE drafts SET case_json = NULL, result_json = NULL, ref = NULL, erased_at = '{NOW.isoformat(' ')}'",
        "UPDATE attempts SET text = NULL",
        "UPDATE verdicts SET verdict_json = NULL",
        "UPDATE feedback SET text = NULL, reason = NULL",
    )
    assert after == before
    assert (after.totals.drafts, after.totals.feedback.sent) == (1, 1)


def test_other_tenants_do_not_count(database_url: str) -> None:
    """Neither their drafts nor the feedback on them."""
    kept = [made_at("d-1", NOW - timedelta(days=1), SENT), made_at("d-2", NOW - timedelta(days=2), SENT)]
    found = metrics_of(database_url, kept, (), "UPDATE drafts SET tenant = 'other' WHERE id = 'd-2'")
    assert (found.totals.drafts, found.totals.feedback.drafts, len(found.by_day)) == (1, 1, 1)


def test_the_ends_of_a_period(database_url: str) -> None:
    """Its first moment belongs to it and its last one does not, whenever the feedback came."""
    start, end = NOW - timedelta(days=2), NOW - timedelta(days=1)
    tick = timedelta(microseconds=1)
    moments = {"a": start - tick, "b": start, "c": end - tick, "d": end}
    kept = [made_at(name, made, SENT) for name, made in moments.items()]
    found = metrics_of(database_url, kept, [("from", start.isoformat()), ("to", end.isoformat())])
    assert (found.totals.drafts, found.totals.feedback.sent) == (2, 2)
    assert (found.since, found.until) == (start, end)


def test_days_are_counted_in_the_zone_that_was_asked_for(database_url: str) -> None:
    """A draft made late at night in London was made on the next day in India; days without drafts are skipped."""
    moments = ["2025-10-01T18:29:59Z", "2025-10-01T18:30:00Z", "2025-10-05T12:00:00Z"]
    kept = [made_at(moment, datetime.fromisoformat(moment)) for moment in moments]
    for zone, days in {"Z": ["10-01", "10-01", "10-05"], "+05:30": ["10-01", "10-02", "10-05"]}.items():
        found = metrics_of(database_url, kept, [("from", f"2025-09-30T00:00:00{zone}")])
        assert [f"{group.day:%m-%d}" for group in found.by_day for _ in range(group.figures.drafts)] == days
        kept = []


def test_what_changes_meanwhile_does_not_count(database_url: str) -> None:
    """All sums are of the same moment: they agree with each other."""
    change = "UPDATE drafts SET outcome = 'sent', shown = true"

    async def run() -> DraftMetrics:
        async with open_database(database_url) as engine:
            drafts = DraftRepository(engine)
            await drafts.add(DEFAULT_TENANT, make_case(), make_result("d-1", make_case()), (), NOW - timedelta(days=1))

            @event.listens_for(engine.sync_engine, "after_cursor_execute")
            def change_it(_: object, __: object, statement: str, *___: object) -> None:
                if statement.startswith("SELECT"):
                    rows(database_url, change)

            return await Figures(FigureReader(engine), lambda: NOW).asked(DEFAULT_TENANT, LAST_30_DAYS)

    found = asyncio.run(run())
    assert (found.totals.drafts, found.totals.feedback.drafts) == (1, 0)
    assert metrics_of(database_url, ()).totals.feedback.drafts == 1


def test_no_text_is_read(tmp_path: Path) -> None:
    """Every statement finds all in one index: texts are a hundred times as large, and would be read from the disk."""
    url = sqlite_url(tmp_path / "a.db")
    asked: list[tuple[str, tuple[str, ...]]] = []

    async def run() -> None:
        async with open_database(url) as engine:
            drafts = DraftRepository(engine)
            await drafts.add(DEFAULT_TENANT, make_case(), make_result("d-1", make_case()), (), NOW - timedelta(days=1))

            @event.listens_for(engine.sync_engine, "before_cursor_execute")
            def note(_: object, __: object, statement: str, values: tuple[str, ...], *___: object) -> None:
                if statement.startswith("SELECT"):
                    asked.append((statement, values))

            await Figures(FigureReader(engine), lambda: NOW).asked(DEFAULT_TENANT, LAST_30_DAYS)

    asyncio.run(run())
    with sqlite3.connect(tmp_path / "a.db") as connection:
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall() for statement, values in asked
        ]
    connection.close()
    assert len(plans) == 5
    for (_, _, _, first), *_ in plans:
        assert first.startswith("SEARCH drafts USING COVERING INDEX ix_drafts_figures (tenant=? AND created_at>?")


def test_a_table_that_is_gone_is_told(database_url: str) -> None:
    """In words."""
    with pytest.raises(StoreError, match=r"no such table|does not exist"):
        metrics_of(database_url, (), (), "ALTER TABLE drafts RENAME TO gone")
