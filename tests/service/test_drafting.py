"""The loop: what is asked of the model, which attempt is kept, and what is answered when the model fails."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from itertools import cycle

import pytest

from guardrails.runner import Report
from guardrails.sentences import sentences
from guardrails.types import Complaint, Context, Draft, Reading, Scale
from service.checking import PolicyChecks
from service.drafting import Budget, EscalationFinder, Outcome, ReplyDrafter
from service.errors import (
    AnswerUnusable,
    DeadlinePassed,
    EndpointBusy,
    EndpointFailed,
    InvalidField,
    ModelError,
)
from service.judging import NoJudge
from service.model import Completion, Message, Model, Schema, Sentence
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted, Progress
from service.schemas import NO_USAGE, Case, Result, Usage
from service.writing import ModelWriter
from tests.fakes import QueueModel
from tests.guardrails.policies import make_policy
from tests.service.parts import CHECKS, NOW, Needs, PlainPrompts, make_case, make_checks, no_escalation

GOOD = "We are sorry. A short note: the refund is on its way."
OTHER_GOOD = "We are sorry. A short note: your refund is on its way."
ADVISED = "We are sorry. The refund is on its way."
ONE_FAILURE = "We are sorry."
OTHER_FAILURE = "Your refund is on its way."
TWO_FAILURES = "Hello."


def drafter_with(
    model: Model,
    prompts: PlainPrompts | None = None,
    checks: PolicyChecks | None = None,
    budget: Budget | None = None,
    find_escalation: EscalationFinder = no_escalation,
) -> ReplyDrafter:
    """The loop around a model, with small prompts and checks."""
    prompts = prompts or PlainPrompts()
    writer = ModelWriter(model, prompts, max_tokens=100)
    checks = checks or make_checks()
    return ReplyDrafter(writer, prompts, find_escalation, checks, budget or Budget(30, 3))


def outcome_of(model: Model, case: Case | None = None, prompts: PlainPrompts | None = None) -> Outcome:
    """What the loop makes of a case."""
    return asyncio.run(drafter_with(model, prompts).draft("id-1", case or make_case(), NOW))


def result_of(*answers: str | ModelError, **options: object) -> Result:
    """The result of these answers."""
    return outcome_of(QueueModel(*answers), make_case(None, **options)).result


def test_the_first_good_draft_is_answered() -> None:
    """A draft that passes every blocking check needs no second attempt."""
    model = QueueModel(GOOD)
    result = outcome_of(model).result
    assert (result.status, result.draft, len(model.asked)) == ("ready", GOOD, 1)
    assert [verdict.check for verdict in result.verdicts] == ["apology", "solution", "length"]


def test_the_first_prompt_is_made_once() -> None:
    """However many first drafts are asked for, their prompt is the same one; each draft has its own."""
    prompts, budget = PlainPrompts(), Budget(30, 1, candidates=3)
    drafter = drafter_with(QueueModel(*[ONE_FAILURE] * 6), prompts, budget=budget)
    for case in (make_case(), make_case()):
        outcome = asyncio.run(drafter.draft("id-1", case, NOW))
        assert len(outcome.attempts) == 3
    assert len(prompts.asked) == 2


def test_a_check_that_only_advises_costs_no_attempt() -> None:
    """A failed verdict that does not block leaves the draft ready, and stays on it."""
    result = result_of(ADVISED)
    assert (result.status, result.draft) == ("ready", ADVISED)
    assert [verdict.check for verdict in result.verdicts if not verdict.passed] == ["length"]


def test_the_result_says_how_it_came_about() -> None:
    """Ids, situation, policy, prompt, model and tokens of all attempts stand in the result."""
    result = result_of(ONE_FAILURE, GOOD, situation="broken", policy="default")
    assert (result.id, result.ref, result.situation, result.policy) == (
        "id-1",
        "ticket-7",
        "broken",
        "default",
    )
    assert (result.model, result.endpoint, result.prompt.name) == ("queue", "fake", "revise")
    assert (result.usage.prompt_tokens, result.usage.completion_tokens) == (20, 10)
    assert 0 <= result.timings_ms.checks <= result.timings_ms.total


def test_a_failed_draft_is_revised_by_its_findings() -> None:
    """The second prompt is about the first draft and what its checks said."""
    prompts = PlainPrompts()
    result = outcome_of(QueueModel(ONE_FAILURE, GOOD), prompts=prompts).result
    assert result.status == "ready"
    (revised,) = prompts.revised
    assert revised[0] == ONE_FAILURE
    assert [verdict.advice for verdict in revised[1] if not verdict.passed] == ["Say refund.", "Say short."]


def test_there_are_at_most_three_attempts() -> None:
    """After the third failure the loop gives up; a fourth answer is never asked for."""
    model = QueueModel(TWO_FAILURES, TWO_FAILURES, TWO_FAILURES, GOOD)
    result = outcome_of(model).result
    assert (result.status, len(model.asked)) == ("needs_review", 3)


@pytest.mark.parametrize(
    ("answers", "best"),
    [
        ((TWO_FAILURES, ONE_FAILURE, TWO_FAILURES), ONE_FAILURE),
        ((ONE_FAILURE, TWO_FAILURES, TWO_FAILURES), ONE_FAILURE),
        ((TWO_FAILURES, TWO_FAILURES, OTHER_FAILURE), OTHER_FAILURE),
        ((ONE_FAILURE, OTHER_FAILURE, TWO_FAILURES), ONE_FAILURE),
        ((OTHER_FAILURE, ONE_FAILURE, ONE_FAILURE), OTHER_FAILURE),
    ],
)
def test_the_best_attempt_is_kept(answers: tuple[str, ...], best: str) -> None:
    """The attempt with the fewest blocking failures is answered, the earliest of equals."""
    assert result_of(*answers, delivery="flagged").draft == best


def test_every_revision_starts_from_the_best_attempt() -> None:
    """A worse second attempt is not what the third one improves."""
    prompts = PlainPrompts()
    outcome_of(QueueModel(ONE_FAILURE, TWO_FAILURES, GOOD), prompts=prompts)
    assert [draft for draft, _ in prompts.revised] == [ONE_FAILURE, ONE_FAILURE]


@pytest.mark.parametrize(("delivery", "draft"), [(None, None), ("strict", None), ("flagged", ONE_FAILURE)])
def test_only_flagged_shows_a_failed_draft(delivery: str | None, draft: str | None) -> None:
    """Strict, the default, answers the verdicts without the text."""
    result = result_of(ONE_FAILURE, TWO_FAILURES, TWO_FAILURES, delivery=delivery)
    assert (result.status, result.draft) == ("needs_review", draft)
    assert not all(verdict.passed for verdict in result.verdicts)


def test_flagged_still_prefers_a_good_draft() -> None:
    """Flagged is no reason to stop before the checks pass."""
    assert result_of(ONE_FAILURE, GOOD, delivery="flagged").draft == GOOD


def test_attempts_are_answered_on_request() -> None:
    """`include_attempts` shows every text; the default shows none, and both keep them for the store."""
    shown = outcome_of(QueueModel(ONE_FAILURE, GOOD), make_case(include_attempts=True))
    assert shown.result.attempts == shown.attempts
    assert [attempt.draft for attempt in shown.attempts] == [ONE_FAILURE, GOOD]
    silent = outcome_of(QueueModel(ONE_FAILURE, GOOD))
    assert (silent.result.attempts, len(silent.attempts)) == (None, 2)
    assert "attempts" not in silent.result.to_json()


def test_an_unusable_answer_counts_as_an_attempt() -> None:
    """An empty answer is tried again, within the three attempts."""
    model = QueueModel(AnswerUnusable("empty"), AnswerUnusable("empty"), ONE_FAILURE, GOOD)
    result = outcome_of(model).result
    assert (result.status, len(model.asked)) == ("needs_review", 3)


def test_an_unusable_answer_leaves_the_first_prompt_in_place() -> None:
    """Without any draft there is nothing to revise."""
    prompts = PlainPrompts()
    result = outcome_of(QueueModel(AnswerUnusable("empty"), GOOD), prompts=prompts).result
    assert (result.status, result.prompt.name, prompts.revised) == ("ready", "reply", [])


def test_tokens_of_unusable_answers_count() -> None:
    """They are paid for like those of any other, and are part of the day's budget."""
    result = outcome_of(QueueModel(AnswerUnusable("refused", 700, 30), GOOD)).result
    assert (result.usage.prompt_tokens, result.usage.completion_tokens) == (710, 35)
    failed = outcome_of(QueueModel(*(AnswerUnusable("refused", 700, 30) for _ in range(3)))).result
    assert (failed.usage.prompt_tokens, failed.usage.completion_tokens) == (2_100, 90)


