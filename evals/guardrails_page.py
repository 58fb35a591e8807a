"""Writes the comparison of checks with readers as one HTML page that needs nothing else: no script, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.figures import Agreement, Confusion, Miss, Report
from evals.guardrails_report import NOTHING, bounds, figure, grouping, readers_line, said
from evals.page import as_html, block, foreign, scrolling
from evals.plots import overview, recall_curve, reliability
from evals.report.highlight import Span, merged
from evals.statistics import Proportion
from guardrails.types import VerdictFinding

# Groups of columns, each with its own; a group without a name has columns that need none.
COLUMNS = (
    ("", ("check", "drafts", "failing", "macro-F1")),
    ("failing drafts", ("precision", "recall", "F1")),
    ("passing drafts", ("precision", "recall", "F1")),
    ("recall at false alarms", ("1 %", "5 %")),
    ("", ("calibration error",)),
)
EXPLAINED = """A check finds failures: precision is the share of its failed drafts that fail by the readers too, recall
the share of failing drafts that it fails. Recall at 1 % is what its score would find while failing at most 1 % of the
good drafts. The calibration error (ECE, ten bins of about as many drafts each) says how far the score is from the share
that passes. Intervals are 95 %: Wilson's for shares; for macro-F1 the delta method on the logit, over drafts that
belong together. A dash stands where these labels define no figure."""


def as_page(report: Report) -> str:
    """The whole page."""
    body = (*_head(report), *map(_section, report.checks))
    return as_html(f"Checks against readers: {report.file}", "guardrails_page.css", body)


def highlighted(text: str, findings: Sequence[VerdictFinding]) -> str:
    """A draft as HTML, with the words of its findings marked; findings may overlap."""
    return merged(text, [Span(found.start, found.end) for found in findings])


def _head(report: Report) -> Iterator[str]:
    yield f"<h1>Checks against readers</h1>\n<p>{report.drafts:,} labelled drafts of <b>{foreign(report.file)}</b>.</p>"
    if report.unknown_labels:
        yield f"<p>Labels of no check, not compared: {foreign(', '.join(report.unknown_labels))}.</p>"
    links = " · ".join(f'<a href="#{found.check}">{found.check}</a>' for found in report.checks)
    yield f"<nav>{links}</nav>"
    yield f'<figure class="wide">{overview(report.checks)}<figcaption>Macro-F1 and its interval</figcaption></figure>'
    yield scrolling(_summary(report.checks))
    yield f'<p class="soft">{EXPLAINED}</p>'


def _summary(checks: Sequence[Agreement]) -> str:
    groups = "".join(f'<th scope="colgroup" colspan="{len(names)}">{group}</th>' for group, names in COLUMNS)
    names = "".join(f'<th scope="col">{name}</th>' for _, names in COLUMNS for name in names)
    rows = "\n".join(map(_row, checks))
    head = f"<tr>{groups}</tr>\n<tr>{names}</tr>"
    return f'<table class="summary">\n<thead>\n{head}\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>'


def _row(found: Agreement) -> str:
    scores = found.scores
    recalls = [_share(each.recall) for each in scores.recall_at] if scores else []
    cells = (
        f"{found.n:,}",
        f"{found.failures:,}",
        f"{figure(found.macro_f1, 3)}<small>{bounds(found.macro_f1_interval)}</small>",
        *(_share(found.failing.precision), _share(found.failing.recall), figure(found.failing.f1)),
        *(_share(found.passing.precision), _share(found.passing.recall), figure(found.passing.f1)),
        *(recalls or [NOTHING, NOTHING]),
        figure(scores.error if scores else None, 3),
    )
    name = f'<th scope="row"><a href="#{found.check}">{found.check}</a></th>'
    return f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _share(share: Proportion | None) -> str:
    return f"{figure(share)}<small>{bounds(share.interval)}</small>" if share else NOTHING


def _section(found: Agreement) -> str:
    notes = (f"{found.n:,} drafts, {grouping(found)}", readers_line(found))
    unread = [f"{found.skipped:,} skipped" if found.skipped else "", f"{found.errors:,} broken" if found.errors else ""]
    note = "; ".join(filter(None, (*notes, *unread)))
    shown = f"{len(found.misses):,} of {found.miss_count:,}" if found.miss_count else "none"
    misses = "\n".join(map(_miss, found.misses))
    return (
        f'<section>\n<h2 id="{found.check}">{found.check}</h2>\n<p class="soft">{note}.</p>\n'
        f'<div class="figures">{_plots(found)}{scrolling(_confusion(found.confusion))}</div>\n'
        f"<h3>Worst misses: {shown}</h3>\n{misses}\n</section>"
    )


def _plots(found: Agreement) -> str:
    if found.scores is None:
        return ""
    names = ("Reliability: bars are 95 % intervals", "Failures found against false alarms; dashes at 1 % and 5 %")
    plots = (reliability(found.scores), recall_curve(found.scores))
    pairs = zip(plots, names, strict=True)
    return "".join(f"<figure>{plot}<figcaption>{name}</figcaption></figure>" for plot, name in pairs if plot)


def _confusion(confusion: Confusion) -> str:
    names = "".join(f'<th scope="col">{name}</th>' for name in confusion.verdicts)
    rows = []
    for label, counts in zip(confusion.labels, confusion.counts, strict=True):
        cells = zip(confusion.verdicts, counts, strict=True)
        shaded = "".join(_cell(count, sum(counts), right=verdict == label) for verdict, count in cells)
        rows.append(f'<tr><th scope="row">{label}</th>{shaded}</tr>')
    caption = "Confusion: a row for each label, a column for each verdict; blue where they are the same"
    head = f'<thead><tr><th scope="col">label</th>{names}</tr></thead>'
    return f'<table class="confusion"><caption>{caption}</caption>{head}<tbody>{"".join(rows)}</tbody></table>'


def _cell(count: int, whole: int, *, right: bool) -> str:
    """Shaded by its share of the row, agreement in another colour than disagreement."""
    strength = 0.6 * count / whole if whole else 0.0
    return f'<td style="background: rgba(var(--{"good" if right else "wrong"}), {strength:.2f})">{count:,}</td>'


def _miss(miss: Miss) -> str:
    rows = [("complaint", block(foreign(miss.complaint))), ("draft", block(highlighted(miss.draft, miss.findings)))]
    rows += [("check", foreign(found.reason)) for found in miss.findings]
    rows += [("readers", block(foreign(quote))) for quote in miss.evidence]
    rows += [("note", foreign(miss.note))] if miss.note else []
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    head = f"<strong>{miss.kind}</strong><span>{said(miss)}</span><bdi>{foreign(miss.id)}</bdi>"
    return f"<article><header>{head}</header><dl>{listed}</dl></article>"
