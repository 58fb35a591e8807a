"""Runs the checks over a draft and turns what they read into verdicts; what breaks fails the draft."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from guardrails.doubt import settled
from guardrails.policy import Policy
from guardrails.types import Check, Draft, Finding, Reading, Scale, SkipKind, Verdict, VerdictFinding

_SKIPPED: dict[SkipKind, str] = {
    "no_context": "No context was given, so there is nothing to compare the draft with.",
    "unread_language": "This check does not read the language of the draft.",
}


class Time(NamedTuple):
    """When a check began, by `time.perf_counter`, and the seconds that it took."""

    began: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on one draft, in the catalog's order, and the constraints that no check could decide.

    `undecided` names the checks that a judge is to decide, each with its levels; until then they did not pass.
    `times` has all that were not left behind.
    """

    verdicts: tuple[Verdict, ...]
    unverified: tuple[str, ...]
    undecided: Mapping[str, Scale] = field(default_factory=dict)
    times: Mapping[str, Time] = field(default_factory=dict, compare=False)


def run_checks(checks: Sequence[Check], draft: Draft, policy: Policy, timeout_s: float) -> Report:
    """Run every check, each for at most `timeout_s` seconds; one that raises or is late fails the draft."""
    verdicts: list[Verdict] = []
    unverified: list[str] = []
    times: dict[str, Time] = {}
    worker = _Worker(checks, draft)
    for check in checks:
        outcome, time_taken = worker.next_reading(timeout_s)
        if time_taken:
            times[check.name] = time_taken
        if isinstance(outcome, Reading):
            unverified.extend(outcome.unverified)
            verdicts.append(_verdict_or_error(check, outcome, draft, policy))
        else:
            verdicts.append(_broken(check, outcome, policy))
    return Report(tuple(verdicts), tuple(unverified), _undecided(checks, verdicts, policy), times)


class _Worker:
    """Reads checks in order on a thread of its own, so that a check that hangs can be left behind."""

    def __init__(self, checks: Sequence[Check], draft: Draft) -> None:
        self._checks = checks
        self._draft = draft
        self._next = 0
        self._start()

    def next_reading(self, timeout_s: float) -> tuple[Reading | str, Time | None]:
        """The reading of the next check, or what went wrong with it; and its time, None of one that is left behind."""
        self._next += 1
        try:
            outcome, taken = self._outcomes.get(timeout=timeout_s)
        except queue.Empty:
            self._start()
            return f"took longer than {timeout_s:g} s", None
        # A regular expression holds the interpreter while it matches: the wait above cannot see that it was late.
        if taken.seconds > timeout_s:
            outcome = f"took {taken.seconds:.1f} s, longer than {timeout_s:g} s"
        return outcome, taken

    def _start(self) -> None:
        self._outcomes: queue.SimpleQueue[tuple[Reading | str, Time]] = queue.SimpleQueue()
        rest = self._checks[self._next :]
        if not rest:
            return
        threading.Thread(target=_read_all, args=(rest, self._draft, self._outcomes), daemon=True).start()


def _read_all(checks: Sequence[Check], draft: Draft, outcomes: queue.SimpleQueue[tuple[Reading | str, Time]]) -> None:
    for check in checks:
        began = time.perf_counter()
        outcome = _read(check, draft)
        outcomes.put((outcome, Time(began, time.perf_counter() - began)))


def _read(check: Check, draft: Draft) -> Reading | str:
    try:
        return check.read(draft)
    # The one place that catches everything: whatever a check raises must fail the draft, and never the request.
    # The exception's own text may quote the customer, so that only its type is told.
    except Exception as error:  # noqa: BLE001  # see above
        return f"broke with {type(error).__name__}"


def _verdict_or_error(check: Check, reading: Reading, draft: Draft, policy: Policy) -> Verdict:
    fault = _fault_of(reading, check.scale, draft)
    return _broken(check, fault, policy) if fault else _verdict(check, reading, draft, policy)


def _fault_of(reading: Reading, scale: Scale | None, draft: Draft) -> str | None:
    """What is wrong with the reading itself: a check that talks nonsense must not pass a draft."""
    if any(not 0 <= f.start < f.end <= len(draft.text) for f in reading.findings):
        return "pointed outside the draft"
    if reading.skipped or scale is None:
        return None
    if reading.level is None or not 0 <= reading.level <= scale.highest:
        return f"gave no level between 0 and {scale.highest}"
    return None


def _verdict(check: Check, reading: Reading, draft: Draft, policy: Policy) -> Verdict:
    limit = policy.limit(check.name)
    passed = _passed(check.scale, reading, limit, policy)
    verdict = Verdict(
        check=check.name,
        passed=passed,
        blocking=policy.rule(check.name).blocking,
        level=None if reading.skipped else reading.level,
        limit=limit,
        score=_score(check.scale, reading, limit),
        decided_by=reading.decided_by,
        findings=tuple(_quote(finding, draft.text) for finding in reading.findings),
        advice=reading.advice if not passed or reading.advise_anyway else None,
        skipped=_SKIPPED[reading.skipped] if reading.skipped else None,
    )
    return settled(verdict, reading.advice, policy.uncertain)


def _undecided(checks: Sequence[Check], verdicts: Sequence[Verdict], policy: Policy) -> dict[str, Scale]:
    if policy.uncertain.outcome != "judge":
        return {}
    pairs = zip(checks, verdicts, strict=True)
    return {each.name: each.scale for each, verdict in pairs if each.scale and policy.uncertain.holds(verdict.score)}


def _passed(scale: Scale | None, reading: Reading, limit: int | None, policy: Policy) -> bool:
    if reading.skipped:
        return policy.passes_when_skipped(reading.skipped)
    if scale is None or limit is None or reading.level is None:
        return not reading.faulty
    return scale.lets_pass(reading.level, limit)


def _score(scale: Scale | None, reading: Reading, limit: int | None) -> float | None:
    """The probability that the check passes at this limit."""
    if scale is None or limit is None or not reading.at_least:
        return None
    if scale.passes == "at_least":
        return round(reading.at_least[limit - 1], 4)
    return round(1 - reading.at_least[limit], 4)


def _quote(finding: Finding, text: str) -> VerdictFinding:
    excerpt = text[finding.start : finding.end]
    return VerdictFinding(start=finding.start, end=finding.end, excerpt=excerpt, reason=finding.reason)


def _broken(check: Check, fault: str, policy: Policy) -> Verdict:
    return Verdict(
        check=check.name,
        passed=False,
        blocking=policy.rule(check.name).blocking,
        level=None,
        limit=policy.limit(check.name),
        error=f"The check '{check.name}' {fault}; the draft counts as failed.",
    )
