"""Agreement of checks with readers."""

from __future__ import annotations

import pytest

from evals.agreement import agreement

T, F = True, False


@pytest.mark.parametrize(
    ("labelled", "decided", "expected"),
    [
        # Both agree on everything.
        ([T, F, T, F], [T, F, T, F], (2, 1.0, 1.0, 1.0)),
        # Both are wrong on everything.
        ([T, F], [F, T], (1, 0.0, 0.0, 0.0)),
        # One failure of two is found, and one alarm of two is false: F1 is 1/2 on both sides.
        ([T, T, F, F], [T, F, F, T], (2, 0.5, 0.5, 0.5)),
        # A check that never fails anything: F1 is 6/7 for passes and 0 for failures.
        ([T, T, T, F], [T, T, T, T], (1, 0.0, 0.0, 3 / 7)),
        # A check that fails everything: F1 is 0 for passes and 2/5 for failures.
        ([T, T, T, F], [F, F, F, F], (1, 0.25, 1.0, 0.2)),
        # Without any failure there is nothing to find.
        ([T, T], [T, T], (0, 0.0, 0.0, 0.5)),
        ([], [], (0, 0.0, 0.0, 0.0)),
    ],
)
def test_agreement_is_counted(
    labelled: list[bool],
    decided: list[bool],
    expected: tuple[int, float, float, float],
) -> None:
    """Precision and recall are about failures; macro-F1 weighs passes and failures alike."""
    found = agreement("tone", labelled, decided)
    assert (found.check, found.n) == ("tone", len(labelled))
    assert (found.failures, found.precision, found.recall, found.macro_f1) == pytest.approx(expected)


def test_every_label_needs_a_verdict() -> None:
    """Lists of different lengths are a mistake, and no agreement."""
    with pytest.raises(ValueError, match=r"shorter|longer"):
        agreement("tone", [T, F], [T])
