"""Reads the body of a chat completion: the text, without thinking and without a sentence that was cut off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from service.errors import AnswerUnusable, EndpointFailed
from service.likely_sentences import likely_sentences
from service.model import Sentence
from service.model_failures import URL_SETTING

# End marks, closing quotes, then space or the end. A search never begins inside a run, which keeps it linear.
LATIN_END = r"(?<![.!?…])[.!?…]++[\"'”\u2019»)\]]*+(?=\s|$)"
WIDE_END = "[\u3002\uff01\uff1f][\u300d\u300f\uff09]*+"
SENTENCE_END = re.compile(f"{LATIN_END}|{WIDE_END}")
ABBREVIATION = r"\b(?:mr|mrs|ms|dr|st|no|nr|vs|approx|e\.g|i\.e|a\.m|p\.m|[a-z])\.$"
LIST_NUMBER = r"(?:^|\n)[ \t]{0,9}\d{1,3}\.$"
NO_SENTENCE_END = re.compile(f"{ABBREVIATION}|{LIST_NUMBER}", re.IGNORECASE)
THINKING = re.compile("<(/?)think(?:ing)?>", re.IGNORECASE)
MOST_TOKENS = 2**31  # a larger count is none, and would not fit into a database
LONGEST_EXCEPTION = 16  # characters before an end mark that can make it an abbreviation or a list number


# What counts and measures is taken as it comes: a strange one is no reason to lose the text.


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None
    logprobs: object = None


class _Body(BaseModel):
    choices: Sequence[_Choice]
    model: str | None = None
    usage: object = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a completion held; tokens are 0 where the endpoint does not count them, `sentences` as in Completion."""

    text: str
    model: str | None
    prompt_tokens: int
    completion_tokens: int
    sentences: tuple[Sentence, ...]


class _NoText(Exception):
    """There is no text to draft from; the message goes on after the URL."""


def read_answer(body: bytes, url: str) -> Answer:
    """The answer in the body of a response; `url` is named in errors, which never repeat the body.

    Raises:
        AnswerUnusable: a chat completion without a text to draft from.
        EndpointFailed: no chat completion.
    """
    parsed = _parse(body, url)
    tokens = _count(parsed.usage, "prompt_tokens"), _count(parsed.usage, "completion_tokens")
    try:
        text = _text(parsed.choices)
    except _NoText as error:
        raise AnswerUnusable(f"{url}{error}", *tokens) from None
    return Answer(text, parsed.model, *tokens, likely_sentences(text, parsed.choices[0].logprobs))


def without_thinking(text: str) -> str:
    """The text without `<think>...</think>` and its like, also where one of the two tags is missing."""
    text = THINKING.sub(r"<\1think>", text)
    first, *others = text.split("<think>")
    kept = [first.rpartition("</think>")[2]]
    for part in others:
        _, closed, after = part.rpartition("</think>")
        kept.append(after if closed else "")
    return "".join(kept).strip()


def whole_sentences(text: str) -> str:
    """The text up to the end of its last full sentence; empty if it has none."""
    for match in reversed(tuple(SENTENCE_END.finditer(text))):
        if not _is_exception(text, match):
            return text[: match.end()]
    return ""


def _is_exception(text: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return False
    if match.end() == len(text) and text[: match.start()][-1:].isdigit():
        return True  # the text was cut here, perhaps in the middle of "12.50"
    return NO_SENTENCE_END.search(text[max(0, match.start() - LONGEST_EXCEPTION) : match.end()]) is not None


def _parse(body: bytes, url: str) -> _Body:
    try:
        return _Body.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"][:6])
        what = f"JSON that is no chat completion (`{where}`: {first['type']})" if where else _kind(body)
    # Not chained: a validation error holds pieces of the answer, and errors are logged.
    raise EndpointFailed(f"{url} answered {what}", "bad_answer")


def _count(usage: object, name: str) -> int:
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and 0 <= value < MOST_TOKENS else 0


def _kind(body: bytes) -> str:
    start = body.lstrip()[:1]
    if not start:
        return "an empty body"
    if start == b"<":
        return f"HTML or XML instead of JSON: is it an OpenAI-compatible endpoint? Check {URL_SETTING}"
    return "something that is not JSON, or JSON that was cut off"


def _text(choices: Sequence[_Choice]) -> str:
    if not choices:
        raise _NoText(" answered without any choices")
    choice = choices[0]
    if choice.message.refusal:
        raise _NoText(": the model refused to answer")
    if choice.finish_reason == "content_filter":
        raise _NoText(": a content filter withheld the answer")
    text = without_thinking((choice.message.content or "").replace("\0", ""))
    if not text:
        raise _NoText(f" answered without any text{_why(choice.finish_reason)}")
    if choice.finish_reason != "length":
        return text
    whole = whole_sentences(text)
    if not whole:
        raise _NoText(" answered with less than one sentence before its token limit")
    return whole


def _why(finish_reason: str | None) -> str:
    if finish_reason == "length":
        return ": all tokens that it may write went into thinking"
    return ": it asked for a tool instead" if finish_reason in ("tool_calls", "function_call") else ""
