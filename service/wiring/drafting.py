"""Makes the loop with its checks and its prompts, over whatever models there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from guardrails.catalog import all_checks
from guardrails.complaint_model.reader import OnnxComplaintModel
from guardrails.model.reader import OnnxCheckModel
from guardrails.runner import Report
from guardrails.support_model.reader import OnnxSupportModel
from service.breaker import Breaker
from service.checking import AnyJudge, PolicyChecks, unheard
from service.drafting import Budget, ReplyDrafter
from service.embedded.grammar import grammar_of
from service.endpoints import Listed
from service.escalating import Escalations
from service.fallback import FallbackChain, Link
from service.model import Model
from service.policies import load_policies
from service.prompts import EMBEDDED_MODEL, GENERAL_MODELS, PromptLibrary, load_prompts
from service.settings import Settings
from service.situations import SituationFinder
from service.wiring.files import PROMPTS
from service.wiring.models import NO_JUDGE
from service.writing import ModelWriter, Writer

# One after the other: side by side they take longer, and each would read the prompt again.
EMBEDDED_CANDIDATES = 6
EMBEDDED_CHOICE = 4  # good drafts of which the surest one is taken
EMBEDDED_SURPRISE = 0.09  # nats a character; training/drafter/README.md has what other cuts leave out


def make_checks(
    settings: Settings, judge: AnyJudge = NO_JUDGE, heard: Callable[[Report], None] = unheard
) -> PolicyChecks:
    """Every policy with its checks, over one check model; `heard` is told of every report.

    Raises:
        ConfigurationError: a policy is wrong.
    """
    catalog = partial(all_checks, model=OnnxCheckModel(), support=OnnxSupportModel())
    return PolicyChecks(load_policies(settings.policy_dir), catalog, settings.check_timeout_s, judge, heard)


def load_library(settings: Settings, folder: Path = PROMPTS) -> PromptLibrary:
    """The prompts of a folder that are right for the model of the settings.

    Raises:
        ConfigurationError: a prompt is wrong.
    """
    return load_prompts(folder, GENERAL_MODELS if settings.model_url else EMBEDDED_MODEL)


def make_drafter(
    settings: Settings, model: Model, checks: PolicyChecks, prompts: PromptLibrary, *, one_by_one: bool = False
) -> ReplyDrafter:
    """The loop over any model, for whoever brings one along.

    `one_by_one` asks for one text at a time, so that the same answers always lead to the same draft.
    """
    grammar = None if settings.model_url else grammar_of
    writer = ModelWriter(model, prompts, settings.model_max_tokens, grammar)
    budget = make_budget(settings, embedded=settings.model_url is None)
    if one_by_one:
        budget = replace(budget, at_once=1)
    return _drafter(writer, prompts, checks, budget)


def make_chain_drafter(
    settings: Settings,
    listed: Sequence[Listed],
    models: Sequence[Model],
    checks: PolicyChecks,
    shown: Callable[[str, Breaker], None],
) -> ReplyDrafter:
    """The loop over several endpoints, each with a model of its own, in the order in which they are tried.

    `shown` is given the breaker of each.
    """
    general, embedded = (load_prompts(PROMPTS, names) for names in (GENERAL_MODELS, EMBEDDED_MODEL))
    links = []
    for each, model in zip(listed, models, strict=True):
        prompts = general if each.endpoint else embedded
        max_tokens = each.endpoint.max_tokens if each.endpoint else settings.model_max_tokens
        writer = ModelWriter(model, prompts, max_tokens, None if each.endpoint else grammar_of)
        link = Link(each.name, writer, each.deadline_s)
        shown(link.name, link.breaker)
        links.append(link)
    only_embedded = all(each.endpoint is None for each in listed)
    budget = make_budget(settings, embedded=only_embedded)
    return _drafter(FallbackChain(links), general, checks, budget)


def make_budget(settings: Settings, *, embedded: bool) -> Budget:
    """What a draft may cost: an embedded text costs nothing but time, and the best of several is taken."""
    candidates = settings.candidates or (EMBEDDED_CANDIDATES if embedded else 1)
    return Budget(
        deadline_s=settings.deadline_s,
        rounds=settings.max_attempts,
        candidates=candidates,
        at_once=1 if embedded else candidates,
        choose_from=EMBEDDED_CHOICE if embedded else 1,
        most_surprise=EMBEDDED_SURPRISE if embedded else None,
    )


@cache
def _complaint_model() -> OnnxComplaintModel:
    """One for all drafters of the process: it holds no state, and a replay makes a drafter for every case."""
    return OnnxComplaintModel()


def _drafter(writer: Writer, prompts: PromptLibrary, checks: PolicyChecks, budget: Budget) -> ReplyDrafter:
    model = _complaint_model()
    escalations = Escalations(checks.policies, model)
    situations = SituationFinder(prompts.situations, model.situations)
    return ReplyDrafter(writer, situations, escalations.find, checks, budget)
