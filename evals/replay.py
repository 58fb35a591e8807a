"""Drafts a case from recorded answers, without any model or network, or records the answers that it takes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import AnyHttpUrl, SecretStr
from vcr.cassette import Cassette  # type: ignore[import-untyped]  # it comes without types
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]  # likewise

from evals.arms import Arm
from evals.case import EvalCase
from evals.cassettes import RECORDED_URL, keep, opened, played_ms
from evals.outcomes import Replayed
from service.checking import PolicyChecks
from service.drafting import Outcome, ReplyDrafter
from service.embedded.server import Address
from service.errors import AmendsError, AnswerUnusable, InputError, ModelError
from service.model import Completion, Message, Model, Schema
from service.model_client import OpenAIModel
from service.prompts import Ask, PromptLibrary, estimated_tokens
from service.schemas import Case, Options, Timings, Usage
from service.settings import Settings
from service.wiring.drafting import load_library, make_checks, make_drafter
from service.wiring.files import ADAPTER
from service.wiring.models import embedded_client, endpoint_client

CANDIDATES = 3  # of each round of the embedded model: fewer than the service asks for, so that recordings stay small


class NotRecordedError(AmendsError):
    """A case has no recording for its present prompts, model and checks."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all cases of one arm share."""

    arm: Arm
    settings: Settings
    checks: PolicyChecks
    library: PromptLibrary
    weights: str | None  # a hash of the embedded model's adapter, which learns while its name stays


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a case, and what its new answers took: one that was recorded before is not paid for again."""

    replayed: Replayed
    usage: Usage


def make_bench(arm: Arm) -> Bench:
    """Load the prompts, the policies and the check models of an arm.

    Raises:
        InputError: the arm has a prompt of the user's that its model is never shown.
        ConfigurationError: a prompt or a policy is wrong.
    """
    # A recording must not depend on who makes it: neither on the environment nor on a clock.
    settings = Settings(
        deadline_s=600,
        check_timeout_s=60,
        policy_dir=arm.policies,
        candidates=CANDIDATES if arm.is_embedded and not arm.first else 1,
        max_attempts=1 if arm.first else 3,
        model_url=None if arm.is_embedded else AnyHttpUrl(RECORDED_URL),
        model_name="" if arm.is_embedded else arm.model,
    )
    weights = hashlib.sha256(ADAPTER.read_bytes()).hexdigest() if arm.is_embedded else None
    library = load_library(settings, arm.prompts)
    if arm.stands_in and arm.stands_in not in library.drafted_from:
        raise InputError(
            f"{arm.name}: name: the model {arm.model} is not shown the prompt {arm.stands_in}, so that nothing would "
            f"differ; its drafts are made from {', '.join(sorted(library.drafted_from))}"
        )
    return Bench(arm, settings, make_checks(settings), library, weights)


def as_case(case: EvalCase, policy: str | None = None) -> Case:
    """What a caller would send, under this policy where one is given."""
    options = case.options
    if policy is not None:
        options = (options or Options()).model_copy(update={"policy": policy})
    return Case(id=case.id, complaint=case.complaint, context=case.context, options=options)


def first_prompt_tokens(case: EvalCase, bench: Bench) -> int:
    """About how many tokens the model reads for a first answer."""
    assert case.context.now is not None  # load_case saw to it
    ask = Ask(complaint=case.complaint, context=case.context, now=case.context.now, situation=case.situation)
    return estimated_tokens(bench.library.reply(ask).messages)


def path_of(case: EvalCase, arm: Arm, cassettes: Path) -> Path:
    """Where the model's answers to a case are kept."""
    return cassettes / arm.model.replace("/", "_") / f"{case.id}.yaml"