def test_what_is_spent_is_told_at_once() -> None:
    """Answer by answer, so that what a draft took is known where it is given up in the middle."""
    spent: list[Usage] = []

    async def run() -> None:
        model = QueueModel(AnswerUnusable("refused", 700, 30), ONE_FAILURE, EndpointFailed("down"))
        outcome = await drafter_with(model).draft("id-1", make_case(), NOW, spend=spent.append)
        assert outcome.result.usage == sum(spent, NO_USAGE)

    asyncio.run(run())
    assert [(each.prompt_tokens, each.completion_tokens) for each in spent] == [(700, 30), (10, 5)]


def test_a_complaint_that_the_model_finds_too_long_is_refused() -> None:
    """It is the caller's to shorten, although it seemed to fit."""
    with pytest.raises(InvalidField, match=r"^complaint\.text: .*too long for the model"):
        outcome_of(QueueModel(EndpointFailed("too long", "too_long")))


def test_a_revision_that_the_model_finds_too_long_leaves_the_first_draft() -> None:
    """There is a draft: it is returned with what is wrong in it."""
    result = outcome_of(QueueModel(ONE_FAILURE, EndpointFailed("too long", "too_long"))).result
    assert (result.status, result.attempts) == ("needs_review", None)
    assert [verdict.check for verdict in result.verdicts if not verdict.passed]


