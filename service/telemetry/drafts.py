"""Watches drafts being made: how many, how long, what became of each attempt; a span for each."""

from __future__ import annotations

import time
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import datetime

from opentelemetry import context
from opentelemetry.trace import Span, Tracer

from service.drafting import AnyDrafter, Outcome
from service.errors import InputError
from service.gate import Urgency, current_urgency
from service.idempotency import DEFAULT_TENANT
from service.progress import (
    AttemptChecked,
    AttemptFailed,
    AttemptStarted,
    Listener,
    Progress,
    Spending,
    unheard,
    unspent,
)
from service.schemas import Case
from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters
from service.telemetry.spans import Attributes, current, fail, under

NOBODY = "none"  # of the endpoints was asked
STARTED = "amends.attempt.number"
ENDS = ("ready", "needs_review", "failed", "refused", "given_up", "crashed")


@dataclass(slots=True)
class Attempt:
    """An attempt under way; `endpoint` is the one that was asked last."""

    span: Span
    token: Token[context.Context] | None = None
    endpoint: str = NOBODY


# The attempt that a call is part of. It is made on the same task, or on one that was begun there.
ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


class Attempts:
    """The attempts at one draft, as they are told of; everything is passed on to `tell`."""

    def __init__(self, meters: Meters, tracer: Tracer, tell: Listener) -> None:
        self._meters = meters
        self._tracer = tracer
        self._tell = tell
        self._open: dict[int, Attempt] = {}

    def heard(self, progress: Progress) -> None:
        """Note it and pass it on; called on the task of the attempt."""
        with harmless():
            self._note(progress)
        self._tell(progress)

    def close(self) -> None:
        """End those of which no end was told: enough others were good, or the draft was given up."""
        with harmless():
            for number in list(self._open):
                self._end(number, "given_up")

    def _note(self, progress: Progress) -> None:
        match progress:
            case AttemptStarted():
                attempt = Attempt(self._tracer.start_span("attempt", attributes={STARTED: progress.attempt}))
                attempt.token = context.attach(under(attempt.span))
                ATTEMPT.set(attempt)
                self._open[progress.attempt] = attempt
            case AttemptChecked():
                self._leave(progress.attempt)
                self._end(progress.attempt, "passed" if progress.passed else "blocked")
            case AttemptFailed():
                self._leave(progress.attempt)
                self._end(progress.attempt, "no_text", progress.kind)

    def _leave(self, number: int) -> None:
        """What this task does next is no part of the attempt."""
        ATTEMPT.set(None)
        if (attempt := self._open.get(number)) and attempt.token:
            context.detach(attempt.token)

    def _end(self, number: int, outcome: str, error: str | None = None) -> None:
        attempt = self._open.pop(number, None)
        if attempt is None:
            return
        self._meters.attempts.labels(attempt.endpoint, outcome).inc()
        attempt.span.set_attribute("amends.attempt.outcome", outcome)
        if error:
            fail(attempt.span, error)
        attempt.span.end()


class WatchedDrafter:
    """A drafter whose drafts are watched."""

    def __init__(self, drafter: AnyDrafter, meters: Meters, tracer: Tracer) -> None:
        for status in ENDS:
            for each in Urgency:
                meters.drafts.labels(status, each.name.lower())  # from 0 on, so that none ready shows as none
        self._drafter = drafter
        self._meters = meters
        self._tracer = tracer

    def refuse_unknown(self, case: Case) -> None:
        """As the drafter does.

        Raises:
            InvalidField: policy or situation is unknown.
        """
        self._drafter.refuse_unknown(case)

    async def draft(
        self,
        draft_id: str,
        case: Case,
        now: datetime,
        tell: Listener = unheard,
        *,
        tenant: str = DEFAULT_TENANT,
        spend: Spending = unspent,
    ) -> Outcome:
        """As the drafter does.

        Raises:
            InvalidField: policy or situation is unknown, or the complaint is too long for the model.
        """
        urgency = current_urgency().name.lower()
        attempts = Attempts(self._meters, self._tracer, tell)
        began, status = time.perf_counter(), "given_up"
        attributes: Attributes = {"amends.draft.id": draft_id, "amends.draft.urgency": urgency}
        with (
            self._meters.drafts_under_way.labels(urgency).track_inprogress(),
            current(self._tracer, "draft", attributes) as span,
        ):
            try:
                outcome = await self._drafter.draft(draft_id, case, now, attempts.heard, tenant=tenant, spend=spend)
                status = outcome.result.status
                span.set_attributes(_described(outcome))
            except InputError:
                status = "refused"
                raise
            except Exception:
                status = "crashed"
                raise
            finally:
                attempts.close()
                with harmless():
                    self._meters.drafts.labels(status, urgency).inc()
                    self._meters.draft_seconds.labels(urgency).observe(time.perf_counter() - began)
            if outcome.fault:
                fail(span, outcome.fault.kind)
            return outcome


def _described(outcome: Outcome) -> Attributes:
    result = outcome.result
    return {
        "amends.draft.status": result.status,
        "amends.draft.escalated": result.escalate is not None,
        "amends.draft.attempts": len(outcome.attempts),
        "amends.situation": result.situation,
        "amends.policy": result.policy,
        "amends.prompt.name": result.prompt.name,
        "amends.prompt.hash": result.prompt.hash,
    }
