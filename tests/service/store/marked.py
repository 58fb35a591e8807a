"""Drafts with a mark in every text and every reference, and all rows that can hold a text about them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from guardrails.types import Verdict, VerdictFinding
from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT, Answer, Asked, Claim, Kept
from service.schemas import Attempt, Case, Result
from service.store.database import open_database
from service.store.erasure import ErasureRepository
from service.store.idempotency import KeyRepository
from service.store.repository import DraftRepository, add_draft
from service.store.tables import BatchFaultRow, BatchRow, DeliveryRow, JobRow, Table, WebhookRow
from tests.service.parts import NOW, make_case, make_result

MARK = "Zyxwv-4929"  # in every text, and in nothing else
CUSTOMER = f"customer-{MARK}"
TENANT = "default"
LATER = NOW + timedelta(days=1)


@asynccontextmanager
async def erasing(url: str) -> AsyncIterator[tuple[AsyncEngine, ErasureRepository]]:
    """A database, and what deletes texts from it."""
    async with open_database(url) as engine:
        yield engine, ErasureRepository(engine)


def marked_case(customer: str | None = CUSTOMER) -> Case:
    """A case with the mark in its texts and references."""
    case = make_case(NOW)
    return case.model_copy(
        update={
            "id": f"ticket-{MARK}",
            "complaint": case.complaint.model_copy(update={"text": f"{MARK} came broken. " + MARK * 400}),
            "context": case.context.model_copy(update={"customer_ref": customer, "facts": (MARK,)}),
        }
    )


def marked_result(draft_id: str, case: Case) -> tuple[Result, Attempt]:
    """A result and its attempt, with the mark in draft, finding and advice."""
    finding = VerdictFinding(start=0, end=len(MARK), excerpt=MARK, reason=f"{MARK} is said.")
    verdict = Verdict(
        check="apology", passed=True, blocking=True, level=2, limit=2, findings=(finding,), advice=f"Say {MARK}."
    )
    draft = f"{MARK} will be replaced."
    result = make_result(draft_id, case, draft)
    return (
        result.model_copy(update={"ref": case.id, "verdicts": (verdict,)}),
        Attempt(draft=draft, verdicts=(verdict,), endpoint="fake"),
    )


async def keep_draft(engine: AsyncEngine, name: str, customer: str | None = CUSTOMER, at: datetime = NOW) -> None:
    """A draft with its answer, a feedback with its answer, the job that it was, and an event about it."""
    case = marked_case(customer)
    result, attempt = marked_result(name, case)
    keys, drafts = KeyRepository(engine), DraftRepository(engine)
    claims = [Claim(Asked(TENANT, route, f"key-{name}", "f"), "me") for route in ("POST /drafts", "POST /feedback")]
    for claim in claims:
        await keys.claim(claim, at, at + timedelta(hours=1))
    made, heard = (Kept(claim, Answer(200, result.to_json(), name), at + timedelta(hours=24)) for claim in claims)
    await drafts.add(DEFAULT_TENANT, case, result, [attempt], at, kept=made)
    await drafts.add_feedback(
        DEFAULT_TENANT, name, Heard("edited", f"Dear {MARK}", f"{MARK}.", 3, 0.5), at, lambda _: heard
    )
    async with async_sessionmaker(engine).begin() as session:
        session.add(job_row(name, "done", customer, at))
    await keep_event(engine, name)


async def keep_many(engine: AsyncEngine, drafts: Mapping[str, datetime]) -> None:
    """Drafts with these ids and times, with their attempts, verdicts and jobs, in one transaction."""
    case = marked_case()
    async with async_sessionmaker(engine).begin() as session:
        for name, at in drafts.items():
            result, attempt = marked_result(name, case)
            await add_draft(session, case, result, [attempt], tenant=TENANT, created_at=at)
            session.add(job_row(name, "done", CUSTOMER, at))


async def keep_event(engine: AsyncEngine, about: str) -> None:
    """An event on its way."""
    body = {"type": "draft.finished", "timestamp": "x", "data": {"id": about, "ref": MARK, "status": "ready"}}
    async with async_sessionmaker(engine).begin() as session:
        await session.merge(
            WebhookRow(id="w-1", tenant=TENANT, created_at=NOW, url="https://a.invalid", events_json="[]", secret="s")
        )
        await session.flush()
        session.add(
            DeliveryRow(
                id=f"delivery-{about}",
                tenant=TENANT,
                webhook_id="w-1",
                event="draft.finished",
                about=about,
                body=json.dumps(body),
                created_at=NOW,
                status="pending",
                tries=0,
                next_at=NOW,
            )
        )


async def keep_job(engine: AsyncEngine, name: str, status: str, customer: str | None = CUSTOMER) -> None:
    """A case that is no draft yet, or never will be."""
    async with async_sessionmaker(engine).begin() as session:
        session.add(job_row(name, status, customer, NOW))


def job_row(name: str, status: str, customer: str | None, at: datetime) -> JobRow:
    """A job with the mark in all that it holds."""
    return JobRow(
        id=name,
        tenant=TENANT,
        ref=MARK,
        customer_ref=customer,
        status=status,
        case_json=None if status == "done" else marked_case(customer).model_dump_json(),
        accepted_at=at,
        finished_at=at if status in {"done", "cancelled"} else None,
        tries=1,
        enqueued=True,
        problem_json=json.dumps({"detail": MARK}),
    )


async def keep_batch(engine: AsyncEngine, name: str, at: datetime = NOW) -> None:
    """A batch with a line that holds no case."""
    problem = {"type": "urn:x", "title": "Wrong", "status": 422, "detail": f"{MARK}: unknown", "errors": []}
    batch = BatchRow(
        id=name, tenant=TENANT, created_at=at, status="accepted", lines=1, faulty=1, enqueued=True, finished_at=at
    )
    async with async_sessionmaker(engine).begin() as session:
        session.add(batch)
        await session.flush()
        session.add(BatchFaultRow(batch_id=name, line=1, ref=MARK, problem_json=json.dumps(problem)))


async def rows_with(engine: AsyncEngine, word: str) -> dict[str, int]:
    """How many rows of each table hold a word, in any column."""
    found = {}
    async with engine.connect() as connection:
        for name, table in Table.metadata.tables.items():
            rows = (await connection.execute(table.select())).all()
            if holding := sum(word in repr(tuple(row)) for row in rows):
                found[name] = holding
    return found
