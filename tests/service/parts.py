"""Small parts that do what a test wants, and a case to try them on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from guardrails.policy import Policy
from guardrails.types import Agent, Check, Complaint, Context, Draft, Finding, Reading, Scale, Verdict
from service.accepting import Accepting
from service.checking import AnyJudge, PolicyChecks
from service.drafting import Outcome
from service.errors import DraftNotFound, InvalidField, ModelError
from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT, Claim, Kept, Standing, unkept
from service.jobs.queue import Job, JobQueue
from service.jobs.stages import Accepted, JobStatus
from service.jobs.stages import Standing as JobStanding
from service.judging import NoJudge
from service.model import Message
from service.progress import Listener, Progress, Spending, unheard, unspent
from service.prompts import Ask, RenderedPrompt
from service.schemas import Attempt, Case, Options, PromptVersion, Result, Timings, Usage
from tests.guardrails.policies import make_policy

NOW = datetime(2025, 10, 21, 9, 5, tzinfo=UTC)
COMPLAINT = "My kettle came with a cracked lid."
SITUATIONS = ("general", "broken")


@dataclass(frozen=True)
class Needs:
    """A check that is content with every draft that holds a word."""

    name: str
    word: str
    scale: Scale | None = None

    def read(self, draft: Draft) -> Reading:
        """Look for the word."""
        start = draft.text.find(self.word)
        if start < 0:
            return Reading(faulty=True, advice=f"Say {self.word}.")
        return Reading(findings=(Finding(start, start + len(self.word), "It is said."),))


# Two that block and one that advises, by the default policy.
CHECKS = (Needs("apology", "sorry"), Needs("solution", "refund"), Needs("length", "short"))


def make_checks(*checks: Check, judge: AnyJudge | None = None, **policies: Policy) -> PolicyChecks:
    """These checks under the default policy, or under the named ones."""
    chosen = checks or CHECKS
    return PolicyChecks(policies or {"default": make_policy()}, lambda _: chosen, 5, judge or NoJudge("there is none"))


async def no_escalation(policy: str, complaint: Complaint, context: Context) -> str | None:
    """Nothing is for a person."""
    del policy, complaint, context
    return None


def make_case(now: datetime | None = None, **options: object) -> Case:
    """A case with these options."""
    return Case(
        id="ticket-7",
        complaint=Complaint(text=COMPLAINT, channel="email"),
        context=Context(brand="Harbourline", agent=Agent(name="Maya"), now=now),
        options=Options.model_validate(options) if options else None,
    )


def make_result(draft_id: str, case: Case, draft: str | None = "We are sorry.") -> Result:
    """A result as the loop makes them."""
    return Result(
        id=draft_id,
        ref=case.id,
        status="failed" if draft is None else "ready",
        draft=draft,
        verdicts=() if draft is None else (VERDICT,),
        situation="general",
        unverified_constraints=(),
        history_omitted=0,
        model="queue",
        endpoint="fake",
        prompt=PromptVersion(name="reply/general", hash="abc"),
        policy="default",
        usage=Usage(prompt_tokens=10, completion_tokens=5),
        timings_ms=Timings(total=1.5, model=1, checks=0.5),
    )


VERDICT = Verdict(check="apology", passed=True, blocking=True, level=2, limit=2)
ATTEMPT = Attempt(draft="We are sorry.", verdicts=(VERDICT,), endpoint="fake")


@dataclass
class PlainPrompts:
    """Prompts that hold no more than what they are about; a revision fits while the draft is short enough."""

    most_characters: int = 1_000
    omitted: int = 0
    asked: list[Ask] = field(default_factory=list)
    revised: list[tuple[str, tuple[Verdict, ...]]] = field(default_factory=list)

    async def find(self, complaint: Complaint, context: Context, asked: str | None) -> str:
        """The situation asked for, else `general`."""
        del complaint, context
        if asked is not None:
            self.refuse_unknown(asked)
        return asked or SITUATIONS[0]

    def refuse_unknown(self, asked: str) -> None:
        """Know these alone."""
        if asked not in SITUATIONS:
            raise InvalidField("there is no such situation", "options.situation")

    def reply(self, ask: Ask) -> RenderedPrompt:
        """A first prompt."""
        self.asked.append(ask)
        return self._prompt("reply", "Write a reply.")

    def revise(self, ask: Ask, draft: str, verdicts: Sequence[Verdict]) -> RenderedPrompt:
        """A later prompt."""
        del ask
        if len(draft) > self.most_characters:
            raise InvalidField("it does not fit", "complaint.text")
        self.revised.append((draft, tuple(verdicts)))
        return self._prompt("revise", "Write a better reply.")

    def _prompt(self, name: str, text: str) -> RenderedPrompt:
        return RenderedPrompt((Message("user", text),), name, f"hash-of-{name}", text, self.omitted)


OPENING = RenderedPrompt((Message("user", "Write a reply."),), "reply", "hash-of-reply", "Write a reply.", 0)


class GivenDrafter:
    """A drafter that gives the text, the fault or the crash that it was made with, and notes the cases."""

    def __init__(self, given: str | Exception = "We are sorry.", told: Sequence[Progress] = ()) -> None:
        self.given = given
        self.told = told
        self.seen: list[tuple[str, Case, datetime]] = []
        self.tenants: list[str] = []

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
        """What was given, after the progress that it was made to tell; any answer takes 10 and 5 tokens."""
        self.seen.append((draft_id, case, now))
        self.tenants.append(tenant)
        for each in self.told:
            tell(each)
            await asyncio.sleep(0)
        if isinstance(self.given, ModelError):
            return Outcome(make_result(draft_id, case, None), (), self.given, OPENING, None)
        if isinstance(self.given, Exception):
            raise self.given
        spend(Usage(prompt_tokens=10, completion_tokens=5))
        return Outcome(make_result(draft_id, case, self.given), (ATTEMPT,), None, OPENING, self.given)


class MemoryDrafts:
    """Drafts kept in memory; with a fault, none is kept or given."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.kept: dict[str, tuple[Case, Result, tuple[Attempt, ...], datetime]] = {}
        self.tenants: dict[str, str] = {}
        self.payers: list[str | None] = []
        self.feedback: list[tuple[str, Heard, datetime]] = []

    async def add(
        self,
        tenant: str,
        case: Case,
        result: Result,
        attempts: Sequence[Attempt],
        created_at: datetime,
        *,
        kept: Kept | None = None,
        payer: str | None = None,
    ) -> None:
        """Keep one; no answer."""
        del kept
        self.payers.append(payer)
        if self.fault:
            raise self.fault
        self.tenants[result.id] = tenant
        self.kept[result.id] = (case, result, tuple(attempts), created_at)

    async def get(self, tenant: str, draft_id: str) -> Result:
        """Give one of a tenant back."""
        if self.fault:
            raise self.fault
        if self.tenants.get(draft_id) != tenant:
            raise DraftNotFound("There is no draft with this id.")
        return self.kept[draft_id][1]

    async def get_made(self, tenant: str, draft_id: str) -> Result:
        """The same: nothing is accepted here before it is made."""
        return await self.get(tenant, draft_id)

    async def add_feedback(
        self, tenant: str, draft_id: str, heard: Heard, at: datetime, keep: Callable[[int], Kept | None] = unkept
    ) -> int:
        """Keep what an agent did; no answer."""
        del keep
        await self.get(tenant, draft_id)
        self.feedback.append((draft_id, heard, at))
        return sum(1 for each in self.feedback if each[0] == draft_id)


