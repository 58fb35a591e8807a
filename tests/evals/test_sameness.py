"""How alike drafts are: what the cases say does not count, and a template is found."""

from __future__ import annotations

from evals.outcomes import CaseOutcome
from evals.sameness import sameness
from tests.evals.report.samples import make_case, make_outcome

TEMPLATE = "We take every complaint seriously and will do our best"


def drafted(*texts: str | None, complaint: str = "My kettle broke.") -> list[CaseOutcome]:
    """An outcome of one case for each draft."""
    case = make_case(complaint={"text": complaint, "channel": "email"})
    return [make_outcome(case, draft=text) for text in texts]


def test_a_run_of_eight_words_that_many_drafts_share_is_found() -> None:
    """It is counted once for each draft, whatever its case and its punctuation."""
    found = sameness(drafted(f"{TEMPLATE}.", f"Well, {TEMPLATE.upper()}! {TEMPLATE}", "Something else entirely."))
    assert (found.drafts, found.in_drafts) == (3, 2)
    assert found.shared is not None
    assert found.shared in TEMPLATE.casefold()
    assert len(found.shared.split()) == 8


def test_what_the_case_says_is_no_template() -> None:
    """Every good draft repeats the facts of its case."""
    found = sameness(drafted(TEMPLATE, TEMPLATE, complaint=f"You say: {TEMPLATE}!"))
    assert (found.shared, found.in_drafts) == (None, 0)


def test_cases_without_a_draft_do_not_count() -> None:
    """Nothing was written for them."""
    found = sameness(drafted(None, "Short."))
    assert (found.drafts, found.shared, found.distinct_2) == (1, None, 1.0)


def test_distinct_pairs_are_counted_over_all_drafts() -> None:
    """Two equal drafts of three words have two different pairs among four."""
    assert sameness(drafted("one two three", "one two three")).distinct_2 == 0.5
