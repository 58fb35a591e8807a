"""Tests of how rules and support model decide together."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from guardrails.checks.grounding import Grounding
from guardrails.checks.remedies import Remedies
from guardrails.support import SHORT, Marked, SupportReading
from guardrails.types import Draft
from tests.guardrails.exact import GOOD, quoted, read

CAUSE, GIFT, AMOUNT = "November is always busy.", "We will plant a tree for you.", "We will refund £500."


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model that says the same of every draft: whether rules may be right, and which words are at fault."""

    credible: bool = False
    words: str = ""

    def read(self, draft: Draft) -> SupportReading:
        """The same of both checks; every token is far from doubt."""
        at = draft.text.find(self.words) if self.words else -1
        spans = ((at, at + len(self.words)),) if at >= 0 else ()
        marked = Marked(faulty=bool(spans), spans=spans, chance=0.5, credible=self.credible, doubt=1.0)
        return SupportReading(marked, marked)


class Broken:
    """A model that fails."""

    def read(self, draft: Draft) -> SupportReading:
        """Nothing is read."""
        raise RuntimeError(draft.text[:0])


@pytest.mark.parametrize(("check", "words"), [(Grounding, CAUSE), (Remedies, GIFT)])
def test_a_finding_of_rules_needs_to_be_credible(check: type[Grounding | Remedies], words: str) -> None:
    """In a whole draft what rules find in the words stands unless the model finds nothing near it."""
    text = f"{GOOD}\n{words}"
    found = quoted(read(check(Opinion(credible=True)), text), text)
    assert len(found) == 1
    assert found[0] in words
    assert not read(check(Opinion(credible=False)), text).faulty


@pytest.mark.parametrize(("check", "words"), [(Grounding, CAUSE), (Remedies, GIFT)])
def test_short_drafts(check: type[Grounding | Remedies], words: str) -> None:
    """Rules alone decide on a draft that is too short for the model, which is not even asked."""
    assert len(words.split()) < SHORT
    assert read(check(Broken()), words).faulty


@pytest.mark.parametrize("check", [Grounding, Remedies])
def test_the_model_adds_what_it_finds(check: type[Grounding | Remedies]) -> None:
    """What no rule sees is a finding on the model's words, with advice that names them."""
    words = "That was our mistake"
    reading = read(check(Opinion(words=words)), GOOD)
    assert quoted(reading, GOOD) == [words]
    assert words in (reading.advice or "")
    assert reading.decided_by == "model"


def test_exact_values_need_no_second_opinion() -> None:
    """An amount that the case does not give is a fault whatever the model says."""
    text = f"{GOOD}\n{AMOUNT}"
    assert "£500" in quoted(read(Grounding(Opinion(credible=False)), text), text)


@pytest.mark.parametrize("check", [Grounding, Remedies])
def test_a_model_that_fails_is_an_error(check: type[Grounding | Remedies]) -> None:
    """Nothing passes because the model broke: the runner turns the error into a failed check."""
    with pytest.raises(RuntimeError):
        read(check(Broken()), GOOD)
