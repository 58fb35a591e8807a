"""Texts of others in Markdown."""

from __future__ import annotations

import pytest

from amends_django_helpdesk.plain import one_line, plain


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Dear Dana, it's £42.50 - 10 % off (now)!", "Dear Dana, it's £42.50 - 10 % off (now)!"),
        ("a\n\n\n\nb\n", "a\n\nb"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("# a\n- b\n+ c\n1. d\n12) e\n===\n2.5", "&#35; a\n&#45; b\n&#43; c\n1&#46; d\n12&#41; e\n&#61;==\n2&#46;5"),
        ("*a* _b_ `c` \\", "\\*a\\* \\_b\\_ \\`c\\` \\\\"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("[a](javascript:b)", "&#91;a&#93;(javascript:b)"),
        ("{{ a }} {% b %}", "\\{\\{ a \\}\\} \\{% b %\\}"),
        ("    code", "&nbsp;&nbsp;&nbsp;&nbsp;code"),
        ("order #12, C# and #x", "order *#*12, C# and #x"),
        ("~~~", "&#126;&#126;&#126;"),
        ("a\u202eb\u2066c\x00\x02d\ue000\ufeff", "abcd\ue000"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_plain(text: str, markdown: str) -> None:
    """What would be more than text is not, and what is text stays readable."""
    assert plain(text) == markdown


def test_one_line() -> None:
    """Lines become one, which is cut before it is written as Markdown."""
    assert one_line(" a\n\n*b* ", 10) == "a \\*b\\*"
    assert one_line("<" * 10, 4) == "&lt;&lt;&lt;…"
