"""Placeholders go in, come back mangled, and the very values are put back; what cannot be is refused."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.errors import PlaceholderLost
from service.model import Message
from service.placeholders.book import Book
from service.placeholders.marks import marks
from service.placeholders.names import names_of

MAIL, PHONE, ACCOUNT = "dana.okafor@example.com", "+44 7700 900417", "63819204"
NAMES = names_of(["Dana Okafor", "Maya Lindqvist"])
TEXT = f"Dana Okafor wrote: mail {MAIL}, call {PHONE}, account {ACCOUNT}."


def replaced(book: Book, text: str) -> str:
    """One message with placeholders."""
    return book.replace([Message("user", text)])[0].content


def filled(text: str = TEXT) -> Book:
    """A book that knows what stands in a text."""
    book = Book(NAMES)
    replaced(book, text)
    return book


def test_nothing_of_a_person_is_left() -> None:
    """Each value has its placeholder, typed and numbered."""
    assert replaced(Book(NAMES), TEXT) == (
        "[NAME_1] [NAME_2] wrote: mail [EMAIL_1], call [PHONE_1], account [ACCOUNT_1]."
    )


def test_equal_values_have_one_placeholder() -> None:
    """Over several messages and rounds, and however they are written."""
    book = filled()
    assert replaced(book, "DANA: 0044 7700 900 417, DANA.OKAFOR@example.com") == "[NAME_1]: [PHONE_1], [EMAIL_1]"
    assert book.restore("[NAME_1], [PHONE_1]") == f"Dana, {PHONE}"


@pytest.mark.parametrize(
    ("numbers", "placeholders"),
    [
        (["(212) 555-1000", "(312) 555-1000"], [1, 2]),
        (["+44 20 7946 0142", "+49 20 7946 0142"], [1, 2]),
        (["020 7946 0142", "+44 20 7946 0142", "+49 20 7946 0142"], [1, 1, 2]),
        (["+44 (0)20 7946 0142", "(020) 7946 0142", "0044 20 7946 0142"], [1, 1, 1]),
        (["(212) 555-1000", "+1 212 555 1000", "1-212-555-1000"], [1, 1, 1]),
        (["07700 900417", "+44 7700 900417", "07700 900418"], [1, 1, 2]),
    ],
)
def test_phone_numbers_share_a_placeholder_where_they_are_one(numbers: list[str], placeholders: list[int]) -> None:
    """The prefix of country and trunk may lack; those of two countries or areas are two numbers."""
    asked = replaced(Book(), "; ".join(f"call {number}" for number in numbers))
    assert asked == "; ".join(f"call [PHONE_{number}]" for number in placeholders)


def test_a_number_is_known_again_without_its_name() -> None:
    """What one text calls an account is one in every text, also in one before it."""
    book = Book()
    first, second = book.replace(
        [Message("user", "It was 6381-9204."), Message("user", "My account number is 63819204.")]
    )
    assert (first.content, second.content) == ("It was [ACCOUNT_1].", "My account number is [ACCOUNT_1].")


def test_a_value_of_two_lines_is_put_back_in_one() -> None:
    """A broken line is not to be broken in the reply."""
    book = filled("to d.okafor@\nexample.com or 07700\n900417")
    assert book.restore("[EMAIL_1], [PHONE_1]") == "d.okafor@example.com, 07700 900417"


def test_a_name_keeps_its_joiners() -> None:
    """In Persian they are a part of its spelling."""
    book = Book(names_of(["علی\u200cرضا"]))
    assert replaced(book, "من علی\u200cرضا هستم") == "من [NAME_1] هستم"
    assert book.restore("[NAME_1]") == "علی\u200cرضا"


@pytest.mark.parametrize(
    "shown",
    [
        "[EMAIL_1]", "[email_1]", "[Email_1]", "[ EMAIL_1 ]", "[EMAIL _ 1]", "[EMAIL 1]", "[EMAIL-1]", "[EMAIL1]",
        "[EMAIL\n_1]", "[EMA\nIL_1]", "[EM-\nAIL_1]", "[EMAIL_\n1]", "[\nEMAIL_1\n]", "[E M A I L _ 1]", "EMAIL_1",
        "email_1", "EMAIL 1", "EMAIL\n_1", "\\[EMAIL\\_1\\]", "[EMAIL\\_1]", "`EMAIL_1`", "{EMAIL_1}", "{{EMAIL_1}}",
        "<EMAIL_1>", "&lt;EMAIL_1&gt;", "&#91;EMAIL_1&#93;", "\\u005bEMAIL_1\\u005d", "[EMAIL\\u005f1]",
        "\uff3bEMAIL_1\uff3d", "[\u200bEMAIL_1\u200b]", "[EMAIL_01]", "[EMAIL_1", "EMAIL_1]", "[E-Mail_1]",
        "[[EMAIL_1]]", "[EMAIL #1]", "[EMAIL&#95;1]", "[EMAIL\u00a01]", "%5BEMAIL_1%5D", "email 1",
    ],
)  # fmt: skip
def test_every_spelling_is_known_again(shown: str) -> None:
    """Case, blanks, lines, brackets and escapes may change; the value is put back as it was."""
    restored = filled().restore(f"We write to {shown}, as you wish.")
    assert restored.replace("`", "") == f"We write to {MAIL}, as you wish."


@pytest.mark.parametrize(
    "text",
    [
        "I will email 1 colleague and phone 1 other.",
        "We closed account 1 month ago, name 1 reason.",
        "Call 1-800-555-0100 or card 2.",
        "It took 1 email.",
        "Emails 1 to 3.",
        "[1] and [x] and (a) and {b}",
        "Please keep this email.\n\n1. We will send you a kettle.",
        "You can choose by e-mail:\n\n1) name the day",
        "Tell us by email 1) the day, 2) the place.",
        "Keep the account\n1. and we refund it.",
        "We wrote an e-mail - 1.30 pm.",
        "It was phone 1.30 pm, or account 1,204.",
    ],
)
def test_common_words_are_no_placeholders(text: str) -> None:
    """A count behind a common word stays a count."""
    assert filled().restore(text) == text


@pytest.mark.parametrize(
    "shown",
    [
        "[EMAIL_2]", "EMAIL_2", "email_7", "[PHONE_11]", "[CARD_1]", "[EMAIL]", "[EMAIL_X]", "[EMAIL_n]", "[ADDRESS_1]",
        "[ORDER_NUMBER_2]", "[EMAIL_1_2]", "EMAIL_1_2", "MY_EMAIL_1", "[TELEFON_1]", "{NAME_9}", "[ name 9 ]",
        "[EMAIL_123456]", "[PHONE_1 (until noon)]", "[NAME_1's]", "[PHONE_1-2]", "[NAME_1=Dana]", "{EMAIL_1 or so}",
        "[PHONE_1 (or EMAIL_1) please]",
    ],
)  # fmt: skip
def test_an_invented_placeholder_is_refused(shown: str) -> None:
    """The reason names no word of the text."""
    with pytest.raises(PlaceholderLost) as error:
        filled().restore(f"Secretly, we write to {shown}.")
    assert "Secretly" not in str(error.value)


@pytest.mark.parametrize("shown", ["[NAME_1 NAME_2]", "[NAME_1, NAME_2]", "[NAME_1] [NAME_2]", "([NAME_1] NAME_2)"])
def test_several_placeholders_may_share_brackets(shown: str) -> None:
    """The bracket of the first is closed by the last."""
    assert re.sub(r"[,()]", "", filled().restore(f"Dear {shown}, sorry.")) == "Dear Dana Okafor sorry."


@pytest.mark.parametrize("hostile", ["[EMAIL_1]", "email_1", "EMAIL 1", "[ email-1 ]", "E-MAIL_1", "[EMAIL\\_1]"])
def test_a_placeholder_of_the_customers_own_is_a_word(hostile: str) -> None:
    """It is never given out, and comes back as it is."""
    book = Book(NAMES, [f"You wrote {hostile} to me."])
    assert replaced(book, f"You wrote {hostile} to me, {MAIL}") == f"You wrote {hostile} to me, [EMAIL_2]"
    assert book.restore(f"We wrote {hostile} to you, [EMAIL_2].") == f"We wrote {hostile} to you, {MAIL}."
    with pytest.raises(PlaceholderLost):
        book.restore("[EMAIL_3]")


def test_a_value_is_never_read_as_a_placeholder() -> None:
    """A customer who is called like a placeholder gets nobody's address."""
    book = Book(names_of(["EMAIL_1 Okafor"]), ["EMAIL_1 Okafor"])
    assert MAIL in replaced(Book(), "plain") + MAIL
    assert replaced(book, f"EMAIL_1 Okafor, {MAIL}").endswith("[EMAIL_2]")
    assert book.restore("EMAIL_1 [NAME_1]") == "EMAIL_1 Okafor" or book.restore("[EMAIL_2]") == MAIL


