"""A run and a comparison as the comment of a pull request."""

from __future__ import annotations

import re

import pytest

from evals.compare import compare
from evals.report.markdown import MOST_CHARACTERS, code, comparison_markdown, run_markdown
from tests.evals.labelled_drafts import HOSTILE
from tests.evals.report.samples import make_case, make_comparison, make_outcome

EVIL = "[x](javascript:y) @someone #1 **b** | ![i](http://x) <img src=x> `` ``` https://x.example"


def without_code(markdown: str) -> str:
    """What is not code: there, Markdown and HTML have their way."""
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)


def test_a_run_says_what_fails_and_why() -> None:
    """Gate, checks, cases."""
    outcomes = [make_outcome(), make_outcome(make_case("lid", must_mention=["lid"]), {"excuses": False})]
    text = run_markdown("mine", outcomes, ["ready is 50 %, and 90 % is asked for"])
    assert text.startswith("## Eval run: `mine`\n")
    assert "**The gate is not reached: 1 reason**\n\n- `ready is 50 %, and 90 % is asked for`" in text
    assert "| excuses | blocks | 1 of 2 | 50.0 % | 9.5 to 90.5 |" in text
    assert "- `lid` `status ready: it is needs_review: excuses`, `mentions lid: the draft does not`" in text


def test_a_comparison_has_a_row_for_each_check() -> None:
    """Difference, interval, p after Holm and the verdict in words; wins and losses by id; tokens and time."""
    text = comparison_markdown(make_comparison(*[(False, True)] * 12, (True, False)), 0.05)
    assert re.search(
        r"\| excuses \| blocks \| 13 \| 7.7 % \| 92.3 % \| \+84.6 \| \+41.5 to \+100.0 \| 0.007 \| \*\*better\*\* \|",
        text,
    )
    assert "| prompt tokens | 3,900 | 3,900 |" in text
    assert "- excuses won by B: `case-3`" in text
    assert "- excuses lost by B: `case-12`" in text
    assert "B (`mine`) is better than A (`shipped`)" in text


def test_tables_have_as_many_cells_in_every_row() -> None:
    """Whatever a name holds."""
    comparison = make_comparison((True, False), names=(EVIL, HOSTILE), check="a|b`c")
    for table in re.findall(r"(?:^\|.*\|\n)+", comparison_markdown(comparison, 0.05), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


@pytest.mark.parametrize("text", [EVIL, HOSTILE, "`", "``a`", "\n\n# x", "", "a\u202eb", "-->"])
def test_foreign_text_is_code(text: str) -> None:
    """One line, in a fence that the text does not hold, so that nothing in it counts."""
    shown = code(text)
    assert "\n" not in shown
    assert without_code(f"a {shown} b") == "a  b"
    assert "\u202e" not in shown


@pytest.mark.parametrize("text", [EVIL, HOSTILE])
def test_hostile_texts_stay_texts(text: str) -> None:
    """Names, situations, expectations and gate failures."""
    case = make_case(situation=text, must_mention=[text])
    run = run_markdown(text, [make_outcome(case)], [text])
    pair = comparison_markdown(
        compare((text, text), [make_outcome(case)], [make_outcome(case, {"excuses": False})]), 0.05
    )
    for markdown in (run, pair):
        assert not re.search(r"javascript|@someone|<img|<script|http", without_code(markdown))


def test_a_comment_is_never_too_long() -> None:
    """What there is no room for is counted, and the fold is closed."""
    cases = [make_case(f"case-{index}-{'x' * 180}", must_mention=["word " * 90] * 20) for index in range(600)]
    outcomes = [make_outcome(case, {"excuses": False}) for case in cases]
    others = [make_outcome(case) for case in cases]
    run = run_markdown("n" * 9_000, outcomes, ["why " * 99] * 500)
    pair = comparison_markdown(compare(("n" * 9_000, "m" * 9_000), outcomes, others), 0.05)
    for markdown in (run, pair):
        assert 40_000 < len(markdown) <= MOST_CHARACTERS
        assert re.search(r"\n- [\d,]+ more lines left out for want of room", markdown)
        assert markdown.endswith("\n\n</details>\n")


def test_nothing_to_list_is_no_fold() -> None:
    """A run in which all is well is short."""
    assert "<details>" not in run_markdown("mine", [make_outcome()])
    assert "<details>" not in comparison_markdown(make_comparison((True, True)), 0.05)
    assert "There is no case to compare." in comparison_markdown(make_comparison(), 0.05)
