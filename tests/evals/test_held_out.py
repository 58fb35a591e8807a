"""The held-out cases: half of their complaints are joined from outside, and no drafter was trained on any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.held_out import CASES, FILES, real_texts, whole
from service.schemas import Case

PAIRS = Path(__file__).parents[2] / "training" / "drafter" / "pairs"
ROWS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def test_half_of_the_complaints_are_real_and_stay_outside() -> None:
    """Sixty cases; thirty hold no text of a complaint but the id of the row that has it."""
    outside = [row for row in ROWS if row["complaint_of"]]
    assert (len(ROWS), len(outside)) == (60, 30)
    assert all(row["case"]["complaint"]["text"] is None for row in outside)


def test_each_is_a_case_once_its_text_is_there() -> None:
    """What is printed is what `amends draft` reads."""
    texts = {str(row["complaint_of"]): "It broke." for row in ROWS if row["complaint_of"]}
    for row in ROWS:
        case = Case.model_validate_json(json.dumps(whole(row, texts)))
        assert case.id == row["id"]
        assert case.context.now is not None


def test_the_texts_come_from_both_files(tmp_path: Path) -> None:
    """Labelled and unlabelled rows are read; a row that is missing is an error and no empty complaint."""
    for name, number in zip(FILES, "12", strict=True):
        (tmp_path / name).write_text(json.dumps({"id": number, "complaint": f"No {number}."}), encoding="utf-8")
    texts = real_texts(tmp_path)
    assert texts == {"1": "No 1.", "2": "No 2."}
    with pytest.raises(KeyError):
        whole(next(row for row in ROWS if row["complaint_of"]), texts)


def test_no_pair_of_the_drafter_has_a_held_out_complaint() -> None:
    """What is tested on is not trained on."""
    own = {row["case"]["complaint"]["text"] for row in ROWS} - {None}
    trained = {
        json.loads(line)["case"]["complaint"]["text"]
        for path in PAIRS.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert own
    assert not own & trained