def test_nothing_but_unusable_answers_is_a_failure() -> None:
    """With no text at all the draft failed, and the fault says why."""
    outcome = outcome_of(QueueModel(*(AnswerUnusable("empty") for _ in range(3))))
    assert (outcome.result.status, outcome.result.draft, outcome.result.verdicts) == ("failed", None, ())
    assert isinstance(outcome.fault, AnswerUnusable)
    assert (outcome.result.model, outcome.result.prompt.name, outcome.attempts) == (None, "reply", ())


@pytest.mark.parametrize("fault", [EndpointFailed("down"), EndpointBusy("busy", 3), DeadlinePassed("late")], ids=repr)
def test_another_fault_ends_the_loop(fault: ModelError) -> None:
    """An endpoint that is down is not asked again."""
    model = QueueModel(fault, GOOD)
    outcome = outcome_of(model)
    assert (outcome.result.status, outcome.fault, len(model.asked)) == ("failed", fault, 1)


@pytest.mark.parametrize("fault", [EndpointFailed("down"), EndpointBusy("busy", 3), DeadlinePassed("late")], ids=repr)
def test_a_late_fault_keeps_the_earlier_attempt(fault: ModelError) -> None:
    """What there is already is answered rather than the fault."""
    outcome = outcome_of(QueueModel(ONE_FAILURE, fault), make_case(delivery="flagged"))
    assert (outcome.result.status, outcome.result.draft) == ("needs_review", ONE_FAILURE)
    assert (outcome.fault, len(outcome.attempts)) == (None, 1)


def test_a_revision_that_does_not_fit_keeps_the_earlier_attempt() -> None:
    """A draft too long to be revised within the model's context is no reason to lose it."""
    prompts = PlainPrompts(most_characters=5)
    outcome = outcome_of(QueueModel(ONE_FAILURE, GOOD), make_case(delivery="flagged"), prompts)
    assert (outcome.result.status, outcome.result.draft) == ("needs_review", ONE_FAILURE)


def test_a_revision_that_does_not_fit_ends_as_it_began() -> None:
    """Who was told that an attempt began hears that no text came of it."""
    heard: list[Progress] = []
    drafter = drafter_with(QueueModel(ONE_FAILURE, GOOD), PlainPrompts(most_characters=5))
    asyncio.run(drafter.draft("id-1", make_case(), NOW, heard.append))
    assert heard[-1] == AttemptFailed(attempt=2, reason="InvalidField", kind="too_long")


