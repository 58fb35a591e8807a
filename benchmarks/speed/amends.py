"""Amends with other checks than its own, for the benchmark alone: everything else is as `amends serve` has it.

`python -m benchmarks.speed.amends CHECKS`, with the settings from the environment; CHECKS is `none`, `simple` for the
six of simple_checks.py, or `rules` for those of the catalog that need no model. No model looks for reasons to leave a
complaint to a person, and situations are found by words. There is no such switch in Amends.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from benchmarks.speed.simple_checks import SIMPLE_CHECKS
from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from guardrails.policy import Policy
from guardrails.support_model.reader import OnnxSupportModel
from guardrails.types import Check, Complaint, Context, Draft, Reading
from service.checking import PolicyChecks
from service.drafting import ReplyDrafter
from service.gate import GatedModel
from service.intake import Intake
from service.logs import configure_logs
from service.main import Parts, running
from service.policies import load_policies
from service.server import serve_forever
from service.settings import Settings, read_environment
from service.situations import SituationFinder
from service.wiring.clock import utc_now
from service.wiring.drafting import load_library, make_budget
from service.wiring.models import NO_JUDGE, make_gate, with_placeholders
from service.writing import ModelWriter

RULES = ("constraints", "placeholders", "personal_data", "leakage", "language", "length")


@dataclass(frozen=True, slots=True)
class SimpleCheck:
    """One of the six as a check of Amends."""

    name: str
    passes: Callable[[str], bool]
    scale: None = None

    def read(self, draft: Draft) -> Reading:
        """Whether it passes, and nothing more."""
        return Reading(faulty=not self.passes(draft.text))


def _none(_: Policy) -> Sequence[Check]:
    return ()


def _simple(_: Policy) -> Sequence[Check]:
    return tuple(SimpleCheck(name, passes) for name, passes in SIMPLE_CHECKS.items())


def _rules(policy: Policy) -> Sequence[Check]:
    return tuple(each for each in all_checks(policy, OnnxCheckModel(), OnnxSupportModel()) if each.name in RULES)


CATALOGS: dict[str, Callable[[Policy], Sequence[Check]]] = {"none": _none, "simple": _simple, "rules": _rules}


async def _no_escalation(policy: str, complaint: Complaint, context: Context) -> None:
    del policy, complaint, context


def make_drafter(settings: Settings, parts: Parts, kind: str) -> ReplyDrafter:
    """The loop over the running parts' own client of the endpoint, with other checks."""
    (model,) = parts.models
    (asked,) = with_placeholders(settings, (), [GatedModel(model, make_gate(settings, model))])
    prompts = load_library(settings)
    return ReplyDrafter(
        ModelWriter(asked, prompts, settings.model_max_tokens),
        SituationFinder(prompts.situations),
        _no_escalation,
        PolicyChecks(load_policies(None), CATALOGS[kind], settings.check_timeout_s, NO_JUDGE),
        make_budget(settings, embedded=False),
    )


@asynccontextmanager
async def running_with(kind: str, settings: Settings) -> AsyncIterator[Parts]:
    """All parts as they are, but for the loop."""
    async with running(settings) as parts:
        drafter = make_drafter(settings, parts, kind)
        yield replace(parts, drafter=drafter, intake=Intake(drafter, parts.drafts, utc_now, settings.max_drafts))


def main() -> None:
    """Read the settings and serve."""
    settings = read_environment()
    configure_logs(settings.log_level)
    asyncio.run(serve_forever(settings, partial(running_with, sys.argv[1])))


if __name__ == "__main__":
    main()
