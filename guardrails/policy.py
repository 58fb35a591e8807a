"""What a business demands of a draft: which checks block, at which level, and the limits that they hold it to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from guardrails.escalation import EscalationRule
from guardrails.located_yaml import YamlError, parse_as
from guardrails.types import Channel, Contract, Probability, SkipKind, Statement

Outcome = Literal["pass", "fail"]
UncertainOutcome = Literal["fail", "level", "judge"]


class CheckRule(Contract):
    """How one check counts."""

    blocking: bool


class LevelRule(CheckRule):
    """How a check with levels counts; `limit` is the lowest level that passes (the highest, for tone)."""

    limit: int


class ApologyRule(LevelRule):
    """Levels 0 to 3; 2 is the least that checks.md lets pass."""

    limit: int = Field(ge=2, le=3)


class SolutionRule(LevelRule):
    """Levels 0 to 2."""

    limit: int = Field(ge=2, le=2)


class ToneRule(LevelRule):
    """Levels 0 to 2; at most `limit` passes."""

    limit: int = Field(ge=0, le=1)


class CheckRules(Contract):
    """One rule for each check of the catalog; none may be left out, so that a policy can be read whole."""

    apology: ApologyRule
    excuses: CheckRule
    solution: SolutionRule
    follow_up: ApologyRule
    acknowledgement: SolutionRule
    tone: ToneRule
    grounding: CheckRule
    remedies: CheckRule
    constraints: CheckRule
    placeholders: CheckRule
    personal_data: CheckRule
    leakage: CheckRule
    language: CheckRule
    length: CheckRule


class UncertainRule(Contract):
    """Which scores of the checks with levels are uncertain, both ends included, and who decides then.

    `fail`: the check does not pass. `level`: the level decides, as everywhere else. `judge`: a language model
    decides, and where none does, the check does not pass.
    """

    low: Probability
    high: Probability
    outcome: UncertainOutcome

    @field_validator("high")
    @classmethod
    def _above_low(cls, high: float, info: ValidationInfo) -> float:
        low = info.data.get("low")  # absent where it is at fault itself
        if low is not None and high <= low:
            raise PydanticCustomError("band", "Input should be greater than low, which is {low}", {"low": low})
        return high

    def holds(self, score: float | None) -> bool:
        """Whether this score is uncertain; where there is none, nothing is."""
        return score is not None and self.low <= score <= self.high


class LengthRule(Contract):
    """The most that a draft may have on one channel; None is no limit."""

    words: int | None = Field(default=None, ge=1)
    characters: int | None = Field(default=None, ge=1)


class Lengths(Contract):
    """A length for each channel."""

    email: LengthRule
    chat: LengthRule
    review: LengthRule
    social: LengthRule


class SkippedOutcomes(Contract):
    """What a check that could not apply counts as."""

    no_context: Outcome
    unread_language: Outcome


class Policy(Contract):
    """One policy file."""

    model_config = ConfigDict(title="Policy")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    description: Statement
    explanations: bool = Field(description="Whether an owned or informative explanation passes the excuses check.")
    checks: CheckRules
    skipped: SkippedOutcomes
    uncertain: UncertainRule
    escalate: EscalationRule
    lengths: Lengths
    banned_phrases: tuple[Statement, ...]

    def rule(self, check: str) -> CheckRule:
        """The rule of a check of the catalog."""
        rule = getattr(self.checks, check)
        assert isinstance(rule, CheckRule)
        return rule

    def limit(self, check: str) -> int | None:
        """The level at which a check passes, or None for a check without levels."""
        if check == "excuses":
            return 1 if self.explanations else 0
        rule = self.rule(check)
        return rule.limit if isinstance(rule, LevelRule) else None

    def passes_when_skipped(self, kind: SkipKind) -> bool:
        """Whether a check that was skipped for this cause counts as passed."""
        outcome: Outcome = getattr(self.skipped, kind)
        return outcome == "pass"

    def length(self, channel: Channel) -> LengthRule:
        """The length limit of a channel."""
        rule = getattr(self.lengths, channel)
        assert isinstance(rule, LengthRule)
        return rule


def parse_policy(text: str, name: str) -> Policy:
    """Read the policy of the file `name`.yaml.

    Raises:
        YamlError: with line and field of the first fault.
    """
    policy, located = parse_as(text, Policy)
    if policy.name != name:
        raise YamlError(located.line(("name",)), "name", f"is '{policy.name}', but the file is '{name}.yaml'")
    return policy