def test_omitted_history_is_told() -> None:
    """The result says how many messages did not fit, of the prompt that led to the draft."""
    assert outcome_of(QueueModel(GOOD), prompts=PlainPrompts(omitted=4)).result.history_omitted == 4


def test_options_reach_the_prompt() -> None:
    """Tone, words, instruction, the moment and the room that is left are asked of the prompt."""
    prompts = PlainPrompts()
    case = make_case(tone="warm", max_words=80, instruction="Mention the gift.")
    outcome_of(QueueModel(GOOD, context_tokens=1_000), case, prompts)
    ask = prompts.asked[-1]
    assert (ask.tone, ask.max_words, ask.instruction) == ("warm", 80, "Mention the gift.")
    assert (ask.now, ask.token_budget) == (NOW, 900)


def test_checks_see_the_whole_case() -> None:
    """A check is given complaint, channel, context, word limit, instruction and the prompt's own words."""
    seen: list[Draft] = []

    class Sees:
        name = "leakage"
        scale: Scale | None = None

        def read(self, draft: Draft) -> Reading:
            seen.append(draft)
            return Reading()

    drafter = drafter_with(QueueModel(GOOD), checks=make_checks(Sees()))
    case = make_case(max_words=80, instruction="Two sentences.")
    asyncio.run(drafter.draft("id-1", case, NOW))
    expected = Draft.reply_to(
        case.complaint, case.context, GOOD, NOW, max_words=80, instruction="Two sentences.", prompt="Write a reply."
    )
    assert seen == [expected]


@pytest.mark.parametrize(
    ("options", "field"),
    [({"policy": "none"}, "options.policy"), ({"situation": "none"}, "options.situation")],
)
def test_what_does_not_exist_is_refused(options: dict[str, object], field: str) -> None:
    """An unknown policy or situation costs no completion and names its field."""
    model = QueueModel(GOOD)
    with pytest.raises(InvalidField) as caught:
        outcome_of(model, make_case(None, **options))
    assert (caught.value.field, model.asked) == (field, [])


def test_the_policy_asked_for_decides() -> None:
    """A check that blocks by one policy only advises by another."""
    rules = make_policy().checks
    mild = make_policy(name="default", checks=rules.model_dump() | {"solution": {"blocking": False, "limit": 2}})
    checks = make_checks(Needs("solution", "refund"), default=make_policy(), mild=mild)
    drafter = drafter_with(QueueModel(ONE_FAILURE), checks=checks, budget=Budget(30, 1))
    result = asyncio.run(drafter.draft("id-1", make_case(policy="mild"), NOW)).result
    assert (result.status, result.policy) == ("ready", "mild")


class WaitingModel:
    """A model that answers drafts with failures, notes its deadlines and seeds, and takes a while."""

    context_tokens = 8192

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.deadlines: list[float] = []
        self.seeds: list[int] = []

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """A useless text, unless the deadline passes first."""
        del messages, schema, grammar
        self.deadlines.append(deadline)
        self.seeds.append(seed)
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.sleep(self.seconds)
        except TimeoutError as error:
            raise DeadlinePassed("too late") from error
        return Completion(TWO_FAILURES, "waiting", "fake", 1, 1)


def test_one_deadline_holds_for_all_attempts() -> None:
    """Each attempt gets what the earlier ones left, and another seed."""
    model = WaitingModel(0)
    outcome_of(model)
    assert (len(set(model.deadlines)), model.seeds) == (1, [1, 2, 3])


def test_the_deadline_ends_the_loop() -> None:
    """When time runs out in the second attempt, the first one is answered."""
    model = WaitingModel(0.2)
    drafter = drafter_with(model, budget=Budget(0.3, 3))
    outcome = asyncio.run(drafter.draft("id-1", make_case(), NOW))
    assert (outcome.result.status, len(model.seeds), outcome.fault) == ("needs_review", 2, None)
    assert outcome.result.timings_ms.model >= 200


