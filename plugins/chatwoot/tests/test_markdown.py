"""Texts of others in notes, read by a real reader of Markdown: they are the very texts, and nothing else."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from amends_chatwoot.markdown import one_line, plain, quoted, visible

READER = MarkdownIt("default", {"html": True})  # as generous as one may be
ODD = st.text(alphabet=st.sampled_from("ab1 \n\t\\`*_{}[]()<>#+-.!|~&=:/@'\"^$%\u202e\u00a0é"), max_size=60)


def shown(markdown: str) -> str:
    """What a person sees, with white space as one blank."""
    return squeezed(html.unescape(re.sub(r"<[^>]*>", " ", READER.render(markdown))))


def squeezed(text: str) -> str:
    """A text with all white space as one blank."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](https://evil.example/x.png)",
        "[@Ada](mention://user/1/Ada)",
        "**bold** _it_ `code` ~~gone~~ ***",
        "# Heading\n=======\n---",
        "1. One\n2) Two\n- Three\n+ Four\n* Five",
        "    code\n\tcode",
        "> quote\n| a | b |\n|---|---|",
        "&lt;b&gt; &#60; &amp;",
        "a\\\nb\\",
        "[x]: https://evil.example",
        "Dear Dana,\n\nSorry.\n\nYours,\nMaya",
        "```\ncode\n```",
    ],
)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    """On its own, in a block, and on one line; without any markup but paragraphs."""
    assert shown(plain(text)) == squeezed(text)
    assert shown(quoted(text)) == squeezed(text)
    assert shown(one_line(text, 1_000)) == squeezed(text)
    tags = set(re.findall(r"</?(\w+)", READER.render(quoted(text))))
    assert tags <= {"p", "br", "blockquote"}


@given(ODD)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """Whatever its characters are, in whatever order."""
    rendered = READER.render(quoted(text))
    assert set(re.findall(r"</?(\w+)", rendered)) <= {"p", "br", "blockquote"}
    assert shown(quoted(text)) == squeezed(visible(text))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u202eb\u202c", "a[U+202E]b[U+202C]"),
        ("a\u200bb\ufeff", "a[U+200B]b[U+FEFF]"),
        ("a\x00b\x1b", "a[U+0000]b[U+001B]"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("né 🙂", "né 🙂"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, seen: str) -> None:
    """And line breaks are line breaks."""
    assert visible(text) == seen


def test_lines_stay_lines() -> None:
    """Also within a paragraph, where Markdown would join them."""
    assert READER.render(quoted("Yours,\nMaya")).count("<br") == 1


def test_no_address_becomes_a_link() -> None:
    """Where a reader makes links of bare addresses, and mentions of Chatwoot's own."""
    text = plain("https://evil.example www.evil.example mention://user/1/Ada")
    assert "://" not in text
    assert "www." not in text


def test_a_long_text_is_cut_on_one_line() -> None:
    """At characters of the text, not of its Markdown."""
    assert one_line("*" * 50, 10) == "\\*" * 9 + "…"
    assert one_line("a\n b", 10) == "a b"
