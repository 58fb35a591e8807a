"""Bodies that somebody could send: right ones, changed in one or several places, written wrongly, or packed oddly."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st

from guardrails import limits

COMPLAINT = {"text": "The lid of my kettle was cracked.", "channel": "email", "public": False, "language": "en"}
CONTEXT = {
    "brand": "Harbourline",
    "agent": {"name": "Maya", "role": "Support"},
    "facts": ["The order was delivered on 21 October."],
    "remedies": [{"id": "new", "text": "a new kettle"}],
    "follow_up": {"person": "Priya", "by": "Wednesday"},
    "history": [{"from": "customer", "text": "Hello?"}, {"from": "agent", "text": "Hello."}],
    "constraints": ["Admit no fault."],
    "customer_ref": "c-1",
    "now": "2025-10-21T09:05:00Z",
}
CASE = {
    "id": "ticket-7",
    "complaint": COMPLAINT,
    "context": CONTEXT,
    "options": {"policy": "default", "max_words": 120, "alternatives": 2, "delivery": "flagged"},
}
# A right body for each route, by its path in the contract; b"" where none is read.
BODIES: Mapping[str, object] = {
    "/v1/drafts": CASE,
    "/v1/drafts/{draft_id}/cancel": b"",
    "/v1/drafts/{draft_id}/again": {"instruction": "Shorter.", "alternatives": 2, "tone": "warm"},
    "/v1/drafts/{draft_id}/links": {"expires_in_s": 900},
    "/v1/drafts/{draft_id}/feedback": {"outcome": "edited", "text": "We are sorry.", "agent_tenure_months": 4},
    "/v1/checks": {"id": "c-1", "complaint": COMPLAINT, "draft": "We are so sorry.", "context": CONTEXT},
    "/v1/deletions": {"customer_ref": "c-1"},
    "/v1/webhooks": {"url": "https://hooks.example.com/amends", "events": ["draft.finished"]},
    "/v1/webhooks/{webhook_id}/secret": b"",
    "/v1/webhooks/{webhook_id}/test": b"",
    "/v1/webhooks/deliveries/{delivery_id}/replay": b"",
    "/v1/batches": CASE,
    "/v1/batches/{batch_id}/cancel": b"",
}
LINES = "/v1/batches"


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of JSON, or of what is none, that no value of Python stands for."""

    text: str


TEXTS: tuple[str, ...] = (
    "",
    " ",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "\u202e",
    "\ufeff",
    "😀",
    "'; DROP TABLE drafts; --",
    "../../etc/passwd",
)
TEXTS += (
    "{{7*7}}",
    "%s%n",
    "<script>",
    "\x1b]0;x\x07",
    "default",
    "sent",
    "c-1",
    "2025-13-45T99:99:99Z",
    "0000-01-01T00:00:00Z",
)
LONG = (501, limits.LIST_ITEM_CHARACTERS + 1, limits.COMPLAINT_CHARACTERS + 1)
RAW: tuple[str, ...] = (
    "NaN",
    "-Infinity",
    "1e400",
    "-1e400",
    "1e-400",
    "4.0",
    "0x10",
    "01",
    "+1",
    "1.",
    "'x'",
    "undefined",
    "",
    "9" * 5_000,
)
RAW += (
    r'"\ud800"',
    r'"\u00"',
    '"\n"',
    '"\\x41"',
    '{"a":1,"a":2}',
    '{"text":"a","text":"b"}',
    "[1,]",
    "{,}",
    "/**/1",
    "tru",
)
DEEP = (100, 190, 260, 5_000)
odd_values = st.one_of(
    st.sampled_from(
        [None, True, False, 0, -1, 1, 4, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 0.5, -0.0, [], {}, [[]]]
    ),
    st.sampled_from(TEXTS),
    st.sampled_from(RAW).map(Raw),
    st.sampled_from(DEEP).map(lambda depth: Raw("[" * depth + "]" * depth)),
    st.sampled_from(DEEP).map(lambda depth: Raw('{"text":' * depth + "1" + "}" * depth)),
    st.sampled_from(LONG).map(lambda length: "x" * length),
    st.integers(0, 60).map(lambda count: ["x"] * count),
    st.text(max_size=5),
)
names = st.sampled_from(["text", "id", "from", "__proto__", "", "\0", "\ud800", "x" * 500, "complaint", "draft"])


