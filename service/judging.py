"""Asks a language model to decide what the checks leave open; whatever goes wrong there fails the draft."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Protocol

import structlog
from pydantic import Field, StringConstraints, ValidationError

from guardrails.doubt import undecided
from guardrails.runner import Report
from guardrails.types import Contract, Draft, Scale, Verdict, VerdictFinding
from service.errors import AnswerUnusable, DeadlinePassed, EndpointBusy, InvalidField, ModelError, PlaceholderLost
from service.fence import one_line
from service.model import Model, Schema
from service.rendered import RenderedPrompt

log = structlog.get_logger()

SEED = 1  # the same question should get the same answer
CODE_FENCE = re.compile(r"```(?:json)?\n(.*)\n```", re.DOTALL)  # how chat models like to wrap JSON
NONSENSE = "its answer makes no sense"


class NoSuchLevel(ValueError):
    """The answer has the right form, and a level that the check has not."""


# What a failure means to who reads the verdict, the most particular first.
FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (InvalidField, "complaint and draft are too long for it"),
    (PlaceholderLost, "its answer has a placeholder that stands for nothing"),
    (AnswerUnusable, "it refused, or its answer was empty"),
    (EndpointBusy, "its endpoint is busy"),
    (DeadlinePassed, "it gave no answer in time"),
    (TimeoutError, "it gave no answer in time"),
    (ValidationError, NONSENSE),
    (NoSuchLevel, NONSENSE),
    (ModelError, "its endpoint failed"),
)


class Judgement(Contract):
    """What a judge answers: `quote` is empty where words are missing, `reason` is one sentence for the agent."""

    level: int = Field(ge=0)
    quote: Annotated[str, StringConstraints(max_length=2_000)]
    reason: Annotated[str, StringConstraints(max_length=1_000, pattern=r"\w")]


class JudgePrompts(Protocol):
    """Where the question comes from."""

    def judge(self, check: str, draft: Draft, token_budget: int) -> RenderedPrompt:
        """The question about one check.

        Raises:
            InvalidField: complaint and draft do not fit into the budget.
        """


class Judge:
    """A language model that decides uncertain verdicts, one question for each.

    Args:
        model: is asked at most `seconds` before its decision is given up.
        prompts: hold the rubrics.
        seconds: for all questions about one draft, which are asked at once.
        answer_tokens: how much of the model's context its answer may need.
    """

    def __init__(self, model: Model, prompts: JudgePrompts, seconds: float, answer_tokens: int) -> None:
        self._model = model
        self._prompts = prompts
        self._seconds = seconds
        self._token_budget = model.context_tokens - answer_tokens

    async def decide(self, report: Report, draft: Draft, deadline: float = math.inf) -> Report:
        """The report with nothing undecided; `deadline` (on the event loop's clock) can only shorten the time."""
        end = min(deadline, asyncio.get_running_loop().time() + self._seconds)
        waiting = (verdict for verdict in report.verdicts if verdict.check in report.undecided)
        questions = (self._decide(verdict, report.undecided[verdict.check], draft, end) for verdict in waiting)
        return with_decided(report, await asyncio.gather(*questions))

    async def _decide(self, verdict: Verdict, scale: Scale, draft: Draft, end: float) -> Verdict:
        try:
            judgement = await self._ask(verdict.check, scale, draft, end)
        except tuple(kind for kind, _ in FAILURES) as error:
            # Not the error's own text: it may quote the answer, and the answer the customer.
            log.warning("judge.failed", check=verdict.check, error=type(error).__name__)
            return undecided(verdict, next(why for kind, why in FAILURES if isinstance(error, kind)))
        return judged(verdict, scale, judgement, draft.text)

    async def _ask(self, check: str, scale: Scale, draft: Draft, end: float) -> Judgement:
        prompt = self._prompts.judge(check, draft, self._token_budget)
        async with asyncio.timeout_at(end):
            completion = await self._model.complete(prompt.messages, deadline=end, seed=SEED, schema=schema_of(scale))
        judgement = read_judgement(completion.text, scale)
        log.info(
            "judge.decided",
            check=check,
            level=judgement.level,
            prompt_hash=prompt.hash,
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
        )
        return judgement


@dataclass(frozen=True, slots=True)
class NoJudge:
    """Stands where no model can be asked: everything undecided fails; `why` is half a sentence for the agent."""

    why: str

    async def decide(self, report: Report, draft: Draft, deadline: float = math.inf) -> Report:
        """The report with nothing undecided."""
        del draft, deadline
        waiting = (verdict for verdict in report.verdicts if verdict.check in report.undecided)
        return with_decided(report, (undecided(verdict, self.why) for verdict in waiting))


def with_decided(report: Report, decided: Iterable[Verdict]) -> Report:
    """The report with these verdicts in place of the undecided ones."""
    by_check = {verdict.check: verdict for verdict in decided}
    verdicts = tuple(by_check.get(verdict.check, verdict) for verdict in report.verdicts)
    return replace(report, verdicts=verdicts, undecided={})


def schema_of(scale: Scale) -> Schema:
    """The form of an answer about a check with these levels, in the little that every endpoint understands."""
    properties: dict[str, object] = {
        "level": {"type": "integer", "enum": list(range(scale.highest + 1))},
        "quote": {"type": "string"},
        "reason": {"type": "string"},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def read_judgement(text: str, scale: Scale) -> Judgement:
    """The answer in a text that is one JSON object and nothing else, a code fence aside.

    Raises:
        ValidationError: it is not.
        NoSuchLevel: the check has no such level.
    """
    stripped = text.strip()
    wrapped = CODE_FENCE.fullmatch(stripped)
    judgement = Judgement.model_validate_json(wrapped.group(1) if wrapped else stripped)
    if judgement.level > scale.highest:
        raise NoSuchLevel(f"level {judgement.level} of {scale.highest}")
    return judgement


def judged(verdict: Verdict, scale: Scale, judgement: Judgement, text: str) -> Verdict:
    """The verdict as the judge decided it; its score stays, which says why a judge was asked."""
    assert verdict.limit is not None  # a check with levels has one
    passed = scale.lets_pass(judgement.level, verdict.limit)
    reason = one_line(judgement.reason)
    return verdict.model_copy(
        update={
            "passed": passed,
            "level": judgement.level,
            "decided_by": "judge",
            "findings": located(judgement.quote, text, reason),
            "advice": None if passed else reason,
            "error": None,
        }
    )


def located(quote: str, text: str, reason: str) -> tuple[VerdictFinding, ...]:
    """The finding on the quoted words, wherever lines are broken in them; none where the text does not hold them."""
    words = quote.split()
    match = re.search(r"\s++".join(map(re.escape, words)), text) if words else None
    if match is None:
        return ()
    return (VerdictFinding(start=match.start(), end=match.end(), excerpt=match.group(), reason=reason),)
