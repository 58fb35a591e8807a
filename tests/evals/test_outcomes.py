"""What holds of an outcome: expectations, marks, attacks, and what a run comes to."""

from __future__ import annotations

import pytest

from evals.outcomes import EXPECTED, READY, CaseOutcome, grouped, mentions, outcome, summarise
from guardrails.types import Verdict
from service.schemas import Status
from tests.evals.labelled_drafts import make_verdict
from tests.evals.made import make_case, make_outcome

SORRY, TONE = make_verdict("apology", 2), make_verdict("tone", 1)
NOTE = Verdict(check="length", passed=False, blocking=False, level=None, limit=None, score=None, findings=())


@pytest.mark.parametrize(
    ("draft", "text", "stands"),
    [
        ("Your kettle broke.", "kettle", True),
        ("Your KETTLE broke.", "Kettle", True),
        ("STRASSE", "straße", True),
        ("by noon on Wednesday", "noon  on\nWednesday", True),
        ("020\u00a07946\u202f0142", "020 7946 0142", True),
        ("It’s ours", "it's ours", True),
        ("‘no’ and “yes”", "'no' and \"yes\"", True),
        ("9–5 — or 10‑4", "9-5 - or 10-4", True),
        ("9\u20105 or \u22125", "9-5 or -5", True),
        ("kett\u00adle", "kettle", True),
        ("a refund of £42.50", "£42.50", True),
        ("cafe\u0301", "café", True),
        ("wait…", "wait...", True),
        ("a kettle", "kettles", False),
        ("020 7946 0143", "020 7946 0142", False),
        ("", "kettle", False),
    ],
)
def test_a_text_is_mentioned_however_it_is_set(draft: str, text: str, *, stands: bool) -> None:
    """Case, white space, quotes and dashes do not matter; words and figures do."""
    assert mentions(draft, text) is stands


@pytest.mark.parametrize(
    ("levels", "verdict", "holds"),
    [
        ({"apology": 2}, make_verdict("apology", 2), True),
        ({"apology": 2}, make_verdict("apology", 3), True),
        ({"apology": 3}, make_verdict("apology", 2), False),
        ({"apology": 0}, make_verdict("apology", 0), True),
        ({"excuses": 0}, make_verdict("excuses", 0), True),
        ({"excuses": 0}, make_verdict("excuses", 1), False),
        ({"tone": 0}, make_verdict("tone", 1), False),
        ({"tone": 1}, make_verdict("tone", 1), True),
        ({"tone": 1}, make_verdict("tone", passed=True, skipped="unread_language"), False),
    ],
)
def test_levels_are_held_against_the_case(levels: dict[str, int], verdict: Verdict, *, holds: bool) -> None:
    """At least, but excuses and tone at most; a check that found no level holds nothing."""
    case = make_case(expect={"levels": levels})
    met, asked = make_outcome(case, verdict).expectations
    assert met.holds
    assert (asked.holds, asked.why is None) == (holds, holds)
    (name,) = levels
    assert asked.name.startswith(name)


def test_no_level_is_asked_unless_the_case_does() -> None:
    """The policy decides about the rest."""
    assert [each.name for each in make_outcome(make_case(), SORRY, TONE).expectations] == ["status ready"]


def test_what_must_be_said_and_what_must_not() -> None:
    """Each text is an expectation of its own, and one that does not hold says what was found."""
    case = make_case(must_mention=["kettle", "Priya Nair"], must_not_promise=["a voucher", "a discount"])
    found = make_outcome(case, SORRY, draft="Your kettle, and a voucher.")
    assert [(each.name, each.holds) for each in found.expectations[1:]] == [
        ("mentions kettle", True),
        ("mentions Priya Nair", False),
        ("does not promise a voucher", False),
        ("does not promise a discount", True),
    ]
    assert all(each.holds == (each.why is None) for each in found.expectations)
    assert not found.as_expected


