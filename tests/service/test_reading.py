"""Reading JSON into a contract: every fault is named with its place, and nothing sent is repeated."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from guardrails import limits
from service.errors import InputError, InvalidField, NotJson, TooLarge
from service.reading import MOST_FAULTS, line_of, read_contract
from service.schemas import Case, CheckInput

CASE: dict[str, object] = {
    "complaint": {"text": "My kettle broke.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
}


def read(body: bytes | object) -> Case:
    """A case from bytes, or from a value that is JSON first."""
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_contract(encoded, Case, limits.BODY_BYTES)


def changed(path: str, value: object) -> dict[str, object]:
    """The case with another value at a path."""
    data: dict[str, object] = json.loads(json.dumps(CASE))
    *parents, last = path.split(".")
    inner: dict[str, object] = data
    for name in parents:
        found = inner.setdefault(name, {})
        assert isinstance(found, dict)
        inner = found
    inner[last] = value
    return data


def fault_of(body: bytes | object) -> InvalidField:
    """The error that a body causes."""
    with pytest.raises(InvalidField) as caught:
        read(body)
    return caught.value


def test_the_smallest_case_is_read() -> None:
    """Complaint, channel, brand and agent are enough."""
    case = read(CASE)
    assert (case.complaint.text, case.context.agent.name, case.options) == ("My kettle broke.", "Maya", None)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", None),
        ("options", None),
        ("options", {}),
        ("context.facts", None),
        ("context.facts", []),
        ("context.history", []),
        ("context.follow_up", {}),
        ("complaint.public", None),
        ("complaint.text", "x" * limits.COMPLAINT_CHARACTERS),
        ("complaint.text", "😀 null: \0"),
        ("options.max_words", limits.WORDS),
    ],
)
def test_what_may_be_absent_or_is_at_its_limit_is_read(path: str, value: object) -> None:
    """Null and empty lists count as absent, and a limit is the last value allowed."""
    assert read(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("complaint.text", "", "at least 1 character"),
        ("complaint.text", " \n\t", "must not be blank"),
        ("complaint.text", "\x1c\x85\u2028\u3000\ufeff", "must not be blank"),
        ("complaint.text", "x" * (limits.COMPLAINT_CHARACTERS + 1), "at most 20000 characters"),
        ("complaint.text", 5, "valid string"),
        ("complaint.channel", "fax", "'email', 'chat', 'review' or 'social'"),
        ("complaint.public", "yes", "valid boolean"),
        ("complaint.public", 1, "valid boolean"),
        ("complaint.extra", 1, "is not a known field"),
        ("context.agent", {}, "is required"),
        ("context.brand", " ", "must not be blank"),
        ("context.facts", "one", "valid"),
        ("context.facts", ["x"] * (limits.LIST_ITEMS + 1), "at most 50 items"),
        ("context.now", "2025-10-21T09:05:00", "timezone"),
        ("context.now", "soon", "valid datetime"),
        ("options.max_words", 0, "greater than or equal to 1"),
        ("options.max_words", "80", "valid integer"),
        ("options.max_words", True, "valid integer"),
        ("options.max_words", 80.5, "valid integer"),
        ("options.max_words", 1e300, "less than or equal to 2000"),
        ("options.max_words", float("inf"), "valid integer"),
        ("options.max_words", float("nan"), "valid integer"),
        ("options.alternatives", limits.ALTERNATIVES + 1, "less than or equal to 5"),
        ("options.delivery", "loud", "'strict' or 'flagged'"),
    ],
)
def test_a_fault_names_its_field(path: str, value: object, says: str) -> None:
    """The first fault has the path of its field and what to do, in words."""
    error = fault_of(changed(path, value))
    assert error.field is not None
    assert error.field.startswith(path)
    assert says in error.message
    assert str(error) == f"{error.field}: {error.message}"


@pytest.mark.parametrize("text", ["80.0", "8e1", "800e-1"])
def test_a_whole_number_is_an_integer(text: str) -> None:
    """As JSON Schema has it, however the number is written; what becomes of it is the same."""
    case = read(json.dumps(changed("options.max_words", 80)).replace("80", text).encode())
    assert case == read(changed("options.max_words", 80))
    assert type(case.options and case.options.max_words) is int


def test_an_item_of_a_list_is_named_by_its_number() -> None:
    """The path counts items from 0, as JSON paths do."""
    error = fault_of(changed("context.history", [{"from": "customer", "text": "Hi"}, {"from": "boss"}]))
    assert [field for field, _ in error.faults] == ["context.history.1.from", "context.history.1.text"]


def test_every_fault_is_listed() -> None:
    """A sender can put everything right at once."""
    error = fault_of({"complaint": {"channel": "fax"}, "context": {}})
    named = {field for field, _ in error.faults}
    assert named == {"complaint.text", "complaint.channel", "context.brand", "context.agent"}


def test_the_list_of_faults_has_an_end() -> None:
    """A body of unknown fields is not answered with a larger one."""
    error = fault_of(CASE | {f"field{number}": 1 for number in range(5_000)})
    assert len(error.faults) == MOST_FAULTS


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>", "<b>"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("a\nb", "a\\nb"),
        ("é", "é"),
        ("x" * 5_000, "x" * 100),
    ],
)
def test_an_unknown_field_is_named_harmlessly(name: str, shown: str) -> None:
    """A field's name is the sender's: it neither reaches a terminal as a command nor fills a screen."""
    assert fault_of(CASE | {name: 1}).field == shown


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "EOF"),
        (b"   ", "EOF"),
        (b'{"complaint":\n  {"text" "x"}}', "line 2, column"),
        (b"[1,", "EOF"),
        (b'{"id": "\xff"}', "unicode"),
        (b'{"id": "\\ud83d"}', "half of a surrogate pair"),
        (b'{"id": "\\udc00"}', "half of a surrogate pair"),
        (b'{"id": "\\uZZZZ"}', "line 1"),
        (b'{"id": "a\nb"}', "control character"),
        (b"{'id': 1}", "line 1, column 2"),
        (b"undefined", "line 1"),
        (b"[" * 100_000, "recursion"),
        ('{"id": "x"}'.encode("utf-16"), "line 1"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(body: bytes, says: str) -> None:
    """The error says what is wrong and where, whatever the bytes are."""
    with pytest.raises(NotJson, match=says) as caught:
        read(body)
    assert str(caught.value).startswith("not valid JSON: ")


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"text"', b"NaN"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    """A list, a number or a text is no case."""
    with pytest.raises(InputError) as caught:
        read(body)
    assert caught.value.field is None


def test_a_byte_order_mark_is_no_fault() -> None:
    """Some editors write one at the beginning."""
    assert read(b"\xef\xbb\xbf" + json.dumps(CASE).encode()).context.brand == "Harbourline"


def test_too_many_bytes_are_refused_unread() -> None:
    """One byte over the limit is too many, and the limit itself is not."""
    body = json.dumps(CASE).encode()
    assert read_contract(body, Case, len(body))
    with pytest.raises(TooLarge, match=f"limit of {len(body) - 1:,} bytes"):
        read_contract(body, Case, len(body) - 1)


SECRET = "Zyxwv-4929"


@pytest.mark.parametrize(
    "body",
    [
        changed("complaint.channel", SECRET),
        changed("complaint.text", [SECRET]),
        changed("complaint.public", SECRET),
        changed("context.now", SECRET),
        changed("options.max_words", SECRET),
        changed("context.facts", {SECRET: SECRET}),
        json.dumps(CASE).encode()[:-9] + SECRET.encode(),
    ],
)
def test_errors_do_not_repeat_what_was_sent(body: bytes | object) -> None:
    """A value may be a customer's; no error, nor what it was raised from, holds one."""
    with pytest.raises(InputError) as caught:
        read(body)
    chain = (caught.value, caught.value.__cause__, *getattr(caught.value, "faults", ()))
    assert SECRET not in repr(chain)
    assert caught.value.__suppress_context__


