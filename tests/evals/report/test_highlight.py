"""Marks over texts: overlapping, nested, touching, at the edges and beyond them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.report.highlight import Span, marked, merged, pieces


@pytest.mark.parametrize(
    ("text", "spans", "html"),
    [
        ("plain", [], "plain"),
        ("", [Span(0, 3, "a")], ""),
        ("abcdef", [Span(1, 3, "a", 1)], 'a<mark class="a" data-n="1">bc</mark>def'),
        (
            "abcdef",
            [Span(0, 4, "a", 1), Span(2, 6, "b", 2)],
            '<mark class="a">ab</mark><mark class="a b" data-n="1">cd</mark><mark class="b" data-n="2">ef</mark>',
        ),
        (
            "abcdef",
            [Span(0, 6, "a", 1), Span(2, 4, "b", 2)],
            '<mark class="a">ab</mark><mark class="a b" data-n="2">cd</mark><mark class="a" data-n="1">ef</mark>',
        ),
        ("ab", [Span(0, 2, "a", 1), Span(0, 2, "a", 2)], '<mark class="a" data-n="1 2">ab</mark>'),
        ("😀<b>&", [Span(0, 2, "a", 1)], '<mark class="a" data-n="1">😀&lt;</mark>b&gt;&amp;'),
        ("abc", [Span(2, 99, "a", 1)], 'ab<mark class="a" data-n="1">c</mark>'),
        ("abc", [Span(2, 2, "a", 1), Span(3, 1, "a", 2), Span(7, 9, "a", 3)], "abc"),
    ],
)
def test_each_stretch_carries_what_lies_over_it(text: str, spans: list[Span], html: str) -> None:
    """Marks never cross; a number stands where its span ends, inside of the text; a span without words is left out."""
    assert marked(text, spans) == html


PLACES = st.tuples(st.integers(-3, 40), st.integers(-3, 40))


@given(st.text(alphabet="ab <&😀\u202e", max_size=30), st.lists(PLACES, max_size=8))
def test_the_text_stays_and_marks_never_nest(text: str, places: list[tuple[int, int]]) -> None:
    """Without its tags the HTML is the text again, and no mark opens inside another."""
    html = marked(text, [Span(start, end, "a", 1) for start, end in places])
    assert unescape(re.sub(r"</?mark[^>]*>", "", html)) == text.replace("\u202e", "\ufffd")
    tags = re.findall(r"</?mark", html)
    assert tags == ["<mark", "</mark"] * (len(tags) // 2)


def test_merged_marks_are_one() -> None:
    """What touches or overlaps is one mark."""
    assert merged("abcdef", [Span(0, 2), Span(2, 3), Span(1, 4)]) == "<mark>abcd</mark>ef"


def test_many_spans_are_cut_in_order() -> None:
    """A finding on each of 20,000 characters is as many pieces."""
    assert len(list(pieces(20_000, [Span(place, place + 1) for place in range(20_000)]))) == 20_000