class NotingJudge:
    """A judge that lets everything pass as it is, and notes its deadlines."""

    def __init__(self) -> None:
        self.deadlines: list[float] = []

    async def decide(self, report: Report, draft: Draft, deadline: float = math.inf) -> Report:
        """Leave the report as it is."""
        del draft
        self.deadlines.append(deadline)
        return report


def test_the_judge_works_within_the_drafts_deadline() -> None:
    """Every attempt is judged, and none after the time for the whole draft."""
    judge, model = NotingJudge(), WaitingModel(0)
    drafter = drafter_with(model, checks=make_checks(judge=judge))
    asyncio.run(drafter.draft("id-1", make_case(), NOW))
    assert judge.deadlines == model.deadlines
    assert len(judge.deadlines) == 3


def test_drafts_at_once_do_not_mix() -> None:
    """One loop serves many cases, each with its own attempts."""

    async def both() -> tuple[Outcome, Outcome]:
        drafter = drafter_with(QueueModel(ONE_FAILURE, TWO_FAILURES, *[GOOD] * 2))
        return await asyncio.gather(drafter.draft("id-1", make_case(), NOW), drafter.draft("id-2", make_case(), NOW))

    first, second = asyncio.run(both())
    assert [attempt.draft for attempt in first.attempts] == [ONE_FAILURE, GOOD]
    assert [attempt.draft for attempt in second.attempts] == [TWO_FAILURES, GOOD]


class EndlessModel:
    """A model that never answers with this text, but with the others at once; it notes what was given up."""

    context_tokens = 8192

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.given_up = 0

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """The answer of this seed; None is one that does not come."""
        del messages, deadline, schema, grammar
        answer = self.answers[seed - 1]
        if answer is None:
            try:
                await asyncio.Event().wait()
            finally:
                self.given_up += 1
        return Completion(answer or "", "endless", "fake", 1, 1)


def test_the_best_of_a_round_is_kept() -> None:
    """Several texts of one round compete, and the checks choose."""
    model = QueueModel(TWO_FAILURES, ONE_FAILURE, TWO_FAILURES)
    budget = Budget(30, 1, candidates=3, at_once=3)
    outcome = asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(delivery="flagged"), NOW))
    assert (outcome.result.draft, len(outcome.attempts)) == (ONE_FAILURE, 3)


def test_nothing_is_begun_after_the_deadline() -> None:
    """Attempts that cannot be made are not told of, and what took the time is what is told."""
    model = QueueModel(EndpointFailed("it is broken"), *[DeadlinePassed("it is over")] * 20)
    told: list[object] = []
    budget = Budget(0, 3, candidates=6)
    outcome = asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(), NOW, told.append))
    assert isinstance(outcome.fault, EndpointFailed)
    assert len([each for each in told if isinstance(each, AttemptStarted)]) == 1


def test_a_round_ends_with_the_first_good_draft() -> None:
    """Who has what was asked for does not wait for the rest, and the rest is given up."""
    model = EndlessModel(None, GOOD, None)
    budget = Budget(30, 3, candidates=3, at_once=3)
    outcome = asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(), NOW))
    assert (outcome.result.status, outcome.result.draft, len(outcome.attempts)) == ("ready", GOOD, 1)
    assert model.given_up == 2


def test_the_next_round_revises_the_best_of_the_last() -> None:
    """Every candidate of a later round starts from the same best draft."""
    prompts = PlainPrompts()
    model = QueueModel(TWO_FAILURES, ONE_FAILURE, TWO_FAILURES, GOOD)
    drafter = drafter_with(model, prompts, budget=Budget(30, 2, candidates=2))
    result = asyncio.run(drafter.draft("id-1", make_case(), NOW)).result
    assert result.status == "ready"
    assert [draft for draft, _ in prompts.revised] == [ONE_FAILURE, ONE_FAILURE]


def test_one_unusable_answer_of_a_round_is_no_end() -> None:
    """Where one candidate came to nothing and another to a text, the loop goes on."""
    model = QueueModel(EndpointFailed("down"), ONE_FAILURE, GOOD)
    drafter = drafter_with(model, budget=Budget(30, 3, candidates=2))
    assert asyncio.run(drafter.draft("id-1", make_case(), NOW)).result.status == "ready"


