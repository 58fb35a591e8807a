"""The grammar that holds the embedded model to the case."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from guardrails.types import Agent, Complaint, Context, FollowUp, HistoryItem, Remedy, Verdict, VerdictFinding
from service.embedded.grammar import OPENERS, grammar_of

CONTEXT = Context(
    brand="Harbourline Home",
    agent=Agent(name="Maya Lindqvist", role="customer care"),
    facts=("Order HL-20931 (a Tern kettle, £42.50) came on 14 March.",),
    remedies=(Remedy(id="r", text='a new kettle, the "Tern II"'),),
    follow_up=FollowUp(person="Priya Nair", channel="care@harbourline.example", by="Friday at 17:00"),
    now=datetime(2025, 3, 19, 9, tzinfo=UTC),
)


def values_for(text: str, **changes: object) -> set[str]:
    """The words that the grammar takes from a case that came by e-mail."""
    return values_in(Complaint(text=text, channel="email"), **changes)


def values_in(complaint: Complaint, **changes: object) -> set[str]:
    """The words that the grammar takes from a case."""
    context = CONTEXT.model_copy(update=changes)
    rule = grammar_of(complaint, context).rpartition("value ::= (")[2]
    return {literal.replace('\\"', '"') for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', rule)} - {"'s", "’s"}


@pytest.mark.parametrize(
    "word",
    ["Harbourline", "Maya", "HL-20931", "£42.50", "14", "March", "Tern", "II", "Priya", "17:00", "Wednesday", "2025"],
)
def test_names_and_numbers_of_the_case_may_be_written(word: str) -> None:
    """Facts, remedies, follow-up, brand, agent and today's date give the words with capitals and digits."""
    assert word in values_for("It leaks.")


def test_contacts_may_be_written() -> None:
    """An address is one word, though it has no capital and no digit."""
    assert "care@harbourline.example" in values_for("It leaks.")


def test_the_customers_own_words_may_be_written() -> None:
    """What the complaint and the history name can be said back; what was shouted stays the customer's."""
    history = (HistoryItem(sender="customer", text="I called Bruno on 9 May."),)
    found = values_for("The TERN broke at 7pm. NEVER AGAIN, see Trustpilot!", history=history)
    assert {"7pm", "Trustpilot", "Bruno", "May", "9"} <= found
    assert not {"TERN", "NEVER", "AGAIN"} & found


def test_punctuation_is_no_part_of_a_value() -> None:
    """Commas, brackets and quotation marks around a word are left."""
    assert not any(value[0] in "(\"'," or value[-1] in ".,)\"'" for value in values_for('He said "Bad (very)".'))


@pytest.mark.parametrize(
    ("check", "excerpt", "passed", "kept"),
    [
        ("personal_data", "Order HL-20931", False, False),
        ("constraints", "HL-20931", False, False),
        ("constraints", "HL-20931", True, True),
        ("constraints", "Your order HL-20931 came, and we are glad of it.", False, True),
        ("grounding", "HL-20931", False, True),
        ("personal_data", "HL-2093", False, True),
    ],
)
def test_what_a_check_said_not_to_tell_may_not_be_written_again(
    check: str, excerpt: str, *, passed: bool, kept: bool
) -> None:
    """Short findings of the checks that keep words out; the words of a whole sentence are not to blame one by one."""
    finding = VerdictFinding(start=0, end=len(excerpt), excerpt=excerpt, reason="Not in public.")
    verdict = Verdict(check=check, passed=passed, blocking=True, level=None, limit=None, findings=(finding,))
    grammar = grammar_of(Complaint(text="It leaks.", channel="email"), CONTEXT, (verdict,))
    assert ('"HL-20931"' in grammar) == kept
    assert '"Priya"' in grammar


PUBLIC = Complaint(
    text="Room 214 was Okafor's nightmare for 3 nights, see booking #88213! Ring me: 07700 900123.",
    channel="review",
    customer_name="Dana Okafor",
)