def test_a_prompt_with_a_placeholder_that_is_taken_is_refused() -> None:
    """What comes late and reads like one that was given out would be confused with it."""
    with pytest.raises(PlaceholderLost):
        replaced(filled(), "and [EMAIL_1] too")


def test_answers_in_json_stay_json() -> None:
    """Values are put inside of texts, with what JSON must escape, also where the model escaped the brackets."""
    book = Book(names_of(["Dana"]))
    replaced(book, "Dana, dana\\@example.com, mail d@example.com")
    answer = '{"level": 2, "quote": "\\u005bNAME_1\\u005d says \\"[EMAIL_1]\\"", "list": ["[NAME_1]", 1, null]}'
    for text in (answer, f"```json\n{answer}\n```"):
        parsed = json.loads(book.restore(text))
        assert parsed["quote"].startswith("Dana says")
        assert parsed["list"] == ["Dana", 1, None]
    assert book.restore("[so NAME_1") == "[so Dana"
    assert book.restore("[" * 5_000) == "[" * 5_000


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00"])
def test_half_an_emoji_in_an_answer_in_json_is_no_character(half: str) -> None:
    """What comes back can be sent and stored; a whole pair is one character."""
    answer = f'{{"quote": "[NAME_1] {half}", "{half}": "\\ud83d\\ude00"}}'
    restored = filled().restore(answer)
    assert json.loads(restored.encode()) == {"quote": "Dana \ufffd", "\ufffd": "\U0001f600"}