OTHER_GOOD = "So sorry. In short: a refund comes."


def test_alternatives_are_other_good_drafts() -> None:
    """As many different drafts as were asked for, best first; the same text again is none."""
    model = QueueModel(GOOD, f" {GOOD.upper()} ".lower(), OTHER_GOOD, ADVISED)
    outcome = outcome_of(model, make_case(alternatives=2))
    assert outcome.result.draft == GOOD
    assert [each.draft for each in outcome.result.alternatives or ()] == [OTHER_GOOD, ADVISED]


@pytest.mark.parametrize(("delivery", "others"), [("strict", []), ("flagged", [ONE_FAILURE])])
def test_a_failed_alternative_is_only_shown_when_flagged(delivery: str, others: list[str]) -> None:
    """An alternative is held to what the draft is held to."""
    model = QueueModel(GOOD, *[ONE_FAILURE] * 5)
    result = outcome_of(model, make_case(alternatives=1, delivery=delivery)).result
    assert [each.draft for each in result.alternatives or ()] == others


def test_without_the_option_there_are_no_alternatives() -> None:
    """What was not asked for is absent from the answer."""
    result = result_of(GOOD)
    assert result.alternatives is None
    assert "alternatives" not in result.to_json()


def test_progress_is_told_without_any_text() -> None:
    """Every attempt is heard of when it begins and when it ends; an unchecked text is never among it."""
    heard: list[Progress] = []
    model = QueueModel(AnswerUnusable("empty"), ONE_FAILURE, GOOD)
    asyncio.run(drafter_with(model).draft("id-1", make_case(), NOW, heard.append))
    assert [(type(each), each.attempt) for each in heard] == [
        (AttemptStarted, 1),
        (AttemptFailed, 1),
        (AttemptStarted, 2),
        (AttemptChecked, 2),
        (AttemptStarted, 3),
        (AttemptChecked, 3),
    ]
    assert [each.passed for each in heard if isinstance(each, AttemptChecked)] == [False, True]
    assert not any('"draft"' in each.model_dump_json() for each in heard)


def test_time_side_by_side_counts_once() -> None:
    """Three texts written at the same time have taken as long as one."""
    budget = Budget(30, 1, candidates=3, at_once=3)
    outcome = asyncio.run(drafter_with(WaitingModel(0.2), budget=budget).draft("id-1", make_case(), NOW))
    assert 190 <= outcome.result.timings_ms.model <= outcome.result.timings_ms.total


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_are_asked_at_once_than_allowed(at_once: int) -> None:
    """An endpoint is not asked for more texts at the same time than it can write."""
    running, most = 0, 0

    class Counts:
        context_tokens = 8192

        async def complete(
            self,
            messages: Sequence[Message],
            *,
            deadline: float,
            seed: int,
            schema: Schema | None = None,
            grammar: str | None = None,
        ) -> Completion:
            nonlocal running, most
            del messages, deadline, seed, schema, grammar
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1
            return Completion(TWO_FAILURES, "counts", "fake", 1, 1)

    budget = Budget(30, 1, candidates=4, at_once=at_once)
    asyncio.run(drafter_with(Counts(), budget=budget).draft("id-1", make_case(), NOW))
    assert most == at_once


async def danger(policy: str, complaint: Complaint, context: Context) -> str | None:
    """Everything is for a person."""
    del policy, complaint, context
    return "safety: somebody may be hurt"


def test_a_complaint_for_a_person_is_not_drafted() -> None:
    """No model is asked: the result says that a person must answer, and why."""
    model = QueueModel(GOOD)
    drafter = drafter_with(model, find_escalation=danger)
    outcome = asyncio.run(drafter.draft("id-1", make_case(), NOW))
    result = outcome.result
    assert (result.status, result.draft, result.escalate) == ("needs_review", None, "safety: somebody may be hurt")
    assert (model.asked, outcome.attempts, outcome.fault, result.verdicts) == ([], (), None, ())


