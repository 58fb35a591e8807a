"""Reading labelled drafts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.labelled import CHANNELS, CHECKS, SCALES, passes, read_labelled
from guardrails import limits
from guardrails.catalog import all_checks
from guardrails.levels import LevelReading
from guardrails.support import SupportReading
from guardrails.types import Complaint, Draft, Scale
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
    assert (first.id, first.draft, first.labels.of("apology"), first.labels.of("tone")) == (
        "r-1",
        "We are sorry.",
        2,
        0,
    )
    assert first.labels.of("excuses") is None
    assert (second.id, second.draft) == ("r-2", "Größe 😀")


def test_the_line_of_the_readme_is_one(tmp_path: Path) -> None:
    """Who labels drafts of their own begins with it."""
    page = (Path(__file__).parents[2] / "evals" / "README.md").read_text(encoding="utf-8")
    (row,) = read_labelled(file_of(tmp_path, page.partition("```json\n")[2].partition("\n```")[0]))
    assert (row.labels.apology, row.labels.solution, row.labels.placeholders) == (2, 0, True)
    assert row.labels.unknown == frozenset()


def test_a_row_becomes_a_checks_input(tmp_path: Path) -> None:
    """What is checked is complaint and draft, under the row's id."""
    (row,) = read_labelled(file_of(tmp_path, ROW))
    assert row.as_check_input() == CheckInput(id="r-1", complaint="My kettle broke.", draft="We are sorry.")


@pytest.mark.parametrize(
    ("name", "channel", "public"),
    [
        ("twitter", "social", True),
        ("app_review", "review", True),
        ("hotel_review", "review", True),
        ("other", "review", True),
        ("review", "review", True),
        ("social", "social", True),
        ("email", "email", False),
        ("chat", "chat", False),
    ],
)
def test_a_plain_complaint_may_have_a_channel(tmp_path: Path, name: str, channel: str, *, public: bool) -> None:
    """Collections of public replies name the kind of place where they stand."""
    (row,) = read_labelled(file_of(tmp_path, {**ROW, "channel": name}))
    complaint = row.as_check_input().complaint
    assert isinstance(complaint, Complaint)
    assert (complaint.text, complaint.channel, complaint.is_public) == ("My kettle broke.", channel, public)
    assert name in CHANNELS


def test_a_case_brings_its_own_complaint_and_context(tmp_path: Path) -> None:
    """As with every check's input; the business is then known, too."""
    complaint = {"text": "My kettle broke.", "channel": "email", "customer_name": "Ann"}
    context = {"brand": "Kettles", "agent": {"name": "Bo"}, "facts": ["It was sent on 3 March."]}
    (row,) = read_labelled(file_of(tmp_path, {**ROW, "complaint": complaint, "context": context, "channel": "chat"}))
    given = row.as_check_input()
    assert (row.complaint_text, row.business) == ("My kettle broke.", "Kettles")
    assert json.loads(given.model_dump_json(exclude_none=True)) == {
        "id": "r-1",
        "complaint": complaint,
        "draft": "We are sorry.",
        "context": context,
    }


def test_exact_checks_are_labelled_true_or_false(tmp_path: Path) -> None:
    """True passes; null is no label, and a name of no check is kept aside."""
    labels = {"grounding": True, "remedies": False, "constraints": None, "kindness": [1]}
    (row,) = read_labelled(file_of(tmp_path, {**ROW, "labels": labels}))
    assert [row.labels.of(name) for name in ("grounding", "remedies", "constraints")] == [True, False, None]
    assert row.labels.unknown == {"kindness"}


@pytest.mark.parametrize(
    ("evidence", "quotes"),
    [
        ({"apology": "sorry"}, ("sorry",)),
        ({"apology": ["sorry", "", 5, "we are"]}, ("sorry", "we are")),
        ({"apology": None}, ()),
        ({"tone": "x"}, ()),
        ("sorry", ()),
        (None, ()),
    ],
)
def test_evidence_is_what_texts_there_are(tmp_path: Path, evidence: object, quotes: tuple[str, ...]) -> None:
    """Its form is free: it is shown, and decides nothing."""
    (row,) = read_labelled(file_of(tmp_path, {**ROW, "evidence": evidence}))
    assert row.evidence_for("apology") == quotes


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
        ({**ROW, "labels": {"solution": 3}}, "labels.solution: "),
        ({**ROW, "labels": {"grounding": 1}}, "labels.grounding: "),
        ({**ROW, "labels": {"grounding": "true"}}, "labels.grounding: "),
        ({**ROW, "labels": [2]}, "labels: "),
        ({**ROW, "channel": "letter"}, "channel: "),
        ({**ROW, "brand": 5}, "brand: "),
        ({**ROW, "complaint": {"text": "x"}}, "complaint.channel: is required"),
        ({**ROW, "context": {"brand": "x"}}, "context.agent: is required"),
        ({**ROW, "readers": [{"apology": 9}]}, "readers.0.apology: "),
        ({"id": "r-1"}, "is required"),
        ("x" * (limits.BODY_BYTES + 1), "over the limit"),
    ],
    ids=range(24),
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


def test_labels_pass_where_levels_do() -> None:
    """At the limit of the shipped policy, and on the side of it that checks.md names."""
    policy = make_policy()
    passing = {
        name: [level for level in range(scale.highest + 1) if passes(name, level, policy.limit(name))]
        for name, scale in SCALES.items()
    }
    assert passing == {
        "apology": [2, 3],
        "excuses": [0, 1],
        "solution": [2],
        "follow_up": [2, 3],
        "acknowledgement": [2],
        "tone": [0, 1],
    }
    assert [passes("grounding", label, None) for label in (True, False)] == [True, False]


class SilentModel:
    """A check model that reads nothing."""

    def read(self, complaint: str, draft: str) -> dict[str, LevelReading] | None:
        """No language is read."""
        del complaint, draft
        return None


class Unasked:
    """A support model that is never asked."""

    def read(self, draft: Draft) -> SupportReading:
        """No draft is given."""
        raise NotImplementedError(draft.text)


def test_every_check_can_be_labelled_on_its_scale() -> None:
    """A check that is new in the catalog needs a label here."""
    checks = all_checks(make_policy(), SilentModel(), Unasked())
    assert tuple(check.name for check in checks) == CHECKS
    scales: dict[str, Scale] = {check.name: check.scale for check in checks if check.scale}
    assert scales == SCALES
