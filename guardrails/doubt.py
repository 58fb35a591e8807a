"""What an uncertain verdict becomes: a score near the middle is a guess, and a guess must not send a reply."""

from __future__ import annotations

from guardrails.policy import UncertainRule
from guardrails.types import Verdict

PLAINER = "Put it so that nobody can doubt it."
DOUBT = "The check is not sure of this."


def settled(verdict: Verdict, advice: str | None, rule: UncertainRule) -> Verdict:
    """The verdict as the policy wants it; `advice` is what the check says of the level that it read."""
    if rule.outcome == "level" or not rule.holds(verdict.score):
        return verdict
    if rule.outcome == "judge":
        return undecided(verdict, "none was asked")
    doubted = tuple(each.model_copy(update={"reason": f"{each.reason} {DOUBT}"}) for each in verdict.findings)
    why = f"It is not certain that this passes: the probability is {verdict.score:.0%}. {advice or PLAINER}"
    return verdict.model_copy(update={"passed": False, "findings": doubted, "advice": why})


def undecided(verdict: Verdict, why: str) -> Verdict:
    """An uncertain verdict that no judge has decided; `why` is half a sentence."""
    error = f"The check '{verdict.check}' is uncertain, and no judge has decided: {why}; the draft counts as failed."
    return verdict.model_copy(update={"passed": False, "advice": None, "error": error})