def one_in(count: int) -> st.SearchStrategy[bool]:
    """True about so often; zero and the ends of a range would be drawn more often than others."""
    return st.sampled_from([False] * (count - 1) + [True])


def written(value: object) -> str:
    """A value as JSON, with its raw pieces as they are."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{written(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return str(value) if isinstance(value, int) and abs(value) > 2**64 else json.dumps(value, ensure_ascii=False)


@st.composite
def changed(draw: st.DrawFn, value: object) -> object:
    """The value with something else at one place within it."""
    if isinstance(value, dict) and value and not draw(one_in(6)):
        name = draw(st.sampled_from(sorted(value)))
        if draw(one_in(10)):
            return {key: inner for key, inner in value.items() if key != name}
        if draw(one_in(10)):
            return value | {draw(names): draw(odd_values)}
        return value | {name: draw(changed(value[name]))}
    if isinstance(value, list) and value and not draw(one_in(3)):
        number = draw(st.integers(0, len(value) - 1))
        return [*value[:number], draw(changed(value[number])), *value[number + 1 :]]
    return draw(odd_values)


@st.composite
def documents(draw: st.DrawFn, right: object) -> bytes:
    """A right value that was changed a few times, as JSON in UTF-8, or in what an escape made of it."""
    value = right
    for _ in range(draw(st.integers(0, 3))):
        value = draw(changed(value))
    return written(value).encode("utf-8", "surrogatepass")


@st.composite
def lines(draw: st.DrawFn, right: object) -> bytes:
    """Several of them, one a line, whatever ends a line."""
    end = draw(st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n", b"\x00", b"\xe2\x80\xa8"]))
    return end.join(draw(st.lists(documents(right), max_size=4)))


def cut(body: bytes, at: int) -> bytes:
    """The beginning of a body."""
    return body[: at % (len(body) + 1)]


def put(body: bytes, at: int, piece: bytes) -> bytes:
    """A body with a piece in the place of a byte."""
    at %= len(body) + 1
    return body[:at] + piece + body[at + 1 :]


ENCODINGS: Sequence[Callable[[bytes], bytes]] = (
    lambda body: b"\xef\xbb\xbf" + body,
    lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    lambda body: body.decode("utf-8", "replace").encode("utf-32"),
    lambda body: body.decode("utf-8", "replace").encode("latin-1", "replace"),
    lambda body: gzip.compress(body, mtime=0),
    lambda body: body + body,
    lambda body: body + b" " * limits.BODY_BYTES,
    lambda body: b"\xff" * 100 + body,
    lambda _: b"",
)
PIECES = (
    b"\x80",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xff",
    b"\0",
    b'"',
    b"\\",
    b"{",
    b"]",
    b",",
    b"\n",
)


@st.composite
def spoilt(draw: st.DrawFn, body: bytes) -> bytes:
    """The bytes, mostly as they are, or cut, overwritten or encoded."""
    if not draw(one_in(4)):
        return body
    spoil: Callable[[bytes], bytes] = draw(
        st.one_of(
            st.integers(0, 10_000).map(lambda at: partial(cut, at=at)),
            st.builds(partial, st.just(put), at=st.integers(0, 10_000), piece=st.sampled_from(PIECES)),
            st.sampled_from(ENCODINGS),
        )
    )
    return spoil(body)


def bodies(path: str) -> st.SearchStrategy[bytes]:
    """Bodies for a route."""
    right = BODIES[path]
    if isinstance(right, bytes):
        return st.sampled_from([b"", b"{}", b"null", b"\xff", b"[" * 1_000]).flatmap(spoilt)
    return (lines(right) if path == LINES else documents(right)).flatmap(spoilt)