def test_flagged_drafts_even_what_a_person_must_answer() -> None:
    """Who asks for flagged drafts gets one, and never as ready."""
    drafter = drafter_with(QueueModel(GOOD), find_escalation=danger)
    result = asyncio.run(drafter.draft("id-1", make_case(delivery="flagged"), NOW)).result
    assert (result.status, result.draft, result.escalate) == ("needs_review", GOOD, "safety: somebody may be hurt")


def test_an_ordinary_complaint_says_nothing_of_it() -> None:
    """`escalate` is null where no person is needed."""
    assert result_of(GOOD).escalate is None


@pytest.mark.parametrize(("choose_from", "draft"), [(1, ADVISED), (2, GOOD)])
def test_the_best_may_be_chosen_from_several_good_drafts(choose_from: int, draft: str) -> None:
    """The first good draft is taken, or the better of two."""
    model = QueueModel(ONE_FAILURE, ADVISED, GOOD, GOOD)
    budget = Budget(30, 1, candidates=4, choose_from=choose_from)
    result = asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(), NOW)).result
    assert (result.draft, len(model.asked)) == (draft, 1 + choose_from)


def test_one_good_draft_is_enough_after_a_round() -> None:
    """Where a round gave fewer good drafts than there might be to choose from, there is no further round."""
    model = QueueModel(GOOD, ONE_FAILURE)
    budget = Budget(30, 3, candidates=2, choose_from=2)
    result = asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(), NOW)).result
    assert (result.status, len(model.asked)) == ("ready", 2)


def said(text: str, *logprobs: float | None) -> Completion:
    """A text whose sentences have these logarithms for each of their characters; None where it is not known."""
    known = [(span, value) for span, value in zip(sentences(text), cycle(logprobs), strict=False) if value is not None]
    told = tuple(Sentence(span.start, span.end, value * (span.end - span.start)) for span, value in known)
    return Completion(text, "queue", "fake", 10, 5, told)


@pytest.mark.parametrize(
    ("first", "second", "draft"), [(-0.4, -0.3, OTHER_GOOD), (-0.3, -0.4, GOOD), (None, 0.0, GOOD)]
)
def test_of_several_good_drafts_the_one_that_the_model_is_surer_of_is_taken(
    first: float | None, second: float, draft: str
) -> None:
    """Where the model does not say, the earlier one."""
    model = QueueModel(said(GOOD, first), said(OTHER_GOOD, second))
    budget = Budget(30, 1, candidates=2, choose_from=2)
    assert asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(), NOW)).result.draft == draft


def test_no_sureness_makes_up_for_a_failure() -> None:
    """A draft in which a check finds nothing goes before one that the model is surer of."""
    model = QueueModel(said(ONE_FAILURE, -0.01), said(GOOD, -2.0))
    budget = Budget(30, 1, candidates=2, choose_from=2)
    assert asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(), NOW)).result.draft == GOOD


def test_what_the_model_did_not_expect_is_left_out() -> None:
    """Of two drafts that pass the one is taken that the model is surer of without what it is unsure of."""
    doubtful = "We are sorry. A short note: the refund is on its way. Your uncle is a bus."
    model = QueueModel(said(GOOD, -0.05), said(doubtful, -0.01, -0.01, -0.5))
    budget = Budget(30, 1, candidates=2, choose_from=2, most_surprise=0.1)
    result = asyncio.run(drafter_with(model, budget=budget).draft("id-1", make_case(include_attempts=True), NOW)).result
    assert result.draft == "We are sorry. A short note: the refund is on its way."
    assert [each.draft for each in result.attempts or ()] == [GOOD, result.draft]


def test_what_is_tried_is_told_to_nobody() -> None:
    """Verdicts count once an attempt, on the text that is left."""
    heard: list[Report] = []
    shipped = make_checks()
    checks = PolicyChecks(shipped.policies, lambda _: CHECKS, 5, NoJudge("there is none"), heard.append)
    model = QueueModel(said("We are sorry. In short: a refund comes. Your uncle is a bus.", -0.01, -0.01, -0.5))
    drafter = drafter_with(model, checks=checks, budget=Budget(30, 1, most_surprise=0.1))
    result = asyncio.run(drafter.draft("id-1", make_case(), NOW)).result
    assert result.draft == "We are sorry. In short: a refund comes."
    assert [each.verdicts for each in heard] == [result.verdicts]
