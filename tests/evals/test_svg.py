"""Rows of dots with their intervals."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from evals.statistics import Interval
from evals.svg import Axis, Row, intervals
from tests.evals.labelled_drafts import HOSTILE

AXIS = Axis(-1, 1, ((-1, "-100"), (0, "0"), (1, "+100")), ((0, "zero"), (-0.05, "margin")))


def drawn(*rows: Row) -> ET.Element:
    """The drawing, parsed."""
    return ET.fromstring(intervals("Difference", rows, AXIS))


def test_a_row_has_a_dot_within_its_interval() -> None:
    """And its figures stand in the description too."""
    svg = drawn(Row("apology", 0.1, Interval(-0.2, 0.4), "+10"))
    dot, bar = svg.find("circle"), svg.find("line[@class='range']")
    assert dot is not None
    assert bar is not None
    assert float(bar.attrib["x1"]) < float(dot.attrib["cx"]) < float(bar.attrib["x2"])
    assert svg.findtext("desc") == "apology +10"


def test_lines_stand_at_their_places() -> None:
    """The margin is left of no difference."""
    svg = drawn(Row("apology", 0.1, None, "+10"))
    zero, margin = svg.find("line[@class='zero']"), svg.find("line[@class='margin']")
    assert zero is not None
    assert margin is not None
    assert float(margin.attrib["x1"]) < float(zero.attrib["x1"])


@pytest.mark.parametrize(
    "row",
    [
        Row("nothing", None, None, "no case"),
        Row(HOSTILE, 0.0, Interval(-1, 1), HOSTILE),
        Row("x" * 500, 9.0, Interval(-9, 9), "far"),
        Row("", 0.0, Interval(0, 0), ""),
    ],
)
def test_every_row_stays_in_the_drawing(row: Row) -> None:
    """Whatever its name and its figures."""
    svg = drawn(row)
    width = float(svg.attrib["viewBox"].split()[2])
    places = [
        float(value) for element in svg.iter() for name, value in element.attrib.items() if name in ("x1", "x2", "cx")
    ]
    assert all(0 <= place <= width for place in places)
    assert {element.tag for element in svg.iter()} <= {"svg", "title", "desc", "line", "circle", "text"}


def test_no_row_is_a_drawing_too() -> None:
    """Of the axis alone."""
    assert drawn().findall("circle") == []