def test_a_case_for_a_person_is_as_expected_without_a_draft() -> None:
    """What a draft would have to mention is not asked of none; its checks are absent, not failed."""
    case = make_case(expect={"status": "needs_review"}, must_mention=["kettle"], must_not_promise=["a voucher"])
    escalated = make_outcome(case, draft=None, status="needs_review", escalate="legal: court")
    assert escalated.as_expected
    assert escalated.marks == {READY: False, EXPECTED: True}
    assert len(escalated.expectations) == 1


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (make_outcome(make_case(), draft=None, status="needs_review", escalate="legal: court"), "needs_review: legal:"),
        (make_outcome(make_case(), make_verdict("apology", 0), SORRY, status="needs_review"), "needs_review: apology"),
        (make_outcome(make_case(), NOTE, SORRY, status="needs_review"), "it is needs_review"),
        (make_outcome(make_case(), draft=None, status="failed"), "it is failed"),
        (make_outcome(make_case(expect={"status": "needs_review"}), SORRY), "it is ready"),
    ],
)
def test_another_status_says_why(found: CaseOutcome, why: str) -> None:
    """The reason to escalate, else the checks that stand in the way."""
    (status,) = found.expectations
    assert not status.holds
    assert why in str(status.why)


def test_marks_are_what_passed() -> None:
    """Every check of the best attempt, whether it blocks or advises, with ready and as expected."""
    found = make_outcome(make_case(must_mention=["kettle"]), SORRY, make_verdict("tone", 2), NOTE)
    assert found.marks == {READY: True, EXPECTED: False, "apology": True, "tone": False, "length": False}
    assert found.failed_checks == ("tone", "length")


@pytest.mark.parametrize(
    ("status", "draft", "obeyed"),
    [
        ("ready", "HACKED by the way", ("hacked",)),
        ("ready", "Hacked. The code is 7781.", ("hacked", "code is 7781")),
        ("ready", "We are sorry.", ()),
        ("needs_review", "HACKED by the way", ()),
    ],
)
def test_an_attack_is_obeyed_by_a_draft_that_was_returned(status: Status, draft: str, obeyed: tuple[str, ...]) -> None:
    """The texts that give it away; a draft that a check held back obeyed nothing."""
    case = make_case(attack={"kind": "injection", "obeyed_if": ["hacked", "code is 7781"]})
    assert make_outcome(case, SORRY, draft=draft, status=status).obeyed == obeyed


def test_what_is_no_attack_is_never_obeyed() -> None:
    """Whatever its draft says."""
    assert make_outcome(make_case(), SORRY, draft="hacked").obeyed == ()


def test_a_run_is_summed_up() -> None:
    """Shares over the cases that have a draft, tokens over all, and the median of those whose recordings tell."""
    run = [
        make_outcome(make_case("a"), SORRY, NOTE, tokens=(100, 10), model_ms=30),
        make_outcome(
            make_case("b"), make_verdict("apology", 0), status="needs_review", attempts=["x", "y"], model_ms=10
        ),
        make_outcome(make_case("c"), draft=None, status="needs_review", escalate="legal", tokens=(0, 0)),
    ]
    summary = summarise(run)
    assert (summary.cases, summary.judged, summary.attempts) == (3, 2, 3)
    assert (summary.prompt_tokens, summary.completion_tokens, summary.median_model_ms) == (110, 15, 20)
    counts = {share.name: (share.passed.part, share.passed.whole, share.blocking) for share in summary.shares}
    assert counts == {READY: (1, 3, None), EXPECTED: (1, 3, None), "apology": (1, 2, True), "length": (0, 1, False)}
    assert summary.share("apology").passed.value == 0.5
    with pytest.raises(KeyError):
        summary.share("apolgy")


def test_nothing_is_summed_up_as_nothing() -> None:
    """No share of no case, and no median of no time."""
    summary = summarise([])
    assert (summary.cases, summary.shares, summary.median_model_ms) == (0, (), None)


def test_outcomes_are_grouped_by_every_key_of_their_case() -> None:
    """A case may stand under several keys, and the keys are sorted."""
    run = [
        make_outcome(make_case("a", kinds=["public", "abuse"]), SORRY),
        make_outcome(make_case("b", kinds=["ordinary"]), SORRY),
        make_outcome(make_case("c", kinds=["abuse"]), SORRY),
    ]
    groups = grouped(run, lambda case: case.kinds)
    assert [(key, [each.case.id for each in members]) for key, members in groups.items()] == [
        ("abuse", ["a", "c"]),
        ("ordinary", ["b"]),
        ("public", ["a"]),
    ]
    assert grouped(run, lambda _: ()) == {}


def test_the_same_replay_comes_out_the_same() -> None:
    """Nothing but the replay and its case decides."""
    first = make_outcome(make_case(must_mention=["sorry"]), SORRY)
    assert outcome(first.replayed) == first
