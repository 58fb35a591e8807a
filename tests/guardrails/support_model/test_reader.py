"""Tests of the support model as it ships: the same answer however it is asked, and an answer to everything."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.support_model.reader import FOLDER, OnnxSupportModel
from tests.guardrails.exact import BASE, GOOD, HOSTILE, SUPPORT

FAULTY = GOOD.replace(
    "That was our mistake.", "A conveyor belt at the depot snapped that night. We will also send you a free e-reader."
)


def test_it_tells_a_faulty_draft_from_a_good_one() -> None:
    """An event that nobody reported and a promise that nobody authorised are found, each by its check."""
    good, faulty = (SUPPORT.read(replace(BASE, text=text)) for text in (GOOD, FAULTY))
    assert not good.grounding.faulty
    assert not good.remedies.faulty
    assert any("conveyor" in FAULTY[start:end] for start, end in faulty.grounding.spans)
    assert any("e-reader" in FAULTY[start:end] for start, end in faulty.remedies.spans)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_is_read(text: str) -> None:
    """Words at fault lie inside the draft, in order, and chances between 0 and 1."""
    reading = SUPPORT.read(replace(BASE, text=text))
    for marked in (reading.grounding, reading.remedies):
        assert 0 <= marked.chance <= 1
        assert list(marked.spans) == sorted(marked.spans)
        assert all(0 <= start < end <= len(text) for start, end in marked.spans)


def test_threads_get_the_same_answer() -> None:
    """Several threads share one model."""
    drafts = [replace(BASE, text=text) for text in (GOOD, FAULTY)] * 4
    shared = OnnxSupportModel()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(shared.read, drafts)) == [SUPPORT.read(draft) for draft in drafts]


def test_without_context_nothing_is_compared() -> None:
    """The checks skip such a draft before they ask."""
    with pytest.raises(ValueError, match="context"):
        SUPPORT.read(replace(BASE, context=None))


def test_a_broken_calibration_fails(tmp_path: Path) -> None:
    """A model without its cuts does not load, so that nothing passes by mistake."""
    for name in ("support_model.onnx", "tokenizer.json"):
        shutil.copy(FOLDER / name, tmp_path / name)
    (tmp_path / "calibration.json").write_text(json.dumps({"grounding": {"cut": 0.0, "doubt": 0.0, "credible": 0.0}}))
    with pytest.raises(KeyError):
        OnnxSupportModel(tmp_path)
