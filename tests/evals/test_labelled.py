"""Reading labelled drafts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.labelled import PASSES, read_labelled
from guardrails import limits
from guardrails.policy import Policy
from service.errors import InputError
from service.schemas import CheckInput
from tests.guardrails.policies import make_policy

ROW = {
    "id": "r-1",
    "complaint": "My kettle broke.",
    "reply": "We are sorry.",
    "labels": {"apology": 2, "tone": 0},
    "source": "somewhere",
    "evidence": {"apology": "sorry"},
}


def file_of(folder: Path, *rows: object) -> Path:
    """A file of these rows; a text stands as it is."""
    path = folder / "labelled.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_drafts_are_read_in_order(tmp_path: Path) -> None:
    """A text may be called draft or reply; blank lines and other fields do not matter."""
    other = {**ROW, "id": "r-2", "draft": "Größe 😀"}
    del other["reply"]
    first, second = read_labelled(file_of(tmp_path, ROW, "", other, ""))
    assert (first.id, first.draft, first.labels) == ("r-1", "We are sorry.", {"apology": 2, "tone": 0})
    assert (second.id, second.draft) == ("r-2", "Größe 😀")


def test_a_row_becomes_a_checks_input(tmp_path: Path) -> None:
    """What is checked is complaint and draft, under the row's id."""
    (row,) = read_labelled(file_of(tmp_path, ROW))
    assert row.as_check_input() == CheckInput(id="r-1", complaint="My kettle broke.", draft="We are sorry.")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{oh", "not valid JSON"),
        ("[]", "object"),
        ({**ROW, "id": None}, "id: "),
        ({**ROW, "id": 5}, "id: "),
        ({**ROW, "complaint": ""}, "complaint: "),
        ({**ROW, "complaint": "x" * (limits.COMPLAINT_CHARACTERS + 1)}, "complaint: "),
        ({**ROW, "reply": None}, "reply: "),
        ({**ROW, "labels": None}, "labels: "),
        ({**ROW, "labels": {"apology": "2"}}, "labels.apology: "),
        ({**ROW, "labels": {"apology": 2.5}}, "labels.apology: "),
        ({**ROW, "labels": {"apology": True}}, "labels.apology: "),
        ({**ROW, "labels": {"apology": 4}}, "labels.apology: "),
        ({**ROW, "labels": {"apology": -1}}, "labels.apology: "),
        ({"id": "r-1"}, "is required"),
        ("x" * (limits.BODY_BYTES + 1), "over the limit"),
    ],
    ids=range(15),
)
def test_a_fault_names_its_line(tmp_path: Path, row: object, says: str) -> None:
    """The rows before it are given, and then the error says where and what."""
    path = file_of(tmp_path, ROW, "", row, ROW)
    rows = read_labelled(path)
    assert next(rows).id == "r-1"
    with pytest.raises(InputError, match=says) as caught:
        next(rows)
    assert str(caught.value).startswith(f"{path}, line 3: ")


def test_what_is_not_utf_8_names_its_line(tmp_path: Path) -> None:
    """A file in another encoding is told as such."""
    path = tmp_path / "labelled.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b'\n{"id": "\xff"}')
    with pytest.raises(InputError, match="line 2: not valid JSON"):
        list(read_labelled(path))


def test_an_empty_file_has_no_drafts(tmp_path: Path) -> None:
    """Nothing in, nothing out."""
    assert list(read_labelled(file_of(tmp_path))) == []


def test_passes_are_those_of_the_default_policy() -> None:
    """Labels and verdicts mean the same: a level passes here if it passes by the shipped policy."""
    policy = make_policy()
    for name, passes in PASSES.items():
        limit = limit_of(policy, name)
        at_most = name in ("excuses", "tone")
        for level in range(4):
            assert passes(level) == (level <= limit if at_most else level >= limit), (name, level)


def limit_of(policy: Policy, name: str) -> int:
    """The level at which a check passes."""
    limit = policy.limit(name)
    assert limit is not None
    return limit
