"""Merging what readers said into labelled drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from evals.labelled import read_labelled
from evals.labelling.export import Export, merge
from evals.labelling.rows import LabelRow
from service.errors import InputError
from tests.evals.labelling.rows_made import FULL, make_draft, make_label

DRAFT = make_draft()


def said(reader: str, labels: Mapping[str, object], **changes: object) -> list[LabelRow]:
    """What a reader says of the one draft."""
    return [make_label(DRAFT, reader, labels, **changes)]


def merged(*readers: list[LabelRow], adjudicator: str | None = None) -> Export:
    """These readers' labels of the one draft."""
    return merge({rows[0].reader: rows for rows in readers}, [DRAFT, make_draft("unlabelled")], adjudicator)


def test_labels_that_two_readers_share_are_used() -> None:
    """Where they differ there is no label, but a line to settle, with all that they said."""
    found = merged(
        said("anna", {"apology": 2, "tone": 0}, evidence={"apology": ((7, 12),), "tone": ((0, 2),)}, remark="hm"),
        said("ben", {"apology": 2, "tone": 1}, evidence={"apology": ((7, 12), (13, 14))}),
    )
    (row,) = found.rows
    assert row["labels"] == {"apology": 2}
    assert row["evidence"] == {"apology": ["sorry", "😀"]}
    assert row["unsure"] == ["tone"]
    assert row["readers"] == [{"apology": 2, "tone": 0}, {"apology": 2, "tone": 1}]
    assert found.labels == 1
    assert found.disagreements == (
        {
            "id": DRAFT.key.short,
            "case": "kettle",
            "check": "tone",
            "labels": {"anna": 0, "ben": 1},
            "evidence": {"anna": ["We"], "ben": []},
            "remarks": {"anna": "hm"},
        },
    )


def test_a_label_of_one_of_two_readers_is_left_out_and_counted() -> None:
    """Nobody has checked it."""
    found = merged(said("anna", {"apology": 2, "tone": 0}), said("ben", {"apology": 2}))
    assert (found.rows[0]["labels"], found.alone, found.disagreements) == ({"apology": 2}, 1, ())


def test_one_reader_alone_can_be_exported() -> None:
    """All of the labels, without readers that could agree."""
    found = merged(said("anna", FULL))
    assert (found.rows[0]["labels"], found.labels, found.alone) == (FULL, 6, 0)
    assert "readers" not in found.rows[0]


def test_an_adjudicator_settles_what_differs() -> None:
    """And nothing else: where two agree, they stand; what the adjudicator leaves open stays open."""
    found = merged(
        said("anna", {"apology": 2, "tone": 0, "excuses": 0, "solution": 1}),
        said("ben", {"apology": 2, "tone": 1, "excuses": 1}),
        said("cy", {"apology": 0, "tone": 2, "solution": 2, "follow_up": 3}, evidence={"tone": ((0, 2),)}),
        adjudicator="cy",
    )
    (row,) = found.rows
    assert (row["labels"], row["evidence"]) == ({"apology": 2, "tone": 2}, {"apology": [], "tone": ["We"]})
    assert row["readers"] == [
        {"apology": 2, "excuses": 0, "solution": 1, "tone": 0},
        {"apology": 2, "excuses": 1, "tone": 1},
    ]
    assert ([each["check"] for each in found.disagreements], found.alone) == (["excuses"], 2)


def test_three_readers_must_agree() -> None:
    """Two of three are a disagreement; two that answered are enough where the third did not."""
    found = merged(said("a", {"apology": 2, "tone": 0}), said("b", {"apology": 2, "tone": 0}), said("c", {"tone": 1}))
    assert found.rows[0]["labels"] == {"apology": 2}
    assert [each["check"] for each in found.disagreements] == ["tone"]


@pytest.mark.parametrize("names", [["anna", "ben"], ["anna", "cy"]])
def test_an_adjudicator_needs_two_others(names: list[str]) -> None:
    """With one there is nothing to settle, and without labels of their own they settle nothing."""
    with pytest.raises(InputError, match="cy can settle what two other readers"):
        merged(*(said(name, FULL) for name in names), adjudicator="cy")


def test_a_failed_exact_check_is_a_label() -> None:
    """False is an answer."""
    found = merged(said("anna", {"grounding": False}), said("ben", {"grounding": False}))
    assert found.rows[0]["labels"] == {"grounding": False}


def test_rows_are_read_as_labelled_drafts(tmp_path: Path) -> None:
    """`amends eval guardrails` takes them, with context, case, readers and evidence."""
    labels = FULL | {"grounding": True, "constraints": False}
    both = [said(name, labels, evidence={"constraints": ((15, 17),)}) for name in ("anna", "ben")]
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in merged(*both).rows), encoding="utf-8")
    (row,) = read_labelled(path)
    assert (row.id, row.case, row.business) == (DRAFT.key.short, "kettle", "Harbourline")
    assert row.as_check_input().context == DRAFT.context
    assert (row.draft, row.complaint_text) == (DRAFT.text, "My kettle broke.")
    assert row.labels.model_dump(exclude_none=True) == labels
    assert row.evidence_for("constraints") == ("it",)
    assert row.readers is not None
    assert [reader.of("constraints") for reader in row.readers] == [False, False]
    assert not row.labels.unknown
