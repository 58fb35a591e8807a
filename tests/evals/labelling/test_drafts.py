"""Reading drafts to label."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.case import load_case
from evals.files import CASES
from evals.labelling.drafts import drafts_of, read_drafts
from evals.outcomes import Replayed
from service.errors import InputError
from service.schemas import PromptVersion, Result, Timings, Usage
from tests.evals.labelling.rows_made import CONTEXT, make_draft, write_drafts

CASE = {"id": "kettle", "complaint": {"text": "My kettle broke.", "channel": "email"}, "context": CONTEXT}


def make_result(ref: str | None = "kettle", draft: str | None = "We are sorry.") -> str:
    """A result as `amends draft --jsonl` gives it."""
    return Result(
        id="d-1",
        ref=ref,
        status="ready" if draft else "needs_review",
        draft=draft,
        verdicts=(),
        situation="general",
        unverified_constraints=(),
        history_omitted=0,
        model="m",
        endpoint="e",
        prompt=PromptVersion(name="reply", hash="0"),
        policy="default",
        usage=Usage(prompt_tokens=1, completion_tokens=1),
        timings_ms=Timings(total=1, model=1, checks=0),
    ).to_json()


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    """Where a test writes its drafts."""
    return tmp_path / "drafts.jsonl"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A file of one case."""
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def test_inputs_of_check_are_read(drafts: Path) -> None:
    """In order; a context is optional, and a blank line is none."""
    write_drafts(drafts, make_draft(), make_draft("other", "Hello."))
    with drafts.open("a", encoding="utf-8") as file:
        file.write("\n\n" + json.dumps({"id": "bare", "complaint": "It broke.", "draft": "Sorry."}))
    found = read_drafts(drafts)
    assert [(each.case, each.text) for each in found.drafts] == [
        ("kettle", "We are sorry 😀 it broke."),
        ("other", "Hello."),
        ("bare", "Sorry."),
    ]
    assert found.drafts[0] == make_draft()
    assert (found.drafts[2].context, found.left_out) == (None, ())


def test_results_of_draft_are_joined_with_their_cases(drafts: Path, cases: Path) -> None:
    """By the id that the case was given; complaint and context are the case's."""
    drafts.write_text(make_result(), encoding="utf-8")
    (found,) = read_drafts(drafts, cases).drafts
    assert (found.case, found.text) == ("kettle", "We are sorry.")
    assert not isinstance(found.complaint, str)
    assert found.complaint.text == "My kettle broke."
    assert found.context is not None
    assert found.context.constraints == ("Under 280 characters.",)


def test_a_result_is_the_same_draft_as_its_check_input(drafts: Path, cases: Path) -> None:
    """Labels of the one are labels of the other."""
    drafts.write_text(make_result(), encoding="utf-8")
    (result,) = read_drafts(drafts, cases).drafts
    drafts.write_text(json.dumps(CASE | {"draft": "We are sorry."}), encoding="utf-8")
    (checked,) = read_drafts(drafts).drafts
    assert result.key == checked.key


def test_cases_can_be_a_folder(drafts: Path) -> None:
    """The suite's own, for instance."""
    drafts.write_text(make_result(ref="broken-kettle"), encoding="utf-8")
    (found,) = read_drafts(drafts, CASES).drafts
    assert not isinstance(found.complaint, str)
    assert "kettle" in found.complaint.text


def test_lines_without_a_draft_are_told(drafts: Path, cases: Path) -> None:
    """What is left out is said with its line, and the rest is read."""
    lines = (make_result(draft=None), json.dumps({"id": "x", "error": {}}), make_result(), make_result())
    drafts.write_text("\n".join(lines), encoding="utf-8")
    found = read_drafts(drafts, cases)
    assert len(found.drafts) == 1
    assert [reason.removeprefix(str(drafts)) for reason in found.left_out] == [
        ", line 1: its draft is held back (needs_review); ask for it with the option delivery: flagged",
        ", line 2: it is an error, not a draft",
        ", line 4: the same draft of the same case stands above it",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: not valid JSON"),
        ("[]", "line 2: "),
        (json.dumps({"complaint": "It broke.", "draft": "Sorry."}), "line 2: id: is required: labels are kept by it"),
        (json.dumps({"id": " ", "complaint": "It broke.", "draft": "Sorry."}), "line 2: id: is required"),
        (
            json.dumps({"id": "x" * 401, "complaint": "It broke.", "draft": "Sorry."}),
            "line 2: id: must have at most 400",
        ),
        (json.dumps({"id": "x", "complaint": "", "draft": "Sorry."}), "line 2: complaint: "),
        (json.dumps({"id": "x", "complaint": "It broke.", "draft": "Sorry.", "labels": {}}), "line 2: labels: "),
        (json.dumps({"id": "x", "complaint": "It broke.", "draft": "x" * 20_001}), "line 2: draft: "),
        (make_result(), "line 2: it is a result of `amends draft`, without its complaint; give the cases with --cases"),
        ('{"id": "x", "draft": "\\ud800"}', "line 2: not valid JSON"),
    ],
)
def test_a_fault_is_told_with_file_and_line(drafts: Path, line: str, says: str) -> None:
    """And without a word of the customer's."""
    write_drafts(drafts, make_draft())
    with drafts.open("a", encoding="utf-8") as file:
        file.write("\n" + line)
    with pytest.raises(InputError) as caught:
        read_drafts(drafts)
    assert str(caught.value).startswith(f"{drafts}, {says}")
    assert "Sorry." not in str(caught.value)


@pytest.mark.parametrize(
    ("ref", "says"),
    [(None, "ref: is null, so that nobody knows its case"), ("other", "ref: there is no case of this id")],
)
def test_a_result_without_a_case_is_told(drafts: Path, cases: Path, ref: str | None, says: str) -> None:
    """Nobody can judge a draft without the complaint that it answers."""
    drafts.write_text(make_result(ref=ref), encoding="utf-8")
    with pytest.raises(InputError, match=f"line 1: {says}"):
        read_drafts(drafts, cases)


def test_two_cases_of_one_id_are_told(drafts: Path, cases: Path) -> None:
    """A result could answer either; the same case twice is none."""
    drafts.write_text(make_result(), encoding="utf-8")
    cases.write_text("\n".join([json.dumps(CASE)] * 2), encoding="utf-8")
    assert len(read_drafts(drafts, cases).drafts) == 1
    other = CASE | {"complaint": {"text": "Another.", "channel": "chat"}}
    cases.write_text("\n".join([json.dumps(CASE), json.dumps(other)]), encoding="utf-8")
    with pytest.raises(InputError, match=r"cases\.jsonl, line 2: id: another case has it too"):
        read_drafts(drafts, cases)


@pytest.mark.parametrize("text", ["", "\n\n", make_result(draft=None), json.dumps(CASE | {"draft": " "})])
def test_a_file_without_a_draft_is_told(drafts: Path, cases: Path, text: str) -> None:
    """There is nothing to label in it."""
    drafts.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="there is no draft in it"):
        read_drafts(drafts, cases)


def test_replayed_cases_are_drafts() -> None:
    """With their best attempt, held back or not; a case without any text is told."""
    case = load_case(CASES / "broken-kettle.yaml")
    result = Result.model_validate_json(make_result(draft=None))
    replayed = Replayed(case, result, (), "We are sorry.", "prompt", None)
    empty = Replayed(case, result, (), None, "prompt", None)
    found = drafts_of([replayed, empty])
    assert [(each.case, each.text) for each in found.drafts] == [("broken-kettle", "We are sorry.")]
    assert found.left_out == ("broken-kettle: its draft is empty",)
