"""Compares what was accepted with what is stored, called and told: pure, so that the judge itself can be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from benchmarks.durability.seen import Call, Seen
from service.store.sqlite import BUSY_TIMEOUT_MS

FINISHED = "draft.finished"
# The longest time that checking and storing take: 5 s on a busy machine, and the time for which a transaction waits
# for SQLite's lock. A kill that came later than that after an answer does not explain why the model was asked again.
STORING_S = 5.0 + BUSY_TIMEOUT_MS / 1000
ON_ITS_WAY_S = 0.5  # a request may still come out of the wire when its sender is dead


@dataclass(frozen=True, slots=True)
class Stored:
    """A draft in the database: its id, the number of its case, how it ended, and which call gave its text."""

    id: str
    number: int
    status: str
    model: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one run left behind; `killed_at` says of each process that was killed when that was."""

    requests: int
    accepted: Mapping[int, str]
    changed: Sequence[int]
    told_of: frozenset[str]  # the drafts whose end webhooks should hear of
    killed_at: Mapping[str, float]
    buried: frozenset[str]  # processes that were taken for dead while they lived
    stored: Sequence[Stored]
    seen: Seen


class Report(BaseModel):
    """What one run showed."""

    model_config = ConfigDict(frozen=True)

    requests: int
    kills: int
    ended: int  # processes that gave up by themselves, and were started again
    lost: int  # accepted, and not stored
    not_ready: int  # stored, but not as what the text deserves
    twice: int  # stored more than once
    strangers: int  # stored without having been accepted
    changed: int  # sent again and answered with another id
    calls: int
    cut_in_call: int  # calls made again because a kill came before their answer
    cut_before_storing: int  # likewise, between the answer and the commit
    buried_alive: int  # likewise, because others took the caller for dead, which only was slow
    unexplained: int  # made again for no such reason
    told: int  # drafts whose end was taken by the webhook
    untold: int
    unverified: int
    told_again: int  # taken more than once, as it may be

    @property
    def holds(self) -> bool:
        """Whether everything that was promised is so."""
        drafts = (self.lost, self.not_ready, self.twice, self.strangers, self.changed)
        return not any((*drafts, self.unexplained, self.untold, self.unverified))


def examine(facts: Facts, ended: int = 0) -> Report:
    """The report on a run in which so many processes ended by themselves."""
    stored = Counter(each.number for each in facts.stored)
    ids = {each.id for each in facts.stored}
    reasons = Counter(reason for _, reason in _wasted(facts))
    taken = Counter(each.about for each in facts.seen.notices if each.taken and each.type == FINISHED)
    return Report(
        requests=facts.requests,
        kills=len(facts.killed_at),
        ended=ended,
        lost=facts.requests - sum(draft_id in ids for draft_id in facts.accepted.values()),
        not_ready=sum(each.status != "ready" for each in facts.stored),
        twice=sum(count - 1 for count in stored.values()),
        strangers=len(ids - set(facts.accepted.values())),
        changed=len(facts.changed),
        calls=len(facts.seen.calls),
        cut_in_call=reasons["in call"],
        cut_before_storing=reasons["before storing"],
        buried_alive=reasons["buried alive"],
        unexplained=reasons["unexplained"],
        told=len(taken.keys() & facts.told_of),
        untold=len(facts.told_of - taken.keys()),
        unverified=sum(not each.verified for each in facts.seen.notices),
        told_again=sum(count - 1 for count in taken.values()),
    )


def unexplained(facts: Facts) -> Iterator[str]:
    """Each such call, for who looks for its reason."""
    for call, reason in _wasted(facts):
        if reason == "unexplained":
            killed_at = facts.killed_at.get(call.caller)
            others = [each for each in facts.seen.calls if each.case == call.case and each is not call]
            yield f"Without a reason: {call}; its caller was killed at {killed_at}; beside it {others}"


def _wasted(facts: Facts) -> Iterator[tuple[Call, str]]:
    """Each call whose text was not stored, and why it came to nothing.

    Its caller's death explains that, real or supposed: one that lived on would have stored the draft. And nothing
    explains a call that one who lives made when the text which was stored was there already.
    """
    used = {(each.number, each.model) for each in facts.stored}
    stored = {call.case: call.began for call in facts.seen.calls if (call.case, call.model) in used}
    for call in facts.seen.calls:
        if (call.case, call.model) in used:
            continue
        if call.caller in facts.buried:
            yield call, "buried alive"
        elif call.began > stored.get(call.case, 0):
            yield call, "unexplained"
        else:
            yield call, _why(call, facts.killed_at.get(call.caller))


def _why(call: Call, killed_at: float | None) -> str:
    if killed_at is None or not call.began - ON_ITS_WAY_S <= killed_at <= call.ended + STORING_S:
        return "unexplained"
    return "before storing" if call.answered and call.ended <= killed_at else "in call"
