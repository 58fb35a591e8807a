"""What is left out of a draft: what a check found, and what its model did not expect to say."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.runner import Report
from guardrails.sentences import sentences
from guardrails.types import Agent, Context, FollowUp, Remedy, Scale, Verdict
from service.model import Completion, Sentence
from service.omitting import Omitting, wanted_of, without

MOST = 0.1
MOST_SENTENCES = 4


def said(text: str, *surprises: float) -> Completion:
    """A text whose sentences surprised its model by so many nats a character."""
    spans = sentences(text)
    told = [Sentence(each.start, each.end, -much * len(each.text)) for each, much in zip(spans, surprises, strict=True)]
    return Completion(text, "m", "e", 1, 1, tuple(told))


def verdict(check: str, *, passed: bool = True, level: int | None = None, **more: object) -> Verdict:
    """A blocking verdict."""
    return Verdict.model_validate(
        {"check": check, "passed": passed, "blocking": True, "level": level, "limit": None, **more}
    )


def reads(text: str) -> Report:
    """A solution needs Friday, and is better with a time; no uncles, and four sentences at most."""
    level, uncle = ("Friday" in text) + ("9:00" in text), text.find("uncle")
    found = () if uncle < 0 else ({"start": uncle, "end": uncle + 5, "excerpt": "uncle", "reason": "It is his."},)
    return Report(
        (
            verdict("solution", passed=level > 0, level=level),
            verdict("grounding", passed=not found, findings=found),
            verdict("constraints", passed=len(sentences(text)) <= MOST_SENTENCES),
        ),
        (),
    )


def left_of(completion: Completion, report: Report | None = None, wanted: Sequence[str] = ()) -> str:
    """The text after unsure sentences were left out; its sentences stand where they say."""

    async def check(text: str) -> Report:
        return reads(text)

    first = report or reads(completion.text)
    shorter, found = asyncio.run(Omitting(MOST, wanted, check).better(completion, first))
    assert [shorter.text[each.start : each.end] for each in shorter.sentences] == [
        each.text for each in sentences(shorter.text)
    ]
    if report is None:
        assert found == reads(shorter.text)
    return shorter.text


@pytest.mark.parametrize(
    ("text", "surprises", "left"),
    [
        ("Sorry. It broke. It comes on Friday.", (0, 1, 0), "Sorry. It broke. It comes on Friday."),
        ("Sorry. You broke it. One comes on Friday.", (0, 1, 0), "Sorry. One comes on Friday."),
        ("Sorry. You broke it. One comes on Friday.", (0, 0.05, 0), "Sorry. You broke it. One comes on Friday."),
        ("Sorry. You broke it. One comes on Friday.", (0, 0, 1), "Sorry. You broke it. One comes on Friday."),
        ("You broke it. One comes on Friday.", (1, 0), "One comes on Friday."),
        ("One comes on Friday. You broke it.", (0, 1), "One comes on Friday."),
        ("One comes on Friday. We did it. You did it.", (0, 1, 1), "One comes on Friday."),
        ("One comes on Friday. Please write to us.", (0, 1), "One comes on Friday. Please write to us."),
        ("Ana has it. She comes on Friday.", (1, 0), "Ana has it. She comes on Friday."),
        ("Take one. You can also have it on Friday.", (1, 0), "Take one. You can also have it on Friday."),
        ("It broke. Otherwise it comes on Friday.", (1, 0), "It broke. Otherwise it comes on Friday."),
        ("One comes on Friday. Do not use it.", (0, 1), "One comes on Friday. Do not use it."),
        ("One comes on Friday. It’s free if you ask.", (0, 1), "One comes on Friday. It’s free if you ask."),
        ("One comes on Friday. It isn’t ours.", (0, 1), "One comes on Friday. It isn’t ours."),
        ("Friday.\n\n- We look.\n- We mend.", (0, 1, 1), "Friday.\n\n- We look.\n- We mend."),
        ("Friday.\n\nYours sincerely, Maya.", (0, 1), "Friday.\n\nYours sincerely, Maya."),
        ("Friday.\n\nYou broke the blue kettle.", (0, 1), "Friday."),
        ("Friday at 9 a.m. You broke it. Monday is fine.", (0, 1, 0), "Friday at 9 a.m. You broke it. Monday is fine."),
        ("Friday. You say “Oh. We say yes.”", (0, 1, 0), "Friday. You say “Oh. We say yes.”"),
        ('Friday. You say "Oh. We say yes."', (0, 1, 0), 'Friday. You say "Oh. We say yes."'),
        ("Friday.\n\nYou broke it.\n\nTim", (0, 1, 1), "Friday.\n\nTim"),
        ("Friday. You broke it.\n\nTim", (0, 1, 1), "Friday.\n\nTim"),
        ("You broke it.\n\nFriday.", (1, 0), "Friday."),
        ("Friday.\n\nYou broke it. Ana did.", (0, 1, 0), "Friday.\n\nAna did."),
    ],
)
def test_what_goes_and_what_stays(text: str, surprises: tuple[float, ...], left: str) -> None:
    """Sentences go that nothing needs: no check, no pronoun; a request cannot be false, and names are no statements."""
    assert left_of(said(text, *surprises)) == left


@pytest.mark.parametrize(
    ("text", "surprises", "left"),
    [
        ("Your uncle came. One comes on Friday.", (0, 0), "One comes on Friday."),
        ("Your uncle comes on Friday. It rained.", (0, 0), "Your uncle comes on Friday. It rained."),
        ("Your uncle came. One comes on Friday. We saw.", (0, 0, 1), "One comes on Friday."),
        ("A came. B came. C came. D came. Friday.", (0, 0.02, 0.03, 0, 0), "A came. B came. D came. Friday."),
        ("A came. Uncle B came. C came. D came. Friday.", (0, 0, 0.05, 0, 0), "A came. Uncle B came. D came. Friday."),
        ("A came. An uncle came. C came. D came. Friday.", (0, 0, 0.05, 0, 0), "A came. C came. D came. Friday."),
        ("A came. B came. C came. D came. E came.", (0, 0, 0, 0, 0), "A came. B came. C came. D came. E came."),
    ],
)
def test_what_a_check_stops_comes_right_or_stays_whole(text: str, surprises: tuple[float, ...], left: str) -> None:
    """First the sentences with findings go, then others, the most surprising first; no more than must."""
    assert left_of(said(text, *surprises)) == left


def test_a_level_is_kept() -> None:
    """A solution that passes without its time would still be a poorer one."""
    text = "One comes on Friday. The van comes at 9:00. We saw it."
    assert left_of(said(text, 0, 1, 1)) == "One comes on Friday. The van comes at 9:00."


def test_nothing_wanted_is_lost() -> None:
    """What is authorised is offered, however unsure the model is of it; said twice, once is enough."""
    wanted = ("Full refund of £40", "A voucher of £10")
    text = "Friday. We refund you £40 in full. You get £10."
    assert left_of(said(text, 0, 1, 1), wanted=wanted) == "Friday. We refund you £40 in full. You get £10."
    twice = "Friday. We refund you £40 in full. You get £10. You get £40 as a refund."
    assert left_of(said(twice, 0, 0, 0, 1), wanted=wanted) == text
    assert left_of(said(text, 0, 1, 1), wanted=("A voucher of £10",)) == "Friday. You get £10."


def test_no_number_is_lost() -> None:
    """Of a remedy of two parts both are said, though one sentence alone has half of its words."""
    text = "Friday. We refund £40 in full. You also get £10 for the shop."
    wanted = ("Refund £40 in full, and a voucher of £10 for the shop",)
    assert left_of(said(text, 0, 1, 1), wanted=wanted) == text


def test_nothing_is_tried_after_the_deadline() -> None:
    """A draft that came late is answered with as it is."""
    completion = said("Friday. You broke it.", 0, 1)
    report = reads(completion.text)

    async def never(text: str) -> Report:
        raise AssertionError(text)

    late = Omitting(MOST, (), never, deadline=-math.inf)
    assert asyncio.run(late.better(completion, report)) == (completion, report)


def test_a_signature_says_nothing() -> None:
    """That somebody's name stands below does not tell the customer whom to ask."""
    text = "Friday. You can ask Yusuf at the front desk.\n\nYusuf\nFront Desk"
    assert left_of(said(text, 0, 1, 0, 0), wanted=("the front desk",)) == text


