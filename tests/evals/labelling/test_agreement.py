"""How far readers agree."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from evals.labelling.agreement import agreement_of, as_text, weighted_kappa
from evals.labelling.rows import LabelRow
from tests.evals.labelling.rows_made import FULL, make_draft, make_label

DRAFTS = [make_draft(f"case-{number}") for number in range(4)]


def rows(reader: str, *labels: Mapping[str, object]) -> list[LabelRow]:
    """A reader's labels of the first drafts."""
    return [make_label(draft, reader, given) for draft, given in zip(DRAFTS, labels, strict=False)]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 0), (2, 2)], 1.0),
        ([(0, 2), (2, 0)], -1.0),
        ([(1, 1), (1, 1)], None),
        ([], None),
        # Levels 0, 1, 2 of 9, 6, 5 drafts and of 7, 8, 5: 6 steps apart, (162 + 72 + 110) / 20 by chance.
        ([(0, 0)] * 6 + [(1, 1)] * 5 + [(2, 2)] * 4 + [(0, 1)] * 3 + [(1, 2)] + [(2, 0)], 1 - 6 / 17.2),
    ],
)
def test_weighted_kappa(pairs: list[tuple[int, int]], expected: float | None) -> None:
    """A difference of two levels counts twice; undefined where chance alone makes readers agree."""
    found = weighted_kappa(pairs)
    assert found == (None if expected is None else pytest.approx(expected))


def test_each_check_is_compared_where_both_have_labelled_it() -> None:
    """What one of them left open is not counted, neither for nor against."""
    (pair,) = agreement_of(
        {
            "anna": rows("anna", {"apology": 2, "grounding": True}, {"apology": 0, "grounding": False}, {"apology": 3}),
            "ben": rows("ben", {"apology": 2, "grounding": True}, {"apology": 0, "grounding": True}),
        }
    )
    assert (pair.first, pair.second, pair.drafts) == ("anna", "ben", 2)
    apology, grounding = pair.checks
    assert (apology.check, apology.n, apology.same, apology.kappa, apology.weighted) == ("apology", 2, 1.0, 1.0, 1.0)
    assert (grounding.check, grounding.n, grounding.same, grounding.kappa) == ("grounding", 2, 0.5, 0.0)
    assert grounding.weighted is None


def test_the_worst_differences_come_first() -> None:
    """By how far apart the labels are, over all checks; drafts without a difference are not listed."""
    (pair,) = agreement_of(
        {
            "anna": rows("anna", FULL, FULL, FULL, FULL),
            "ben": rows("ben", FULL, FULL | {"apology": 1}, FULL | {"solution": 0}, FULL | {"tone": 1, "excuses": 1}),
        }
    )
    assert [each.key.case for each in pair.differences] == ["case-2", "case-3", "case-1"]
    assert pair.differences[0].labels == {"solution": (2, 0)}
    assert pair.differences[2].distance == pytest.approx(1 / 3)


def test_three_readers_are_three_pairs() -> None:
    """Each with each."""
    found = agreement_of({name: rows(name, FULL) for name in ("anna", "ben", "cy")})
    assert [(pair.first, pair.second) for pair in found] == [("anna", "ben"), ("anna", "cy"), ("ben", "cy")]


def test_the_text_has_a_table_and_the_drafts() -> None:
    """As many as are asked for, with what both said."""
    first = rows("anna", FULL, FULL | {"grounding": True})
    second = rows("ben", FULL | {"apology": 0}, FULL | {"tone": 2, "grounding": False})
    text = as_text(agreement_of({"anna": first, "ben": second}), most=1)
    lines = [line.split() for line in text.splitlines()]
    assert lines[0] == "anna and ben: 2 drafts labelled by both".split()
    assert lines[1] == ["check", "n", "same", "kappa", "weighted"]
    assert lines[2] == ["apology", "2", "0.50", "0.00", "0.00"]
    assert ["excuses", "2", "1.00", "-", "-"] in lines
    assert ["grounding", "1", "0.00", "0.00", "-"] in lines
    assert "they differ most on 1 of 2 drafts:" in text
    assert f"  {DRAFTS[1].key.short}: tone 0 / 2, grounding passes / fails" in text
    assert DRAFTS[0].key.short not in text


def test_readers_with_no_draft_in_common_are_told() -> None:
    """No table could say anything."""
    found = agreement_of({"anna": rows("anna", FULL), "ben": [make_label(make_draft("other"), "ben", FULL)]})
    text = as_text(found, most=10)
    assert "anna and ben: 0 drafts labelled by both" in text
    assert "apology" not in text


def test_a_case_cannot_command_the_terminal() -> None:
    """Its id came from outside."""
    draft = make_draft("\x1b[2Jcase")
    found = agreement_of({name: [make_label(draft, name, {"tone": level})] for name, level in (("a", 0), ("b", 1))})
    assert "\x1b" not in as_text(found, most=10)
