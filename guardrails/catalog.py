"""The visible list of checks, in the order in which verdicts are answered."""

from __future__ import annotations

from typing import get_args

from guardrails.checks.acknowledgement import Acknowledgement
from guardrails.checks.apology import Apology
from guardrails.checks.constraints import Constraints
from guardrails.checks.excuses import Excuses
from guardrails.checks.follow_up import FollowUp
from guardrails.checks.grounding import Grounding
from guardrails.checks.language import Language
from guardrails.checks.leakage import Leakage
from guardrails.checks.length import Length, LengthLimit
from guardrails.checks.personal_data import PersonalData
from guardrails.checks.placeholders import Placeholders
from guardrails.checks.remedies import Remedies
from guardrails.checks.solution import Solution
from guardrails.checks.tone import Tone
from guardrails.languages import identifier
from guardrails.levels import CheckModel
from guardrails.policy import LengthRule, Policy
from guardrails.support import SupportModel
from guardrails.types import Channel, Check
from guardrails.values.contacts import load_regions


def all_checks(policy: Policy, model: CheckModel, support: SupportModel) -> tuple[Check, ...]:
    """Every check with the policy's options; `model` reads the six with levels, `support` compares with the case.

    The tables that checks need only for some drafts are read here, once in a process: none of these drafts has to wait.
    """
    identifier()
    load_regions()
    return (
        Apology(model),
        Excuses(model),
        Solution(model),
        FollowUp(model),
        Acknowledgement(model),
        Tone(model),
        Grounding(support),
        Remedies(support),
        Constraints(banned_phrases=policy.banned_phrases),
        Placeholders(),
        PersonalData(),
        Leakage(),
        Language(),
        Length(limits={channel: _limit(policy.length(channel)) for channel in get_args(Channel)}),
    )


def _limit(rule: LengthRule) -> LengthLimit:
    return LengthLimit(words=rule.words, characters=rule.characters)
