"""The comparison of checks with readers, as one HTML page."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from evals.agreement import report
from evals.figures import Report
from evals.guardrails_page import as_page, highlighted
from evals.page import foreign
from guardrails.types import VerdictFinding
from tests.evals.labelled_drafts import HOSTILE, make_finding, make_row, make_verdict
from tests.evals.report.outline import Outline


def sample(text: str = "We are sorry.", file: str = "f.jsonl") -> Report:
    """Ten drafts, every field of which holds this text; apology has scores and grounding none."""
    levels = [0, 1, 2, 3, 2, 0, 1, 2, 3, 2]
    rows = [
        make_row(
            {"apology": level, "grounding": level > 1, text: 1},
            id=text[:400],
            complaint=text,
            draft=text,
            brand=text[:400],
            evidence={"apology": [text]},
        )
        for level in levels
    ]
    finding = make_finding(text, text[2:6], reason=text)
    verdicts = [
        {
            "apology": make_verdict("apology", 3 - level, score=level / 4, findings=(finding,)),
            "grounding": make_verdict("grounding", passed=level > 0, error=text),
        }
        for level in levels
    ]
    return report(file, rows, verdicts, 3)


@pytest.fixture(scope="module")
def page() -> str:
    """The page of well-meant drafts."""
    return as_page(sample())


def test_the_page_needs_nothing_else(page: str) -> None:
    """No script, no address, no font, and a policy that would stop any."""
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(outline.tags)
    assert "http" not in page.replace("http-equiv", "")
    assert "url(" not in page
    assert "@import" not in page
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in outline.attributes


def test_every_element_is_closed_and_every_link_leads_somewhere(page: str) -> None:
    """The page is whole, and its navigation works."""
    outline = Outline(page)
    links = {value.removeprefix("#") for name, value in outline.attributes if name == "href" and value}
    assert links == {"apology", "grounding"} == set(outline.ids)


def test_both_themes_and_small_screens_are_provided_for(page: str) -> None:
    """Colours come from variables, and what is wide scrolls by itself."""
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "@media (prefers-color-scheme: dark)" in page
    assert page.count('<div class="scroll" tabindex="0"><table') == 3


def test_plots_are_drawings(page: str) -> None:
    """One overview; two of each check that has scores; all are well formed, named and without infinities."""
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    titles = [ET.fromstring(drawing).findtext("title") for drawing in drawings]
    assert titles == ["Macro-F1 with 95 % intervals", "Reliability", "Failures found against false alarms"]
    assert not re.search(r"\b(nan|inf)\b", "".join(drawings))


def test_figures_misses_and_confusion_stand_there(page: str) -> None:
    """The same as in the text."""
    assert "10 labelled drafts of <b>f.jsonl</b>" in page
    assert "Worst misses: 3 of 10" in page
    assert "<strong>false alarm</strong><span>label 2, verdict 1 (probability of passing 0.50)</span>" in page
    assert "We<mark> are</mark> sorry." in page
    assert 'table class="confusion"' in page


def test_hostile_texts_stay_texts() -> None:
    """Whatever draft, complaint, id, brand, evidence, label or file name hold, the page keeps its elements."""
    plain, attacked = Outline(as_page(sample())), Outline(as_page(sample(HOSTILE, file=HOSTILE)))
    assert attacked.tags == plain.tags
    assert [name for name, _ in attacked.attributes] == [name for name, _ in plain.attributes]
    assert not re.search(r"[\x00-\x08\x1b\u202e]", as_page(sample(HOSTILE)))


def test_a_huge_draft_is_shown_whole() -> None:
    """The page scrolls its text instead of cutting it."""
    assert foreign("<" * 20_000) in as_page(sample("<" * 20_000)).replace("<mark>", "").replace("</mark>", "")


def test_labels_of_one_kind_have_no_plot_of_recall() -> None:
    """What is not defined is said, not drawn."""
    row, verdict = make_row({"tone": 0}), make_verdict("tone", 0, score=0.9)
    html = as_page(report("f", [row] * 3, [{"tone": verdict}] * 3, 3))
    assert "labels of one kind alone" in html
    assert "Failures found against false alarms" not in html
    assert "Worst misses: none" in html


def spans(*places: tuple[int, int]) -> tuple[VerdictFinding, ...]:
    """Findings at these places."""
    return tuple(VerdictFinding(start=start, end=end, excerpt="", reason="") for start, end in places)


@pytest.mark.parametrize(
    ("text", "places", "html"),
    [
        ("plain", (), "plain"),
        ("abcdef", ((1, 3),), "a<mark>bc</mark>def"),
        ("abcdef", ((4, 6), (0, 2)), "<mark>ab</mark>cd<mark>ef</mark>"),
        ("abcdef", ((0, 3), (2, 5)), "<mark>abcde</mark>f"),
        ("abcdef", ((0, 5), (1, 2)), "<mark>abcde</mark>f"),
        ("abcdef", ((0, 2), (2, 4)), "<mark>abcd</mark>ef"),
        ("😀<b>&", ((0, 2),), "<mark>😀&lt;</mark>b&gt;&amp;"),
        ("", (), ""),
    ],
)
def test_found_words_are_marked(text: str, places: tuple[tuple[int, int], ...], html: str) -> None:
    """Counted in characters, escaped inside and outside of the mark; findings may overlap."""
    assert highlighted(text, spans(*places)) == html
