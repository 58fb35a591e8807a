"""The figures of how well personal data is found: how they are counted, and that the docs have them right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from click.testing import CliRunner

from evals.cli import evaluate
from evals.placeholders.command import as_markdown
from evals.placeholders.measuring import PARTS, Planted, missed, misses, read_texts, unmarked, wrong
from service.placeholders.kinds import KINDS, Found

DOCS = Path(__file__).parents[3] / "docs" / "personal-data.md"


def test_the_docs_have_the_figures() -> None:
    """The table in the docs is what the command prints."""
    assert as_markdown(read_texts()) in DOCS.read_text(encoding="utf-8")


def test_there_are_enough_texts() -> None:
    """300, half of them held out, each kind in both halves, and many with nothing to be found."""
    texts = read_texts()
    assert Counter(each.part for each in texts) == {"tuning": 150, "held_out": 150}
    assert len({each.id.rpartition("-")[0] for each in texts}) == 12
    assert len({each.text for each in texts}) == 300
    for part in PARTS:
        kinds = Counter(span.kind for each in texts if each.part == part for span in each.spans)
        assert set(kinds) == set(KINDS)
    assert sum(not each.spans for each in texts) >= 100


def test_how_is_counted() -> None:
    """A span counts as found when its letters and digits are covered by its own kind, and as right inside of one."""
    text = unmarked(Planted(id="a", part="tuning", text="to ⟦PHONE|07700 900 123⟧, order 12"))
    assert text.text == "to 07700 900 123, order 12"
    (span,) = text.spans
    whole, half = Found("PHONE", 3, 16, "x"), Found("PHONE", 3, 12, "x")
    other, more = Found("ACCOUNT", 3, 16, "x"), Found("PHONE", 3, 20, "x")
    assert [missed(text, [each]) for each in (whole, half, other, more)] == [[], [span], [span], []]
    assert [len(wrong(text, [each])) for each in (whole, half, other, more)] == [0, 0, 1, 1]


def test_what_is_held_out_is_not_shown() -> None:
    """What goes wrong is shown of the other half alone."""
    result = CliRunner().invoke(evaluate, ["placeholders", "--misses"])
    assert result.exit_code == 0
    held_out = {each.id for each in read_texts() if each.part == "held_out"}
    assert not any(each in result.output for each in held_out)
    assert {each.id for each in misses(read_texts())}.isdisjoint(held_out)
