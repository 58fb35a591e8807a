"""Flags what breaks a constraint of the case or a phrase that the policy bans; says which it cannot decide."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.types import Draft, Finding, Reading
from guardrails.values.breach import Undecided, banned
from guardrails.values.breaches import COUNTED, broken
from guardrails.values.constraint_rules import rules


@dataclass(frozen=True, slots=True)
class Constraints:
    """The draft keeps every constraint that a machine can decide, and has none of the banned phrases."""

    banned_phrases: tuple[str, ...] = ()
    name = "constraints"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where one is broken; `unverified` holds, word for word, those that stay open.

        Of what was wished of this draft alone, what can be counted is held to as well: sentences, words, marks.
        """
        breaches = list(banned(draft.text, self.banned_phrases))
        wish = draft.instruction or ""
        for rule in rules(wish):
            if rule is not None and rule.kind in COUNTED:
                breaches.extend(broken(rule, draft, f"The instruction says: '{wish}'."))
        unverified: list[str] = []
        for constraint in (draft.context.constraints or ()) if draft.context else ():
            open_part = False
            for rule in rules(constraint):
                try:
                    breaches.extend(broken(rule, draft, f"The constraint says: '{constraint}'."))
                except Undecided:
                    open_part = True
            if open_part:
                unverified.append(constraint)
        spans = dict.fromkeys((start, end, breach.reason) for breach in breaches for start, end in breach.spans)
        return Reading(
            faulty=bool(breaches),
            findings=tuple(Finding(*span) for span in sorted(spans) if span[1] > span[0]),
            advice=" ".join(dict.fromkeys(breach.advice for breach in breaches)) or None,
            unverified=tuple(unverified),
        )