# What models were seen to do, and more: each keeps the kind and the number.
def spaced(mark: str, data: st.DataObject) -> str:
    """Blanks at the brackets and at the low line."""
    blank = data.draw(st.sampled_from(["", " ", "\n", "  ", "\u00a0", "\t"]))
    return mark.replace("[", f"[{blank}").replace("_", f"{blank}_{blank}").replace("]", f"{blank}]")


def broken(mark: str, data: st.DataObject) -> str:
    """A line break anywhere in it."""
    at = data.draw(st.integers(1, len(mark) - 1))
    return f"{mark[:at]}\n{mark[at:]}"


def bare(mark: str, data: st.DataObject) -> str:
    """Without brackets, or with others."""
    one, other = data.draw(st.sampled_from([("", ""), ("{", "}"), ("[[", "]]"), ("**[", "]**"), ("\\[", "\\]")]))
    return mark.replace("[", one).replace("]", other)


def escaped(mark: str, data: st.DataObject) -> str:
    """As Markdown, HTML and JSON escape."""
    pairs = [("_", "\\_"), ("[", "&#91;"), ("]", "&#93;"), ("_", "&#95;"), ("[", "\\u005b"), ("]", "\\u005d")]
    old, new = data.draw(st.sampled_from(pairs))
    return mark.replace(old, new)


def cased(mark: str, data: st.DataObject) -> str:
    """Small, or with one capital."""
    return data.draw(st.sampled_from([mark.lower(), mark.title(), mark.swapcase()]))


VALUES = st.one_of(
    st.from_regex(r"[a-z]{2,9}\.[a-z]{2,9}@[a-z]{3,9}\.(?:com|org|de)", fullmatch=True),
    st.from_regex(r"\+44 7700 900[0-9]{3}", fullmatch=True),
    st.sampled_from(
        ["4242 4242 4242 4242", "DE89 3704 0044 0532 0130 00", "54362315K", "123-45-6789", "Dana", "Okafor"]
    ),
)
SAFE = st.text(st.sampled_from("abc xyz, .!?é\n'"), max_size=30)


@given(st.lists(st.tuples(SAFE, VALUES), min_size=1, max_size=6), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
def test_what_was_taken_out_comes_back(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    """restore(mangle(replace(text))) is the text, whatever was done to each placeholder."""
    text = "".join(f"{safe} ; {value} ; " for safe, value in pieces)
    book = Book(NAMES, [text])
    asked = replaced(book, text)
    assert not any(value in asked for _, value in pieces)
    assert book.restore(asked) == text

    def mangled(match: re.Match[str]) -> str:
        mark = match.group()
        for way in data.draw(st.permutations([cased, bare, data.draw(st.sampled_from([spaced, broken, escaped]))])):
            mark = way(mark, data)
        return mark

    restored = book.restore(re.sub(r"\[[A-Z]+_\d+\]", mangled, asked))
    assert re.sub(r"\*|\s", "", restored) == re.sub(r"\s", "", text)


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
def test_any_text_comes_back_or_is_refused(text: str) -> None:
    """A text without anything planted is never changed, and nothing but PlaceholderLost is raised."""
    book = Book(Book()._names, [text])
    (message,) = book.replace([Message("user", text)])
    if not book.counts():
        assert message.content == text
        assert book.restore(text) in (text, _as_json(text))


def _as_json(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def test_marks_say_what_they_are() -> None:
    """Kind, number, place."""
    (mark,) = marks("to [ Phone_12 ].")
    assert (mark.kind, mark.number, mark.start, mark.end, mark.sure) == ("PHONE", 12, 3, 15, True)
