"""Writes the comparison of checks with readers as one HTML page that needs nothing else: no script, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files

from evals.figures import Agreement, Confusion, Miss, Report
from evals.guardrails_report import NOTHING, bounds, figure, grouping, readers_line, said
from evals.plots import overview, recall_curve, reliability
from evals.statistics import Proportion
from guardrails.types import VerdictFinding

# Nothing may be loaded and nothing may run, whatever a draft holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# What HTML does not allow, and what would let a text read otherwise than it is written.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
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
    style = (files("evals") / "guardrails_page.css").read_text(encoding="utf-8")
    title = f"Checks against readers: {report.file}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{foreign(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join((*_head(report), *map(_section, report.checks)))
        + "\n</body>\n</html>\n"
    )


def foreign(text: str) -> str:
    """A text that others wrote, as HTML."""
    return escape(CONTROLS.sub("\ufffd", text))


def highlighted(text: str, findings: Sequence[VerdictFinding]) -> str:
    """A draft as HTML, with the words of its findings marked; findings may overlap."""
    parts, done = [], 0
    for start, end in _merged((found.start, found.end) for found in findings):
        parts.append(f"{foreign(text[done:start])}<mark>{foreign(text[start:end])}</mark>")
        done = end
    return "".join(parts) + foreign(text[done:])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _head(report: Report) -> Iterator[str]:
    yield f"<h1>Checks against readers</h1>\n<p>{report.drafts:,} labelled drafts of <b>{foreign(report.file)}</b>.</p>"
    if report.unknown_labels:
        yield f"<p>Labels of no check, not compared: {foreign(', '.join(report.unknown_labels))}.</p>"
    links = " · ".join(f'<a href="#{found.check}">{found.check}</a>' for found in report.checks)
    yield f"<nav>{links}</nav>"
    yield f'<figure class="wide">{overview(report.checks)}<figcaption>Macro-F1 and its interval</figcaption></figure>'
    yield _scrolling(_summary(report.checks))
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
        f'<div class="figures">{_plots(found)}{_scrolling(_confusion(found.confusion))}</div>\n'
        f"<h3>Worst misses: {shown}</h3>\n{misses}\n</section>"
    )


def _scrolling(table: str) -> str:
    """A table that scrolls by itself where the screen is narrow, with the keyboard too."""
    return f'<div class="scroll" tabindex="0">{table}</div>'


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
    rows = [("complaint", _text(foreign(miss.complaint))), ("draft", _text(highlighted(miss.draft, miss.findings)))]
    rows += [("check", foreign(found.reason)) for found in miss.findings]
    rows += [("readers", _text(foreign(quote))) for quote in miss.evidence]
    rows += [("note", foreign(miss.note))] if miss.note else []
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    head = f"<strong>{miss.kind}</strong><span>{said(miss)}</span><bdi>{foreign(miss.id)}</bdi>"
    return f"<article><header>{head}</header><dl>{listed}</dl></article>"


def _text(html: str) -> str:
    return f'<div class="text" dir="auto">{html}</div>'
