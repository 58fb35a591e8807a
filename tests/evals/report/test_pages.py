"""The page of a run and of a comparison: whole, harmless, and filtered by style alone."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from evals.compare import compare
from evals.outcomes import CaseOutcome
from evals.page import foreign
from evals.report.pages import comparison_page, run_page
from tests.evals.labelled_drafts import HOSTILE
from tests.evals.report.outline import Outline
from tests.evals.report.samples import ADVICE, DRAFT, make_case, make_comparison, make_outcome, make_verdicts

ATTACK = {"kind": "injection", "obeyed_if": ["refund"]}
# Signs for signs: what is a word stays one.
HARMLESS = str.maketrans(dict.fromkeys("<>&\"'\x1b\x00\u202e", "*"))


def sample(text: str = "plain words", name: str = "words") -> list[CaseOutcome]:
    """Four cases of every kind, each field of which holds this text where a text may stand."""
    follow_up = {"person": name, "team": name, "channel": name, "by": name}
    case = make_case(
        "full",
        origin=text,
        situation=name,
        complaint={"text": text, "channel": "chat", "customer_name": name},
        context={
            "brand": name,
            "agent": {"name": name, "role": name},
            "facts": [text, text],
            "constraints": [text],
            "remedies": [{"id": name, "text": text}],
            "follow_up": follow_up,
            "customer_ref": name,
            "history": [{"from": "customer", "text": text}],
            "now": datetime(2025, 10, 21, tzinfo=UTC).isoformat(),
        },
        options={"tone": name, "instruction": name},
        must_mention=[text],
        must_not_promise=["kettle"],
        attack={"kind": "injection", "obeyed_if": ["sorry", text]},
        edit={"draft": text, "sent": text},
    )
    draft = f"I am sorry, kettle. {text}"
    failing = make_verdicts({"apology": True, "excuses": False, "length": False}, draft, text)
    return [
        make_outcome(
            case, draft=draft, verdicts=failing, others=(text, draft), prompt=f"[system]\n{text}\n\n[user]\n{text}"
        ),
        make_outcome(make_case("obeys", attack=ATTACK, situation=name)),
        make_outcome(make_case("silent"), draft=None, escalate=text),
        make_outcome(make_case("escalated"), escalate=text, prompt=text),
    ]


def both(text: str = "plain words", name: str = "words") -> str:
    """The page of two arms, whose drafts differ."""
    first = sample(text, name)
    second = [*first[:1], make_outcome(first[1].case, {"apology": False}, f"{DRAFT} {text}"), *first[2:]]
    return comparison_page(compare((name, f"{name} too"), first, second))


def run_of(text: str) -> str:
    """A run with this text everywhere."""
    return run_page(text, sample(text, text))


def both_of(text: str) -> str:
    """A comparison with this text everywhere."""
    return both(text, text)


@pytest.fixture(params=["run", "comparison"])
def page(request: pytest.FixtureRequest) -> str:
    """Each of the pages."""
    return run_page("mine", sample()) if request.param == "run" else both()


def test_the_page_needs_nothing_else(page: str) -> None:
    """No script, no address, no font, no handler, and a policy that would stop any."""
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(outline.tags)
    assert "http" not in page.replace("http-equiv", "")
    assert not re.search(r"url\(|@import|@font-face", page)
    assert not [name for name, _ in outline.attributes if name.startswith("on")]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in outline.attributes


def test_every_element_is_closed_and_every_link_leads_somewhere(page: str) -> None:
    """No id stands twice either."""
    outline = Outline(page)
    links = {value.removeprefix("#") for name, value in outline.attributes if name == "href" and value}
    assert links
    assert links <= set(outline.ids)
    assert len(set(outline.ids)) == len(outline.ids)


def test_headings_stand_in_order(page: str) -> None:
    """One of the first level, and none is skipped."""
    headings = Outline(page).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(headings))


def test_plots_are_drawings(page: str) -> None:
    """Four of them, well formed, named, with their figures as text, and without infinities."""
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 4
    assert all(
        ET.fromstring(drawing).findtext("title") and ET.fromstring(drawing).findtext("desc") for drawing in drawings
    )
    assert not re.search(r"\b(nan|inf)\b", "".join(drawings))


@pytest.mark.parametrize(
    "text", [HOSTILE, "</details><script>x()</script>", "</style><b>", "&lt;b&gt;", '"><a href="x">']
)
def test_hostile_texts_stay_texts(text: str) -> None:
    """Whatever draft, complaint, context, advice, prompt or name hold, the pages keep their elements."""
    for shown in (run_of, both_of):
        plain, attacked = Outline(shown(text.translate(HARMLESS))), Outline(shown(text))
        assert attacked.tags == plain.tags
        assert [name for name, _ in attacked.attributes] == [name for name, _ in plain.attributes]
        assert not re.search(r"[\x00-\x08\x1b\u202e]", shown(text))


def test_a_case_is_told_whole() -> None:
    """Complaint, context, draft with its findings, verdicts, expectations, attempts, edit and prompt."""
    html = run_page("mine", sample())
    for part in (
        *("<h3>full</h3>", "needs review", "not as expected", "fails excuses, length", "chat, private from"),
        *("<dt>facts</dt>", "<dt>remedies</dt>", "<dt>follow-up</dt>", "1 earlier message", "<dt>constraints</dt>"),
        '<mark class="fault proof" data-n="1 2 3">am sorr</mark>',
        *("<b>excuses</b> fails", "but only advises", "does not promise kettle: it stands in the draft"),
        *("1 other attempt", "What an agent made of it", "The rendered prompt", "the best attempt, not returned"),
        *("<b>Attack obeyed:</b> <q>refund</q>", "There is no text.", "<b>Escalate:</b> <bdi>plain words</bdi>"),
    ):
        assert part in html


def test_reason_and_advice_stand_in_the_text() -> None:
    """Nothing waits for a mouse."""
    html = run_page("mine", [make_outcome(passes={"excuses": False})])
    assert f"<p>{ADVICE}</p>" in html
    assert "<q>am sorr</q> excuses says so." in html
    assert 'title="' not in html


def test_a_comparison_shows_both_drafts_with_what_changed() -> None:
    """Words of one arm alone are marked in it; what both wrote alike stands there once."""
    html = both()
    assert '<mark class="changed">plain words</mark></div>' in html
    assert "A and B alike" in html
    assert "A: words" in html
    assert "B: words too" in html
    assert '<a href="#case-obeys">obeys</a>' in html


def test_filters_are_rules_and_lists_of_the_same_names() -> None:
    """Each choice has one rule, which hides the cases without its class."""
    html = run_page("mine", sample())
    options = re.findall(r'<option value="(f\d+)">([^<]+)</option>', html)
    ruled = re.findall(r"main:has\(option\[value=(f\d+)\]:checked\) \.case:not\(\.\1\)\{display:none\}", html)
    assert set(ruled) >= {value for value, _ in options}
    labels = {label: value for value, label in options}
    assert {"excuses (1)", "ready (1)", "needs review (2)", "chat (1)", "attack obeyed (1)"} <= set(labels)
    cases = {
        id_: classes.split() for classes, id_ in re.findall(r'<details class="(case [^"]*)" id="case-(\w+)"', html)
    }
    assert [id_ for id_, classes in cases.items() if labels["excuses (1)"] in classes] == ["full"]


def test_a_comparison_filters_by_what_was_won_and_lost() -> None:
    """Overall, and check by check."""
    html = comparison_page(make_comparison((True, True), (False, True), (True, False), (True, False)))
    for label in ("won (1)", "lost (2)", "same (1)"):
        assert f">{label}</option>" in html
    assert '<optgroup label="lost by B in">' in html
    assert '<span class="note bad">lost ready, as expected, excuses</span>' in html


def test_texts_stand_there_once() -> None:
    """A system message of many cases, and a draft of both arms."""
    prompt = "[system]\nthe long principles\n\n[user]\nthe case"
    outcomes = [make_outcome(make_case(f"c-{index}"), prompt=prompt) for index in range(5)]
    assert run_page("mine", outcomes).count("the long principles") == 1
    html = comparison_page(compare(("a", "b"), outcomes, outcomes))
    assert html.count("the long principles") == 1
    assert html.count("the kettle broke. We") == 5


def test_two_hundred_cases_stay_small() -> None:
    """An e-mail takes them: drafts of 150 words, prompts of 1,200 with the principles."""
    principles, words = "principle " * 800, "word " * 150
    outcomes = [
        make_outcome(
            make_case(f"c-{index}", complaint={"text": f"{index} {words}", "channel": "email"}),
            {f"check-{number}": number > 3 for number in range(14)},
            f"{index} {words}",
            prompt=f"[system]\n{principles}\n\n[user]\n{index} {words * 3}",
        )
        for index in range(200)
    ]
    others = [
        make_outcome(each.case, {"excuses": True}, f"{each.replayed.draft} so", prompt="other") for each in outcomes
    ]
    assert len(run_page("mine", outcomes).encode()) < 4_000_000
    assert len(comparison_page(compare(("a", "b"), outcomes, others)).encode()) < 4_000_000


def test_a_huge_draft_is_shown_whole() -> None:
    """A single word of 20,000 characters, which the style lets wrap."""
    html = run_page("mine", [make_outcome(draft="<" * 20_000)])
    assert foreign("<" * 20_000) in re.sub(r"</?mark[^>]*>", "", html)
    assert "overflow-wrap: anywhere" in html


def test_no_case_is_a_page_too() -> None:
    """It says that there is none."""
    assert "0 cases shown" in run_page("mine", [])
    assert "There is no case to compare." in comparison_page(make_comparison())
