"""What readers are asked."""

from __future__ import annotations

from evals.labelled import SCALES
from evals.labelling.guide import QUESTIONS
from evals.labelling.rows import CHECKS


def test_every_check_is_asked_with_all_of_its_levels() -> None:
    """In the order in which they are kept; an exact check fails or passes."""
    assert tuple(question.check for question in QUESTIONS) == CHECKS
    for question in QUESTIONS:
        scale = SCALES.get(question.check)
        wanted: list[object] = list(range(scale.highest + 1)) if scale else [False, True]
        assert [level.value for level in question.levels] == wanted
        assert len({level.name for level in question.levels}) == len(wanted)
