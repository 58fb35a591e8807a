"""Draws the figures of a comparison as inline SVG: colours come from the page's style, so that both themes work."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.figures import Agreement, Scores
from evals.svg import TOP, Axis, Row, drawing, intervals, line

SIDE, LEFT = 240, 48  # a square field, with room for the axis on its left
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
ALARM_TICKS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)


def overview(checks: Sequence[Agreement]) -> str:
    """Macro-F1 of every check, with its interval."""
    axis = Axis(0, 1, tuple((tick, f"{tick:g}") for tick in TICKS))
    return intervals("Macro-F1 with 95 % intervals", [_overview_row(found) for found in checks], axis)


def reliability(scores: Scores) -> str:
    """The share that passes against the score; a perfect check lies on the diagonal."""
    marks = []
    for each in scores.bins:
        x, share = _x(each.score), each.passing
        marks.append(f'<line class="range" {line(x, _y(share.interval.low), x, _y(share.interval.high))}/>')
        title = f"{each.n} drafts scored {each.score:.2f} on average: {share.value:.2f} pass"
        marks.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{_y(share.value):.1f}" r="4"><title>{title}</title></circle>'
        )
    places = " ".join(f"{_x(each.score):.1f},{_y(each.passing.value):.1f}" for each in scores.bins)
    diagonal = f'<line class="ideal" {line(_x(0), _y(0), _x(1), _y(1))}/>'
    body = f'{_axes(TICKS, TICKS)}{diagonal}<polyline class="curve" points="{places}"/>{"".join(marks)}'
    return _square("Reliability", "score: probability of passing", "share that passes", body)


def recall_curve(scores: Scores) -> str:
    """Failures found against false alarms; the square-root axis gives the few false alarms that matter more room."""
    if not scores.passing or not scores.failing:
        return ""
    places = " ".join(
        f"{_x(math.sqrt(point.alarms / scores.passing)):.1f},{_y(point.caught / scores.failing):.1f}"
        for point in scores.curve
    )
    limits = (_x(math.sqrt(each.false_alarms)) for each in scores.recall_at)
    marks = "".join(f'<line class="ideal" {line(x, _y(0), x, _y(1))}/>' for x in limits)
    axes = _axes([math.sqrt(tick) for tick in ALARM_TICKS], TICKS, [f"{tick * 100:g}" for tick in ALARM_TICKS])
    body = f'{axes}{marks}<polyline class="curve" points="{places}"/>'
    return _square("Failures found against false alarms", "% false alarms", "recall of failures", body)


def _overview_row(found: Agreement) -> Row:
    shown = "labels of one kind alone" if found.macro_f1 is None else f"{found.macro_f1:.3f}"
    return Row(found.check, found.macro_f1, found.macro_f1_interval, shown)


def _axes(across: Sequence[float], up: Sequence[float], names: Sequence[str] | None = None) -> str:
    shown = names or [f"{tick:g}" for tick in across]
    columns = (
        f'<line class="grid" {line(_x(tick), _y(0), _x(tick), _y(1))}/>'
        f'<text x="{_x(tick):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{name}</text>'
        for tick, name in zip(across, shown, strict=True)
    )
    rows = (
        f'<line class="grid" {line(_x(0), _y(tick), _x(1), _y(tick))}/>'
        f'<text x="{LEFT - 6}" y="{_y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in up
    )
    return "".join((*columns, *rows))


def _square(title: str, across: str, up: str, body: str) -> str:
    middle = TOP + SIDE / 2
    names = (
        f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 34}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">{up}</text>'
    )
    return drawing(title, LEFT + SIDE + 16, TOP + SIDE + 42, body + names)


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)