@pytest.mark.parametrize("word", ["Okafor", "Okafor's", "214", "88213", "#88213", "07700", "900123", "HL-20931"])
def test_a_public_reply_cannot_tell_who_the_customer_is(word: str) -> None:
    """What personal_data would find in any text of the case is out of the model's reach from its first text on."""
    assert word not in values_in(PUBLIC)
    private = PUBLIC.model_copy(update={"channel": "email"})
    assert word in values_in(private) or word == "88213"  # the customer wrote it with its sign


@pytest.mark.parametrize("name", ["Dana Okafor-Smith", "Dana O'Kafor", "Kafor, Dana"])
def test_no_piece_of_a_surname_can_be_told(name: str) -> None:
    """Of a name with a hyphen or an apostrophe, or turned around by an export; the first name can be."""
    found = values_in(PUBLIC.model_copy(update={"text": "It leaks.", "customer_name": name}))
    assert "Dana" in found
    assert not {"Okafor", "Smith", "Kafor"} & found


def test_an_agent_of_the_same_name_can_sign() -> None:
    """The agent's name is for the public."""
    assert "Lindqvist" in values_in(PUBLIC.model_copy(update={"customer_name": "Dana Lindqvist-Roe"}))


@pytest.mark.parametrize("word", ["Dana", "3", "14", "March", "£42.50", "Priya", "care@harbourline.example"])
def test_a_public_reply_can_tell_the_rest(word: str) -> None:
    """The first name, counts, dates, sums and the business's own contact."""
    assert word in values_in(PUBLIC)


def test_a_number_that_the_business_wants_told_stays() -> None:
    """A follow-up by a reference is told as it is, in public, too."""
    follow_up = FollowUp(person="Priya Nair", channel="a private message, quoting case 88213", by="Friday")
    assert "88213" in values_in(PUBLIC, follow_up=follow_up)


@pytest.mark.parametrize("text", ['a "quote" and a \\ backslash C:\\X', "Ünïcode 日本語 😀", "'", "A" * 20_000])
def test_hostile_texts_make_a_grammar_all_the_same(text: str) -> None:
    """Whatever the customer writes stands between quotation marks that it cannot close."""
    grammar = grammar_of(Complaint(text=text, channel="email"), CONTEXT)
    (rule,) = [line for line in grammar.splitlines() if line.startswith("value ::=")]
    assert re.fullmatch(r'value ::= \((?:"(?:[^"\\]|\\.)*"(?: \| )?)+\) \("\'s" \| "’s"\)\?', rule)


def test_words_are_taken_as_the_prompt_shows_them() -> None:
    """A zero byte would end the grammar in its middle, and nobody can write what the prompt does not show."""
    found = values_for("Zed\0Zoe and Y\u200ben", facts=None)
    assert {"Zed", "Zoe", "Yen"} <= found
    assert not set("\0\u200b") & set("".join(found))


def test_a_long_complaint_keeps_the_businesss_words() -> None:
    """When a case has too many values, the business's own are not the ones that are left out."""
    text = " ".join(f"Aaa{number}" for number in range(2_000))
    assert {"Harbourline", "HL-20931", "Priya"} <= values_for(text)


def test_openers_are_single_words() -> None:
    """Each stands once, with a capital and nothing else."""
    assert len(set(OPENERS)) == len(OPENERS)
    assert all(re.fullmatch("[A-Z][a-z]*", word) for word in OPENERS)


@pytest.mark.parametrize("name", ["Nadia Osei", None])
def test_nobody_is_greeted_by_a_name_that_is_not_known(name: str | None) -> None:
    """A letter to somebody without a name begins otherwise, also where the complaint has the word."""
    complaint = Complaint(text="Dear Sirs, it leaks.", channel="email", customer_name=name)
    assert ('"Dear"' in grammar_of(complaint, CONTEXT)) == bool(name)
    assert '"Hello"' in grammar_of(complaint, CONTEXT)
