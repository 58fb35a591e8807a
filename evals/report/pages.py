"""Writes a run or a comparison as one HTML page that works from an e-mail: no script, no server, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evals.compare import Comparison, Row
from evals.outcomes import CaseOutcome, summarise
from evals.page import as_html, foreign
from evals.report.answer import answer
from evals.report.case_part import Side, case_section, notes_of
from evals.report.diff import changed_words
from evals.report.filters import Choice, Filters, choices_of, controls, make_filters, rules
from evals.report.formats import counted
from evals.report.plots import Plot, comparison_plots, run_plots
from evals.report.prompts import Prompts
from evals.report.tables import arm_list, comparison_table, run_table, tiles, wins_and_losses

MARGIN = 0.05  # by which the second arm may be worse and still do, unless the caller says otherwise
EXPLAINED = """Each check counts the cases that have a draft; the draft judged is the best attempt, returned or not.
Intervals are 95 %, Wilson's."""
COMPARED = """Differences are B less A in percentage points, over the cases that both arms have a draft for, with the
95 % interval of Agresti and Min. p is McNemar's exact test; after Holm it holds for all rows together. No difference
means that none was shown."""


def run_page(name: str, outcomes: Sequence[CaseOutcome]) -> str:
    """One run: its summary, and every case with its draft and what the checks say of it."""
    prompts = Prompts([(each,) for each in outcomes])
    choices = [list(choices_of(each)) for each in outcomes]
    filters = make_filters(choices)
    cases = (
        case_section([Side(each)], filters.classes_of(chosen), notes_of(each), prompts.of([each]))
        for each, chosen in zip(outcomes, choices, strict=True)
    )
    head = (
        f"<h1>Eval run: <bdi>{foreign(name)}</bdi></h1>",
        f"<h2>Summary</h2>{tiles(summarise(outcomes))}{arm_list(outcomes)}",
        f'<h2>Checks</h2><p class="soft">{EXPLAINED}</p>{_figures(run_plots(outcomes))}{run_table(outcomes)}',
    )
    return _page(f"Eval run: {name}", head, filters, cases, prompts)


def comparison_page(comparison: Comparison, margin: float = MARGIN) -> str:
    """Two arms: what differs and whether that is real, and every case with both drafts side by side.

    `margin` is the share, 0 to 1, by which the second arm may be worse and still do.
    """
    both = list(zip(comparison.first, comparison.second, strict=True))
    prompts = Prompts(both, [_called(letter, name) for letter, name in zip("AB", comparison.names, strict=True)])
    results = _results(comparison.rows)
    choices = [[*choices_of(b), *_against(comparison.rows, results, b)] for _, b in both]
    filters = make_filters(choices)
    cases = []
    for (a, b), chosen in zip(both, choices, strict=True):
        sides, notes = _sides(comparison, a, b), _notes(comparison.rows, b)
        cases.append(case_section(sides, filters.classes_of(chosen), notes, prompts.of([a, b])))
    first, second = comparison.names
    return _page(f"Eval compare: {first}, {second}", _compared(comparison, margin), filters, cases, prompts)


def _page(title: str, head: Iterable[str], filters: Filters, cases: Iterable[str], prompts: Prompts) -> str:
    # The count stands last, for a counter knows only what came before it; the style moves it to the top.
    count = f'<p class="count"> of {counted(filters.cases, "case")} shown</p>'
    listed = (f'<section class="cases"><h2>Cases</h2>{controls(filters)}', *cases, f"{count}</section>")
    systems = list(prompts.section())
    shared = ("<h2>System messages</h2>", *systems) if systems else ()
    return as_html(title, "report/pages.css", ("<main>", *head, *listed, *shared, "</main>"), rules(filters))


def _compared(comparison: Comparison, margin: float) -> Iterator[str]:
    first, second = map(foreign, comparison.names)
    yield f"<h1>Eval compare</h1><p>A: <bdi>{first}</bdi><br>B: <bdi>{second}</bdi></p>"
    yield f'<p class="answer">{answer(comparison, margin, foreign)}</p>'
    yield "<h2>Summary</h2>" + '<div class="sides">'
    arms = zip("AB", comparison.names, (comparison.first, comparison.second), strict=True)
    for letter, name, outcomes in arms:
        told = f"{tiles(summarise(outcomes))}{arm_list(outcomes)}"
        yield f"<div><h3><bdi>{foreign(_called(letter, name))}</bdi></h3>{told}</div>"
    yield f'</div><h2>Checks</h2><p class="soft">{COMPARED}</p>{_figures(comparison_plots(comparison, margin))}'
    yield comparison_table(comparison)
    yield "<h2>Won and lost</h2>"
    yield from wins_and_losses(comparison.rows)


def _figures(plots: Iterable[Plot]) -> str:
    shown = "".join(f"<figure>{svg}<figcaption>{note}</figcaption></figure>" for svg, note in plots)
    return f'<div class="figures">{shown}</div>'


def _called(letter: str, name: str) -> str:
    return f"{letter}: {name}"


def _sides(comparison: Comparison, first: CaseOutcome, second: CaseOutcome) -> list[Side]:
    """Both drafts, or one where they are the same and judged the same."""
    a, b = first.replayed, second.replayed
    names = [_called(letter, name) for letter, name in zip("AB", comparison.names, strict=True)]
    if a.draft == b.draft and a.attempts == b.attempts and a.result.verdicts == b.result.verdicts:
        return [Side(second, "A and B alike")]
    before, after = changed_words(a.draft or "", b.draft or "")
    return [Side(first, names[0], tuple(before)), Side(second, names[1], tuple(after))]


def _results(rows: Sequence[Row]) -> dict[str, set[str]]:
    """Which cases were won and lost in anything but advice."""
    counting = [row for row in rows if row.blocking is not False]
    won = {case for row in counting for case in row.wins}
    lost = {case for row in counting for case in row.losses}
    return {"won": won - lost, "lost": lost - won, "won and lost": won & lost}


def _against(rows: Sequence[Row], results: dict[str, set[str]], outcome: CaseOutcome) -> Iterator[Choice]:
    case = outcome.case.id
    yield Choice("against A", "", next((name for name, ids in results.items() if case in ids), "same"))
    for row in rows:
        if case in row.wins:
            yield Choice("against A", "won by B in", row.name)
        if case in row.losses:
            yield Choice("against A", "lost by B in", row.name)


def _notes(rows: Sequence[Row], outcome: CaseOutcome) -> Iterator[str]:
    case = outcome.case.id
    won = [row.name for row in rows if case in row.wins]
    lost = [row.name for row in rows if case in row.losses]
    yield f'<span class="note good">won {foreign(", ".join(won))}</span>' if won else ""
    yield f'<span class="note bad">lost {foreign(", ".join(lost))}</span>' if lost else ""
    yield from notes_of(outcome, lost)