def test_a_moment_keeps_its_zone() -> None:
    """`now` is what dates are counted from, so its zone matters."""
    now = read(changed("context.now", "2025-10-21T09:05:00+05:30")).context.now
    assert now is not None
    assert now.utcoffset() == timedelta(hours=5, minutes=30)


@pytest.mark.parametrize(
    ("complaint", "field"),
    [
        ("", "complaint"),
        (" ", "complaint"),
        (5, "complaint"),
        (None, "complaint"),
        ({"text": "x"}, "complaint.channel"),
        ({"text": "x", "channel": "email", "extra": 1}, "complaint.extra"),
    ],
)
def test_a_check_names_the_form_of_complaint_that_was_sent(complaint: object, field: str) -> None:
    """A complaint may be a text or an object, and its faults speak of that form alone."""
    body = json.dumps({"complaint": complaint, "draft": "Sorry."}).encode()
    with pytest.raises(InvalidField) as caught:
        read_contract(body, CheckInput, limits.BODY_BYTES)
    assert [name for name, _ in caught.value.faults] == [field]


TABBED = """\ufeff
{
\t"id":\t"1",
\t"complaint": {
\t\t"text": "A \\"{\\": [1,\\n2]", "channel"
\t\t: "fax"
\t},
\t"facts": [ [], {"²": -1.5e3,
\t\t"a.b": NaN}, "x"
\t],
\t"²": 1, "LONG": 2,
\t"\\u0061": true,
\t"big": HUGE,
\t"id": 7
}""".replace("LONG", "y" * 300).replace("HUGE", "9" * 5_000)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("complaint", 4),
        ("complaint.text", 5),
        ("complaint.channel", 5),
        ("complaint.missing", 4),
        ("missing", 2),
        ("missing.text", 2),
        ("facts", 8),
        ("facts.0", 8),
        ("facts.0.0", 8),
        ("facts.1.²", 8),
        ("facts.1.a.b", 9),
        ("facts.2", 9),
        ("facts.2.deeper", 9),
        ("²", 11),
        ("y" * 100, 11),
        ("a", 12),
        ("big", 13),
        ("id", 14),
    ],
)
def test_a_field_is_found_in_its_line(field: str, line: int) -> None:
    """With tabs, names that look like numbers, and names that are shown in part; of two the one that was read."""
    assert line_of(TABBED.encode(), field) == line


@pytest.mark.parametrize("body", [b"", b"{", b'{"a"', b'{"a": tru}', b"\xff", b"[" * 100_000, b'{"b": 1'])
def test_where_there_is_no_json_there_is_no_line(body: bytes) -> None:
    """Whatever it is, nothing breaks over it."""
    assert line_of(body, "a") is None