def test_what_is_wanted() -> None:
    """Remedies and the follow-up, of which a team counts where no person is named."""
    context = Context(brand="Harbourline", agent=Agent(name="Maya"))
    assert wanted_of(context) == []
    contact = FollowUp(person="Lena Ortiz", team="Care", channel="phone 0113 496 0218", by="Friday")
    remedies = (Remedy(id="R1", text="Full refund"),)
    constraints = ("Say that it must stay unplugged.", "Say nothing about the lid.", "At most 60 words.")
    more = {"follow_up": contact, "remedies": remedies, "constraints": constraints}
    full = context.model_copy(update=more)
    assert wanted_of(full) == ["Full refund", "Lena Ortiz", "phone 0113 496 0218", "Friday", constraints[0]]
    team = context.model_copy(update={"follow_up": FollowUp(team="Care", channel="e-mail")})
    assert wanted_of(team) == ["Care", "e-mail"]


@pytest.mark.parametrize(
    "report",
    [
        Report((verdict("solution", passed=False, level=0),), ()),
        Report((verdict("solution", level=1),), (), undecided={"solution": Scale(2, "at_least")}),
        Report((verdict("solution", level=1), verdict("grounding", passed=False, error="It broke.")), ()),
        Report((), ()),
    ],
)
def test_some_drafts_stay_as_they_are(report: Report) -> None:
    """One that is to be revised is revised whole, and a judge is to read what was written."""
    text = "One comes on Friday. You broke it."
    assert left_of(said(text, 0, 1), report) == text


def test_where_nothing_is_known_nothing_goes() -> None:
    """An endpoint that tells no probabilities loses no sentence."""
    completion = Completion("One comes on Friday. You broke it.", "m", "e", 1, 1)
    report = reads(completion.text)

    async def never(text: str) -> Report:
        raise AssertionError(text)

    assert asyncio.run(Omitting(MOST, (), never).better(completion, report)) == (completion, report)


@given(st.lists(st.sampled_from(["We came.", "It rained!", "Dear Ana,", "\n", "\n\n", "Tim", "“Oh.”"]), max_size=12))
def test_any_sentence_can_be_taken_out(parts: list[str]) -> None:
    """What is left are the other sentences, word for word and in their places, without a gap."""
    text = " ".join(parts).strip()
    completion = said(text, *(0.5 for _ in sentences(text)))
    for number, sentence in enumerate(completion.sentences):
        left = without(completion, sentence)
        others = [each.text for at, each in enumerate(sentences(text)) if at != number]
        assert [left.text[each.start : each.end] for each in left.sentences] == others
        assert left.text == left.text.strip()
        assert left.text.count("\n") <= text.count("\n")
