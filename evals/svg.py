"""Draws inline SVG: colours come from the page's style, so that both themes work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from evals.page import foreign
from evals.statistics import Interval

SCALE = 1.25  # at most, so that texts are of one size in all figures
TOP, ROW, FIELD = 10, 30, 176  # the space above the first row, a row, and the field that the axis spans
NAME, CHARACTER, LONGEST = 124, 7.4, 30  # room for names at least, for one character of them, and their most
VALUE = 64  # room for what stands right of the field


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where; `ticks` with their names, and `lines` with the class that says how they look."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    lines: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A named dot with its interval; where `at` is None, `shown` says why there is none."""

    name: str
    at: float | None
    interval: Interval | None
    shown: str


def intervals(title: str, rows: Sequence[Row], axis: Axis) -> str:
    """Dots with their intervals, a row for each, over one axis."""
    left = max(NAME, CHARACTER * max((len(_clipped(row.name)) for row in rows), default=0) + 14)
    bottom = len(rows) * ROW + TOP
    ticks = "".join(_tick(_across(axis, left, place), bottom, name) for place, name in axis.ticks)
    lines = "".join(
        f'<line class="{look}" {line(_across(axis, left, place), 4, _across(axis, left, place), bottom)}/>'
        for place, look in axis.lines
    )
    drawn = "".join(_row(row, TOP + (index + 0.5) * ROW, axis, left) for index, row in enumerate(rows))
    values = "; ".join(f"{row.name} {row.shown}" for row in rows)
    return drawing(title, left + FIELD + VALUE, bottom + 24, f"{ticks}{lines}{drawn}", values)


def drawing(title: str, width: float, height: float, body: str, values: str = "") -> str:
    """An SVG of this size; `values` are its figures, for who cannot see it."""
    told = f"<desc>{foreign(values)}</desc>" if values else ""
    size = f'viewBox="0 0 {width:g} {height:g}" style="max-width: {SCALE * width:.0f}px"'
    return f'<svg {size} role="img"><title>{escape(title)}</title>{told}{body}</svg>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """The ends of a line, as attributes."""
    return f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'


def _tick(x: float, bottom: float, name: str) -> str:
    label = f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{name}</text>'
    return f'<line class="grid" {line(x, 4, x, bottom)}/>{label}'


def _row(row: Row, y: float, axis: Axis, left: float) -> str:
    name = f'<text x="{left - 10:.1f}" y="{y + 4:.1f}" text-anchor="end">{foreign(_clipped(row.name))}</text>'
    if row.at is None:
        return f'{name}<text x="{left + 6:.1f}" y="{y + 4:.1f}">{foreign(row.shown)}</text>'
    dot = f'<circle class="dot" cx="{_across(axis, left, row.at):.1f}" cy="{y:.1f}" r="4.5"/>'
    value = f'<text class="value" x="{left + FIELD + 10:.1f}" y="{y + 4:.1f}">{foreign(row.shown)}</text>'
    return f"{name}{_bar(row.interval, y, axis, left)}{dot}{value}"


def _bar(interval: Interval | None, y: float, axis: Axis, left: float) -> str:
    if interval is None:
        return ""
    return f'<line class="range" {line(_across(axis, left, interval.low), y, _across(axis, left, interval.high), y)}/>'


def _across(axis: Axis, left: float, place: float) -> float:
    within = min(max(place, axis.low), axis.high)
    return left + FIELD * (within - axis.low) / (axis.high - axis.low)


def _clipped(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
