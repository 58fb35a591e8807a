"""The table of principles is complete: each has a seed, a line in a prompt, a check, and cases that try it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.case import load_cases
from evals.files import CASES, PRINCIPLES
from evals.principles import Row, as_markdown, load_seen, table
from service.errors import InputError
from service.wiring.files import PROMPTS
from tests.evals.made import make_case
from tests.guardrails.test_catalog import ORDER

ROWS = table(PROMPTS, load_seen(PRINCIPLES), load_cases(CASES))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.principle))
def test_every_principle_is_proven(row: Row) -> None:
    """Seed, line, prompt, check of the catalog, and two cases or more that a draft is asked of."""
    assert row.seeds
    assert row.line
    assert row.files
    assert row.checks
    assert set(row.checks) <= set(ORDER)
    assert len(row.cases) >= 2


def test_the_issue_is_covered() -> None:
    """What the seeds teach and replies most often lack."""
    named = {row.principle for row in ROWS}
    assert named >= {
        "hear-them-out",
        "offer-the-manager",
        "warm-hand-over",
        "suit-the-customer",
        "refer-onward",
        "let-go-kindly",
        "ask-which-remedy",
    }


def test_the_table_is_markdown() -> None:
    """One line for each principle, under the heads."""
    assert len(as_markdown(ROWS).splitlines()) == len(ROWS) + 2


def test_a_principle_that_does_not_exist_is_refused() -> None:
    """In a case and in the file of checks alike."""
    seen = load_seen(PRINCIPLES)
    with pytest.raises(InputError, match=r"a: principles: .* has no be-nice"):
        table(PROMPTS, seen, [make_case(principles=["be-nice"])])
    with pytest.raises(InputError, match=r"principles\.yaml: .* has no be-nice"):
        table(PROMPTS, {**seen, "be-nice": seen["own-it"]}, [])
    with pytest.raises(InputError, match="says of no check that it sees own-it"):
        table(PROMPTS, {name: each for name, each in seen.items() if name != "own-it"}, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the file is empty"),
        ("principles:\n  a: {check: [tone]}\n", "line 2: principles.a.check: "),
        ("principles:\n  a: {checks: tone}\n", "line 2: principles.a.checks: "),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """And with the field."""
    path = tmp_path / "principles.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_seen(path)