class MemoryJobs:
    """Accepted cases kept in memory; with a fault, none is kept or given."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.kept: dict[str, Accepted] = {}
        self.statuses: dict[str, JobStatus] = {}
        self.enqueued: list[str] = []

    async def accept(self, accepted: Accepted, kept: Kept | None = None) -> None:
        """Keep one; no answer."""
        del kept
        if self.fault:
            raise self.fault
        self.kept[accepted.id] = accepted
        self.statuses[accepted.id] = "queued"

    async def mark_enqueued(self, *ids: str) -> None:
        """Note them."""
        self.enqueued += ids

    async def standing(self, tenant: str, draft_id: str) -> JobStanding | None:
        """Where it stands."""
        found = self.kept.get(draft_id)
        if self.fault:
            raise self.fault
        if found is None or found.tenant != tenant:
            return None
        return JobStanding(draft_id, found.case.id, self.statuses[draft_id], 0)

    async def cancel(self, tenant: str, draft_id: str, actor: str, at: datetime) -> JobStanding:
        """Cancel it unless it is done."""
        del actor, at
        if draft_id in self.statuses and self.statuses[draft_id] != "done":
            self.statuses[draft_id] = "cancelled"
        standing = await self.standing(tenant, draft_id)
        if standing is None:
            raise DraftNotFound("There is no draft with this id.")
        return standing


class NotedQueue:
    """An engine that notes what it is told; with a fault, it cannot be told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.jobs: list[Job] = []
        self.later: list[tuple[str, int, float]] = []
        self.lines: list[str] = []

    async def enqueue(self, *jobs: Job) -> None:
        """Note them."""
        if self.fault:
            raise self.fault
        self.jobs += jobs

    async def enqueue_later(self, draft_id: str, tries: int, seconds: float, *, batch: bool) -> None:
        """Note it, and whether it is a line of a batch."""
        if self.fault:
            raise self.fault
        if batch:
            self.lines.append(draft_id)
        self.later.append((draft_id, tries, seconds))


def make_accepting(
    drafts: MemoryDrafts | None = None,
    jobs: MemoryJobs | None = None,
    queue: JobQueue | None = None,
    *,
    refuse: Callable[[Case], None] = lambda _: None,
    stop: Callable[[str], None] = lambda _: None,
) -> Accepting:
    """What accepts cases, over parts in memory."""
    parts = (jobs or MemoryJobs(), drafts or MemoryDrafts(), queue or NotedQueue())
    return Accepting(*parts, lambda: NOW, refuse=refuse, stop=stop)


class NoKeys:
    """A store of idempotency keys that nobody should ask: without a key, nothing is claimed."""

    async def claim(self, claim: Claim, now: datetime, until: datetime) -> Standing | None:
        """Refuse."""
        raise AssertionError((claim, now, until))

    async def keep(self, kept: Kept) -> None:
        """Refuse."""
        raise AssertionError(kept)

    async def release(self, claim: Claim) -> None:
        """Refuse."""
        raise AssertionError(claim)
