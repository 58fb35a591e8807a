"""The frame of every page."""

from __future__ import annotations

import pytest

from evals.page import as_html, block, foreign, scrolling
from tests.evals.labelled_drafts import HOSTILE
from tests.evals.report.outline import Outline


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ('"it\'s"', "&quot;it&#x27;s&quot;"),
        ("a\x00b\x1bc\x85d", "a\ufffdb\ufffdc\ufffdd"),
        ("\u202eabc\u2066", "\ufffdabc\ufffd"),
        ("\ud800\uffff", "\ufffd\ufffd"),
        ("line\n\tnext\r\n", "line\n\tnext\r\n"),
        ("😀 שלום é", "😀 שלום é"),
    ],
)
def test_foreign_text_is_escaped_character_by_character(text: str, html: str) -> None:
    """What would end an element, or turn the text around, is shown instead."""
    assert foreign(text) == html


def test_a_page_is_whole() -> None:
    """Title, styles and body; both themes, small screens and paper are provided for."""
    page = as_html(
        HOSTILE, "report/pages.css", ["<p>", block("x"), scrolling("<table></table>"), "</p>"], ".f1{color:red}"
    )
    assert Outline(page).tags.count("style") == 1
    for part in (
        "prefers-color-scheme: dark",
        "max-width: 40rem",
        "@media print",
        "unicode-bidi: isolate",
        ".f1{color:red}",
    ):
        assert part in page
    assert page.encode()