async def replay(case: EvalCase, bench: Bench, cassettes: Path) -> Replayed:
    """Draft from the recorded answers.

    Raises:
        NotRecordedError: an answer is missing.
        InputError: the cassette is broken: names the file and the line.
        InvalidField: the model cannot be asked about this case: an option is unknown, or the complaint too long.
    """
    model = _client(bench, Address(RECORDED_URL, SecretStr("replayed"), bench.arm.model))
    try:
        with opened(path_of(case, bench.arm, cassettes), "replay", bench.weights) as cassette:
            outcome = await _draft(case, bench, model)
            return _replayed(case, outcome, played_ms(cassette))
    except CannotOverwriteExistingCassetteException:
        # vcrpy's own text quotes the prompt
        raise NotRecordedError(f"{case.id}: no recording fits its prompts, model and checks") from None
    finally:
        await model.aclose()


async def record(
    case: EvalCase, bench: Bench, cassettes: Path, address: Address, *, drop_unused: bool = False
) -> Recorded:
    """Draft with the running model and keep the answers that were not recorded yet, each as soon as it came.

    Raises:
        ModelError: the model failed; the answers that it gave before are kept.
        InputError: the cassette is broken; names the file and the line.
    """
    model = _client(bench, address)
    try:
        path = path_of(case, bench.arm, cassettes)
        with opened(path, "record", bench.weights, drop_unused=drop_unused) as cassette:
            keeping = _Keeping(model, cassette)
            outcome = await _draft(case, bench, keeping)
            if keeping.fault is not None:
                raise keeping.fault
            return Recorded(_replayed(case, outcome, None), keeping.usage)
    finally:
        await model.aclose()


class _Keeping:
    """A model whose answers are on the disk before they are used, with how long they took.

    `usage` is what the answers took that were not recorded before. `fault` is the first failure that is not recorded:
    the loop may end well with an earlier draft in spite of it, and a replay could not go the same way.
    """

    def __init__(self, model: Model, cassette: Cassette) -> None:
        self.fault: ModelError | None = None
        self.usage = Usage(prompt_tokens=0, completion_tokens=0)
        self._model = model
        self._cassette = cassette

    @property
    def context_tokens(self) -> int:
        return self._model.context_tokens

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        known, began = len(self._cassette), time.perf_counter()
        answer: Completion | AnswerUnusable | None = None
        try:
            answer = await self._model.complete(messages, deadline=deadline, seed=seed, schema=schema, grammar=grammar)
        except AnswerUnusable as error:
            answer = error
            raise  # recorded like any other answer
        except ModelError as error:
            self.fault = self.fault or error
            raise
        finally:
            if len(self._cassette) > known:
                keep(self._cassette, (time.perf_counter() - began) * 1000)
                if answer is not None:
                    self.usage = _with(self.usage, answer)
        return answer


def _with(usage: Usage, answer: Completion | AnswerUnusable) -> Usage:
    return Usage(
        prompt_tokens=usage.prompt_tokens + answer.prompt_tokens,
        completion_tokens=usage.completion_tokens + answer.completion_tokens,
    )


def _client(bench: Bench, address: Address) -> OpenAIModel:
    client: Callable[[Settings, Address], OpenAIModel] = embedded_client if bench.arm.is_embedded else endpoint_client
    return client(bench.settings, address)


def _drafter(bench: Bench, model: Model) -> ReplyDrafter:
    return make_drafter(bench.settings, model, bench.checks, bench.library, one_by_one=True)


async def _draft(case: EvalCase, bench: Bench, model: Model) -> Outcome:
    assert case.context.now is not None  # load_case saw to it
    return await _drafter(bench, model).draft(case.id, as_case(case, bench.arm.policy), case.context.now)


def _replayed(case: EvalCase, outcome: Outcome, model_ms: float | None) -> Replayed:
    # The times of a replay are of no use to anybody, and would make two runs differ.
    result = outcome.result.model_copy(update={"timings_ms": Timings(total=0, model=0, checks=0)})
    prompt = "\n\n".join(f"[{each.role}]\n{each.content}" for each in outcome.opening.messages)
    return Replayed(case, result, outcome.attempts, outcome.best, prompt, model_ms)
