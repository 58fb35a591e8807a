"""Agreement of checks with readers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.agreement import compare, group, report
from evals.figures import Agreement, Confusion
from evals.statistics import Table
from guardrails.types import Verdict
from tests.evals.labelled_drafts import make_finding, make_row, make_verdict

T, F = True, False


def compared(labels: Sequence[int | bool], verdicts: Sequence[Verdict], most_misses: int = 5) -> Agreement:
    """The agreement of the one check that these verdicts are of."""
    check = verdicts[0].check
    rows = [make_row({check: label}, id=f"r-{number}") for number, label in enumerate(labels)]
    (found,) = compare(rows, [{check: verdict} for verdict in verdicts], most_misses)
    return found


def test_precision_and_recall_are_about_their_side() -> None:
    """Levels become pass and fail at the verdict's limit, before they are counted."""
    found = compared([0, 1, 1, 2, 3, 2], [make_verdict("apology", level) for level in (1, 0, 2, 3, 2, 1)])
    assert found.table == Table(passed=2, alarms=1, missed=1, caught=2)
    assert (found.n, found.failures) == (6, 3)
    shares = (found.failing.precision, found.failing.recall, found.passing.precision, found.passing.recall)
    assert [(share.part, share.whole) for share in shares if share] == [(2, 3)] * 4
    assert (found.failing.f1, found.passing.f1, found.macro_f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert found.macro_f1_interval is not None


def test_what_is_not_there_has_no_figure() -> None:
    """Without a failure there is no recall, without an alarm no precision, and no macro-F1 of one side."""
    found = compared([0, 1], [make_verdict("tone", 0), make_verdict("tone", 1)])
    assert (found.failing.precision, found.failing.recall, found.failing.f1) == (None, None, None)
    assert (found.macro_f1, found.macro_f1_interval, found.passing.f1) == (None, None, 1.0)


def test_checks_without_labels_are_left_out() -> None:
    """Of the others, only the drafts with a label count."""
    rows = [make_row({"apology": 2}), make_row({"apology": None, "grounding": False})]
    given = {"apology": make_verdict("apology", 2), "grounding": make_verdict("grounding", passed=False)}
    found = compare(rows, [given, given], 5)
    assert [(each.check, each.n) for each in found] == [("apology", 1), ("grounding", 1)]


def test_every_row_needs_its_verdicts() -> None:
    """Lists of different lengths are a mistake, and no agreement."""
    with pytest.raises(ValueError, match=r"shorter|longer"):
        compare([make_row({"apology": 2})], [], 5)


def test_levels_are_confused_by_rows_of_labels() -> None:
    """A verdict without a level has a column of its own, where there is one."""
    verdicts = [make_verdict("solution", 2), make_verdict("solution", 0), make_verdict("solution", passed=True)]
    assert compared([2, 1, 0], verdicts).confusion == Confusion(
        ("0", "1", "2"), ("0", "1", "2", "none"), ((0, 0, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0))
    )
    exact = [make_verdict("remedies", passed=passed) for passed in (T, F, F)]
    assert compared([T, T, F], exact).confusion == Confusion(("fails", "passes"), ("fails", "passes"), ((1, 0), (1, 1)))


def test_what_was_skipped_or_broke_is_counted() -> None:
    """Their verdicts count like any, and the report says how many they are."""
    verdicts = [
        make_verdict("apology", passed=True, skipped="not read"),
        make_verdict("apology", passed=False, error="broke"),
        make_verdict("apology", 2),
    ]
    found = compared([2, 0, 2], verdicts)
    assert (found.skipped, found.errors, found.table) == (1, 1, Table(passed=2, caught=1))


def test_scores_are_measured_where_there_are_any() -> None:
    """Recall at 1 % and 5 % false alarms, and the calibration error, over the drafts with a score."""
    verdicts = [make_verdict("apology", 2, score=0.9)] * 20 + [
        make_verdict("apology", 0, score=0.1),
        make_verdict("apology", 0, score=0.9),
        make_verdict("apology", passed=False, error="broke"),
    ]
    scores = compared([2] * 19 + [3, 0, 1, 0], verdicts).scores
    assert scores is not None
    assert (scores.n, scores.passing, scores.failing) == (22, 20, 2)
    assert [(each.false_alarms, each.recall.part, each.threshold) for each in scores.recall_at] == [
        (0.01, 1, 0.1),
        (0.05, 1, 0.1),
    ]
    assert scores.error == pytest.approx((21 * abs(20 / 21 - 0.9) + 0.1) / 22)


def test_five_percent_of_twenty_is_one() -> None:
    """One false alarm is allowed, and none more."""
    verdicts = [make_verdict("tone", 0, score=score) for score in (0.1, 0.2, 0.3, 0.4, *[0.9] * 18)]
    scores = compared([0, 2, 0, 2, *[0] * 18], verdicts).scores
    assert scores is not None
    assert [each.recall.part for each in scores.recall_at] == [0, 1]


@pytest.mark.parametrize("labels", [(2, 3), (0, 1)])
def test_recall_needs_both_sides(labels: tuple[int, int]) -> None:
    """Without failures there is nothing to find, without passes no false alarm."""
    scores = compared(labels, [make_verdict("apology", 2, score=0.9)] * 2).scores
    assert scores is not None
    assert scores.recall_at == ()


def test_checks_without_scores_have_point_figures_alone() -> None:
    """Nothing is made up for them."""
    assert compared([T, F], [make_verdict("grounding", passed=T)] * 2).scores is None


def test_the_worst_misses_come_first() -> None:
    """By the probability that the check gave to the wrong side; the rest is counted."""
    verdicts = [
        make_verdict("apology", 2, score=0.6),
        make_verdict("apology", 0, score=0.1),
        make_verdict("apology", 2, score=0.99),
        make_verdict("apology", 2, score=0.99),
    ]
    found = compared([0, 2, 1, 2], verdicts, most_misses=2)
    assert found.miss_count == 3
    assert [(miss.id, miss.kind, miss.score) for miss in found.misses] == [
        ("r-2", "missed failure", 0.99),
        ("r-1", "false alarm", 0.1),
    ]


def test_among_equals_a_missed_failure_is_worse() -> None:
    """A bad draft that went out does more harm than a good one held back."""
    found = compared([T, F], [make_verdict("grounding", passed=F), make_verdict("grounding", passed=T)])
    assert [miss.kind for miss in found.misses] == ["missed failure", "false alarm"]


def test_a_miss_holds_all_that_a_reader_needs() -> None:
    """Both texts, what was said, where the check and where the readers point."""
    finding = make_finding("We are sorry.", "sorry")
    row = make_row({"apology": 1}, evidence={"apology": "We are sorry", "tone": None})
    (found,) = compare([row], [{"apology": make_verdict("apology", 2, findings=(finding,))}], 5)
    (miss,) = found.misses
    assert (miss.complaint, miss.draft, miss.label, miss.level) == ("My kettle broke.", "We are sorry.", 1, 2)
    assert (miss.findings, miss.evidence, miss.note) == ((finding,), ("We are sorry",), None)


def test_readers_are_compared_with_each_other() -> None:
    """On the drafts that two of them labelled."""
    pairs = [(2, 2), (0, 0), (1, 2), (3, 3)]
    rows = [make_row({"apology": first}, readers=[{"apology": first}, {"apology": second}]) for first, second in pairs]
    rows += [make_row({"apology": 2}, readers=[{"apology": 2}]), make_row({"apology": 2}, readers=None)]
    (found,) = compare(rows, [{"apology": make_verdict("apology", 2)}] * len(rows), 5)
    assert found.readers is not None
    assert found.readers.n == 4
    assert found.readers.kappa == pytest.approx(2 / 3)
    assert found.readers.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_drafts_of_a_brand_belong_together() -> None:
    """Where there are enough brands; else those of a case; else each stands alone."""
    many = [make_row({}, brand=f"b-{number % 10}", case=f"c-{number % 20}") for number in range(40)]
    few = [make_row({}, brand=f"b-{number % 3}", case=f"c-{number % 20}") for number in range(40)]
    none = [make_row({}) for _ in range(40)]
    assert [(by, len(set(groups))) for by, groups in map(group, (many, few, none))] == [
        ("brand", 10),
        ("case", 20),
        ("draft", 40),
    ]


def test_a_report_tells_labels_of_no_check() -> None:
    """A mistyped label must not drop out in silence."""
    rows = [make_row({"apolgy": 2, "apology": 2}), make_row({"kindness": "x"})]
    found = report("f.jsonl", rows, [{"apology": make_verdict("apology", 2)}] * 2, 5)
    assert (found.file, found.drafts, found.unknown_labels) == ("f.jsonl", 2, ("apolgy", "kindness"))
    assert [each.check for each in found.checks] == ["apology"]
