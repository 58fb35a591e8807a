"""What a label is of, and what becomes of an answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from evals.labelling.rows import CHECKS, Answer, Change, changed, checked_reader, split_stale
from guardrails.types import Complaint
from service.errors import InputError
from tests.evals.labelling.rows_made import FULL, make_draft, make_label


def change(answer: Answer, **what: object) -> Answer:
    """The answer after a change as the page sends it."""
    return changed(answer, Change.model_validate_json(json.dumps(what)), make_draft())


def test_a_draft_is_known_by_its_text_in_nfc() -> None:
    """Two ways of writing the same letter are one draft; any other character makes another."""
    composed, decomposed = make_draft(text="caf\u00e9"), make_draft(text="cafe\u0301")
    assert composed.key == decomposed.key
    assert decomposed.text == "caf\u00e9"
    assert make_draft(text="cafe").key != composed.key
    assert make_draft(text="caf\u00e9 ").key != composed.key


def test_what_stands_beside_the_draft_belongs_to_its_key() -> None:
    """The same words answer another complaint, or under another authority, differently."""
    draft = make_draft()
    others = (
        replace(draft, case="other"),
        replace(draft, complaint="Another one."),
        replace(draft, complaint=Complaint(text="My kettle broke.", channel="email")),
        replace(draft, context=None),
    )
    assert len({draft.key, *(other.key for other in others)}) == 5
    assert {other.key.draft for other in others} == {draft.key.draft}


def test_only_what_can_be_judged_is_asked() -> None:
    """Without a context nothing is authorised, and without constraints there are none to keep."""
    draft = make_draft()
    assert draft.asked == CHECKS
    assert draft.context is not None
    assert replace(draft, context=draft.context.model_copy(update={"constraints": ()})).asked == CHECKS[:-1]
    assert replace(draft, context=None).asked == CHECKS[:6]


def test_labels_are_given_and_taken_back() -> None:
    """The last label of a check counts, and the others stay."""
    answer = change(change(change(Answer(), check="apology", label=1), check="apology", label=2), check="tone", label=0)
    assert (answer.labels.apology, answer.labels.tone) == (2, 0)
    answer = change(answer, check="apology", label=None)
    assert (answer.labels.apology, answer.labels.tone) == (None, 0)
    assert change(answer, check="grounding", label=False).labels.grounding is False


def test_an_answer_is_whole_when_nothing_is_open() -> None:
    """A level of 0 and a failed check are answers."""
    draft, answer = make_draft(), Answer()
    for check in CHECKS:
        assert not answer.is_whole(draft)
        answer = change(answer, check=check, label=False if check in CHECKS[6:] else 0)
    assert answer.is_whole(draft)


def test_evidence_is_kept_in_order_and_apart() -> None:
    """Offsets count code points; words that overlap or touch become one; none at all is no entry."""
    answer = change(Answer(), check="apology", evidence=[[14, 15], [7, 12], [9, 13], [13, 14]])
    assert answer.evidence == {"apology": ((7, 15),)}
    both = change(answer, check="tone", evidence=[[0, 2]])
    assert both.evidence == {"apology": ((7, 15),), "tone": ((0, 2),)}
    assert change(both, check="apology", evidence=[]).evidence == {"tone": ((0, 2),)}
    assert both.labels == Answer().labels


def test_a_remark_leaves_the_rest_alone() -> None:
    """And can be emptied."""
    answer = change(change(Answer(), check="apology", label=1), remark="unsure")
    assert (answer.remark, answer.labels.apology) == ("unsure", 1)
    assert change(answer, remark="").remark == ""


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"check": "apology", "label": 4}, "label"),
        ({"check": "tone", "label": 3}, "label"),
        ({"check": "apology", "label": -1}, "label"),
        ({"check": "apology", "label": True}, "label"),
        ({"check": "grounding", "label": 1}, "label"),
        ({"check": "apology", "evidence": [[3, 3]]}, "evidence"),
        ({"check": "apology", "evidence": [[5, 3]]}, "evidence"),
        ({"check": "apology", "evidence": [[0, 25]]}, "evidence"),
        ({"check": "apology"}, "check"),
        ({"label": 2}, "check"),
        ({"evidence": [[0, 1]]}, "check"),
        ({"check": None, "label": 2}, "check"),
    ],
)
def test_what_the_draft_cannot_have_is_refused(what: dict[str, object], field: str) -> None:
    """By the name of the field."""
    with pytest.raises(InputError) as caught:
        change(Answer(), **what)
    assert caught.value.field == field


def test_the_last_character_can_be_evidence() -> None:
    """Of a draft of 24 code points, of which one is an emoji."""
    assert len(make_draft().text) == 24
    assert change(Answer(), check="apology", evidence=[[0, 24]]).evidence == {"apology": ((0, 24),)}


def test_a_check_that_is_not_asked_is_refused() -> None:
    """Where there is no context, nobody can say whether a promise is authorised."""
    with pytest.raises(InputError, match="cannot be judged by it"):
        changed(Answer(), Change(check="remedies", label=True), make_draft(context=False))


def test_labels_of_changed_drafts_are_stale() -> None:
    """Whether the draft changed, or only what stands beside it."""
    draft = make_draft()
    row = make_label(draft, "anna", FULL)
    for present in (make_draft(text="Another."), make_draft(context=False), make_draft(case="other")):
        assert split_stale([row], [present]) == ([], [row])
    assert split_stale([row], [make_draft("other"), draft]) == ([row], [])


@pytest.mark.parametrize("name", ["anna", "Jörg-2", "a.b_c"])
def test_readers_have_plain_names(name: str) -> None:
    """A name stands in the name of a file."""
    assert checked_reader(name) == name


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "a b", "a\n", "x" * 61, "a\x1b[2J"])
def test_other_names_of_readers_are_refused(name: str) -> None:
    """Before any file is touched."""
    with pytest.raises(InputError, match="--reader: "):
        checked_reader(name)
