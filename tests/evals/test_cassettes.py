"""Cassettes: what is kept and what never is, read strictly, written whole."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]  # it comes without types

from evals.cassette_file import MILLISECONDS, Readable
from evals.cassettes import RECORDED_URL, Mode, keep, opened, played_ms
from service.errors import InputError, ModelError
from service.model import Message
from service.model_client import Endpoint, OpenAIModel
from tests.evals.made import KEY, MODEL
from tests.fake_endpoint import (
    Behaviour,
    FakeEndpoint,
    cuts_off,
    fails,
    html,
    no_choices,
    refusing_url,
    says,
    says_json,
    truncated_json,
)

QUESTION = "My kettle arrived broken:\n  - the lid\n  - “the” spout, café № 3 😀"
ANSWERS = [says("We are sorry.\n\nIt’s 9–5.  \n"), says("Again: - sorry # or not")]
GRAMMAR = 'root ::= "We are sorry."'
TEXTS = st.text(st.characters(codec="utf-8")) | st.text(
    "ab:#-|>'\"\\ \t\r\n\x00\x7f\x85\u2028\ufeff~0😀.é", max_size=30
)


async def talk(model: OpenAIModel, seeds: Sequence[int], question: str, grammar: str | None) -> list[str]:
    """Ask the same question under each seed, one after the other."""
    deadline = asyncio.get_running_loop().time() + 10
    return [
        (await model.complete([Message("user", question)], deadline=deadline, seed=seed, grammar=grammar)).text
        for seed in seeds
    ]


def ask(
    path: Path,
    mode: Mode,
    *seeds: int,
    url: str = RECORDED_URL,
    weights: str | None = None,
    question: str = QUESTION,
    grammar: str | None = None,
    drop_unused: bool = False,
) -> list[str]:
    """What the model, or the cassette in its place, says."""

    async def go() -> list[str]:
        model = OpenAIModel(Endpoint(url, MODEL, SecretStr(KEY), attempts=1))
        try:
            with opened(path, mode, weights, drop_unused=drop_unused):
                return await talk(model, seeds or (1,), question, grammar)
        finally:
            await model.aclose()

    return asyncio.run(go())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the cassette will be, in a folder that does not exist yet."""
    return tmp_path / "model" / "case.yaml"


def record(path: Path, *seeds: int, answers: Sequence[Behaviour] = ANSWERS, **options: object) -> list[str]:
    """Record from an endpoint with these answers."""
    with FakeEndpoint(*answers) as endpoint:
        return ask(path, "record", *seeds, url=endpoint.url, **options)  # type: ignore[arg-type]  # handed through


def test_what_was_recorded_is_played(path: Path) -> None:
    """Word for word, in any order, and as often as the cassette is opened."""
    assert record(path, 1, 2) == ["We are sorry.\n\nIt’s 9–5.", "Again: - sorry # or not"]
    for _ in range(2):
        assert ask(path, "replay", 2, 1) == ["Again: - sorry # or not", "We are sorry.\n\nIt’s 9–5."]


def test_a_cassette_can_be_read(path: Path) -> None:
    """Questions and answers of several lines stand there as lines, so that a change shows in git."""
    record(path)
    text = path.read_text(encoding="utf-8")
    assert (
        "          My kettle arrived broken:\n            - the lid\n            - “the” spout, café № 3 😀\n" in text
    )
    assert "              It’s 9–5." in text or "It’s 9–5" in text
    assert "\\u" not in text


def test_recording_again_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    """Wherever the endpoint is and whatever key it has; how long an answer took is written by `keep` alone."""
    record(path, 1, 2)
    record(tmp_path / "other.yaml", 1, 2)
    assert path.read_bytes() == (tmp_path / "other.yaml").read_bytes()


def test_what_is_kept_is_not_asked_for_again(path: Path) -> None:
    """Recording goes on where it stopped, and a file with nothing new is not touched."""
    record(path, 1)
    with FakeEndpoint(says("New.")) as endpoint:
        assert ask(path, "record", 1, 2, url=endpoint.url) == ["We are sorry.\n\nIt’s 9–5.", "New."]
        assert endpoint.calls == 1
        before = path.stat().st_ino
        ask(path, "record", 2, 1, url=endpoint.url)
        assert endpoint.calls == 1
    assert path.stat().st_ino == before


@pytest.mark.parametrize("seeds", [(2,), (1, 2)])
def test_a_missing_answer_is_missing(path: Path, seeds: tuple[int, ...]) -> None:
    """Nothing is asked of anybody."""
    record(path, 1)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        ask(path, "replay", *seeds)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        ask(path.with_name("gone.yaml"), "replay")


@pytest.mark.parametrize("change", [{"question": "Another?"}, {"grammar": GRAMMAR}, {"weights": "a" * 64}])
def test_another_question_is_another_answer(path: Path, change: dict[str, str]) -> None:
    """A changed prompt, another form, another model behind the same name."""
    record(path)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        ask(path, "replay", **change)  # type: ignore[arg-type]  # a table


def test_answers_of_other_weights_are_not_taken(path: Path) -> None:
    """A model that learnt something answers for itself; both can be kept side by side."""
    first, second = "a" * 64, "b" * 64
    record(path, weights=first)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        ask(path, "replay", weights=second)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        ask(path, "replay")
    record(path, answers=[says("Better.")], weights=second)
    assert ask(path, "replay", weights=second) == ["Better."]
    assert ask(path, "replay", weights=first) == ["We are sorry.\n\nIt’s 9–5."]


def test_a_grammar_is_kept_as_a_hash(path: Path) -> None:
    """It is longer than the rest together; the model still gets it whole."""
    with FakeEndpoint(*ANSWERS) as endpoint:
        ask(path, "record", url=endpoint.url, grammar=GRAMMAR)
        assert endpoint.requests[0].body["grammar"] == GRAMMAR
    assert re.search(r"grammar: sha256:[0-9a-f]{64}\n", path.read_text(encoding="utf-8"))
    assert "root ::=" not in path.read_text(encoding="utf-8")
    assert ask(path, "replay", grammar=GRAMMAR)
    for other in (GRAMMAR + " ", "sha256:" + "0" * 64):
        with pytest.raises(CannotOverwriteExistingCassetteException):
            ask(path, "replay", grammar=other)


def test_of_the_logprobs_those_of_sentences_are_kept(path: Path) -> None:
    """Nothing else of them is read, and they are many times as long as the text; none are kept that say nothing."""
    tokens = [("We are", -0.25), (" sorry.", -0.5), (" Tim", -1.0)]
    told = [{"token": token, "bytes": [83], "logprob": value} for token, value in tokens]
    choice = {"message": {"content": "We are sorry. Tim"}, "logprobs": {"content": told}}
    silent = {"message": {"content": "Sorry."}, "logprobs": {"content": told}}
    record(path, 1, 2, answers=[says_json({"choices": [choice]}), says_json({"choices": [silent]})])
    kept = "            - token: We are sorry.\n              logprob: -0.75\n"
    assert kept + "            - token: ' Tim'\n              logprob: -1.0\n" in path.read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8").count("logprobs:") == 1
    assert ask(path, "replay", 1, 2) == ["We are sorry. Tim", "Sorry."]


@pytest.mark.parametrize(
    "answer",
    [
        fails(429),
        fails(429, retry_after="30"),
        fails(500),
        fails(503),
        fails(401),
        fails(400),
        html(),
        truncated_json(),
        cuts_off,
        says_json({"error": "overloaded"}),
        says_json([]),
        says_json({"choices": [{"message": {"content": "half \ud83d"}}]}),
        says_json({"choices": 5}),
    ],
)
def test_what_is_no_answer_is_not_kept(path: Path, answer: Behaviour) -> None:
    """An endpoint that fails is asked again the next time; what it said before stays."""
    with FakeEndpoint(says("First."), answer) as endpoint, pytest.raises(ModelError):
        ask(path, "record", 1, 2, url=endpoint.url)
    assert ask(path, "replay", 1) == ["First."]
    assert path.read_text(encoding="utf-8").count("request:") == 1
    assert record(path, 1, 2, answers=[says("Second.")]) == ["First.", "Second."]


@pytest.mark.parametrize("answer", [says(""), says(None, refusal="I cannot."), no_choices(), says("half a", "length")])
def test_an_answer_without_a_text_is_an_answer(path: Path, answer: Behaviour) -> None:
    """The model said so: a replay fails in the same way, and nobody is asked again."""
    with FakeEndpoint(answer) as endpoint:
        for _ in range(2):
            with pytest.raises(ModelError):
                ask(path, "record", url=endpoint.url)
        assert endpoint.calls == 1
    with pytest.raises(ModelError):
        ask(path, "replay")


def test_neither_keys_nor_headers_nor_addresses_are_kept(path: Path) -> None:
    """Of the question, the answer or the endpoint; what is not read again is not kept either."""
    secret = says_json(
        {
            "choices": [{"message": {"content": "Yes."}}],
            "model": MODEL,
            "system_fingerprint": "fp_secret",
            "timings": {"host": "gpu-7"},
        },
        set_cookie="session=secret",
        x_request_id="req-secret",
        server="vllm at gpu-7",
    )
    with FakeEndpoint(secret) as endpoint:
        ask(path, "record", url=endpoint.url)
        assert endpoint.requests[0].headers["authorization"] == f"Bearer {KEY}"
        text = path.read_text(encoding="utf-8")
        assert endpoint.url not in text
    for word in (
        KEY,
        "uthorization",
        "Bearer",
        "127.0.0.1",
        "ookie",
        "secret",
        "gpu-7",
        "user-agent",
        "stainless",
        "host",
    ):
        assert word not in text
    assert set(re.findall(r"^ +([\w-]+):\n +- ", text, re.MULTILINE)) == {"content-type", "messages", "choices"}
    assert f"uri: {RECORDED_URL}/chat/completions" in text


def test_what_was_there_can_be_played_after_an_answer_was_added(path: Path) -> None:
    """A recording that goes on asks for both, in any order."""
    record(path, 1)

    async def go(url: str) -> list[str]:
        model = OpenAIModel(Endpoint(url, MODEL, attempts=1))
        try:
            with opened(path, "record", None) as cassette:
                added = await talk(model, [2], QUESTION, None)
                keep(cassette, 1)
                return added + await talk(model, [1], QUESTION, None)
        finally:
            await model.aclose()

    with FakeEndpoint(says("Added.")) as endpoint:
        assert asyncio.run(go(endpoint.url)) == ["Added.", "We are sorry.\n\nIt’s 9–5."]


def test_how_long_an_answer_took_is_kept(path: Path) -> None:
    """Of those that were played, also after others were added; None where one does not say, or none was played."""

    async def go(url: str, mode: Mode, *took: float) -> float | None:
        model = OpenAIModel(Endpoint(url, MODEL, attempts=1))
        try:
            with opened(path, mode, None) as cassette:
                for seed, milliseconds in enumerate(took):
                    await talk(model, [seed], QUESTION, None)
                    if mode == "record" and milliseconds:
                        keep(cassette, milliseconds)
                return played_ms(cassette)
        finally:
            await model.aclose()

    assert asyncio.run(go(RECORDED_URL, "replay")) is None
    with FakeEndpoint(*ANSWERS) as endpoint:
        asyncio.run(go(endpoint.url, "record", 12.4))
        assert asyncio.run(go(RECORDED_URL, "replay", 0)) == 12
        asyncio.run(go(endpoint.url, "record", 0, 30.6))
        assert asyncio.run(go(RECORDED_URL, "replay", 0, 0)) == 43
        asyncio.run(go(endpoint.url, "record", 0, 0, 0))
    assert asyncio.run(go(RECORDED_URL, "replay", 0, 0)) == 43
    assert asyncio.run(go(RECORDED_URL, "replay", 0, 0, 0)) is None
    assert asyncio.run(go(RECORDED_URL, "replay")) is None


def test_what_is_unused_is_dropped_on_request(path: Path) -> None:
    """Only then, only where everything was asked for to the end, and nothing that was used."""
    record(path, 1, 2)
    ask(path, "record", 2)
    assert path.read_text(encoding="utf-8").count("request:") == 2
    with FakeEndpoint(fails(401)) as endpoint, pytest.raises(ModelError):
        ask(path, "record", 2, 3, url=endpoint.url, drop_unused=True)
    assert path.read_text(encoding="utf-8").count("request:") == 2
    record(path, 2, 3, answers=[says("Third.")], drop_unused=True)
    assert ask(path, "replay", 2, 3) == ["Again: - sorry # or not", "Third."]
    assert path.read_text(encoding="utf-8").count("request:") == 2


@given(TEXTS, TEXTS)
def test_any_text_comes_back_from_a_file(question: str, answer: str) -> None:
    """Whatever characters a customer or a model writes, as a file is read."""
    asked: dict[str, object] = {"body": json.dumps({"messages": [{"role": "user", "content": question}], answer: 1})}
    written = json.dumps({"choices": [{"message": {"content": answer}}]})
    said: dict[str, object] = {"body": {"string": written}}
    text = Readable.serialize({"version": 1, "interactions": [{"request": asked, "response": said}]})
    found = Readable.deserialize(text.replace("\r\n", "\n").replace("\r", "\n"))
    assert isinstance(found, dict)
    (each,) = found["interactions"]
    assert json.loads(each["request"]["body"]) == json.loads(str(asked["body"]))
    assert json.loads(each["response"]["body"]["string"]) == json.loads(written)
    assert Readable.serialize(found) == text


BROKEN = [
    ("version: 1\n", "version: 2\n", r"line \d+: version: "),
    ("version: 1\n", "", r"version: Field required"),
    ("version: 1\n", "version: 1\nmetadata: {}\n", r"line \d+: metadata: "),
    ("method: POST", "method: GET", r"line 3: interactions\.0\.request\.method: "),
    ("    method: POST\n", "", r"line \d+: interactions\.0\.request\.method: Field required"),
    ("code: 200", "code: 429", r"line \d+: interactions\.0\.response\.status\.code: "),
    ("code: 200", "code: '200'", r"line \d+: interactions\.0\.response\.status\.code: "),
    ("        choices:", "        choices: 5\n        other:", r"line \d+: interactions\.0\.response\.body\.string\."),
    ("      seed: 1", "      seed: 2025-99-99", r"line \d+: "),
    ("      seed: 1", "      seed: 2025-10-21", r"line \d+: interactions\.0\.request\.body\.seed"),
    ("      seed: 1", "      seed: !!python/object:x {}", r"line \d+: not valid YAML"),
    ("      seed: 1", "      seed: &x [*x]", r"line \d+: "),
    ("      seed: 1", "      seed: *gone", r"line \d+: not valid YAML"),
    ("      seed: 1", "      seed: \x07", r"line \d+: not valid YAML"),
    ("      seed: 1", "<<<<<<< HEAD\n      seed: 1", r"line \d+: "),
    ("      content-type:", "      authorization:", r"line \d+: interactions\.0\.request\.headers\.authorization"),
    ("      content-type:", f"      {MILLISECONDS}:", r"line \d+: interactions\.0\.request\.headers: .*whole number"),
    ("      seed: 1", "      seed: " + "[" * 5_000, r"line \d+: "),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
@pytest.mark.parametrize("mode", ["replay", "record"])
def test_a_broken_cassette_is_told(path: Path, mode: Mode, old: str, new: str, message: str) -> None:
    """The file, the line, what is wrong and what to do; no word of customer or model. It is never written over."""
    record(path, answers=[says("Secret answer.")], question="Secret question?")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(InputError, match=message) as caught:
        ask(path, mode, url=refusing_url())
    said = str(caught.value)
    assert said.startswith(f"{path}: line ")
    assert said.endswith("the cassette is broken: delete it and record it again")
    assert len(said.splitlines()) == 1
    assert not re.search("secret", said.removeprefix(str(path)), re.IGNORECASE)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "line 1: the file: "),
        (b"\n# nothing\n", "line 1: the file: "),
        (b"[]\n", "line 1: the file: "),
        (b"a text\n", "line 1: the file: "),
        (b"version: 1\n", "line 1: interactions: Field required"),
        (b"version: 1\ninteractions: {}\n", "line 2: interactions: "),
        (b"version: 1\ninteractions: [1]\n", "line 2: interactions.0: "),
        (b"version: 1\n\xff", "line 2: not UTF-8"),
        (b"\xff\xfev\x00e\x00r\x00", "line 1: not UTF-8"),
        (b"\x00", "line 1: not valid YAML"),
    ],
)
def test_what_is_no_cassette_is_told(path: Path, body: bytes, message: str) -> None:
    """An empty file too: it is no recording, and would be taken for one that lacks everything."""
    path.parent.mkdir()
    path.write_bytes(body)
    with pytest.raises(InputError) as caught:
        ask(path, "replay")
    assert str(caught.value).startswith(f"{path}: {message}")


def test_a_cassette_that_is_cut_off_never_passes_for_a_whole_one(path: Path) -> None:
    """Wherever it is cut, in the middle of an answer too: half a text would be judged as if it were the draft."""
    record(path, 1, 2)
    whole = path.read_bytes()
    for end in (*range(0, len(whole) - 2, 149), *range(len(whole) - 30, len(whole) - 2, 3)):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match="the cassette is broken"):
            ask(path, "replay", 1, 2)


def test_a_recording_that_is_interrupted_is_whole(path: Path) -> None:
    """The file is replaced in one step: whoever reads it meanwhile, or after a crash, finds a cassette."""
    record(path, 1)
    inode = path.stat().st_ino
    record(path, 1, 2)
    assert path.stat().st_ino != inode
    assert [each.name for each in path.parent.iterdir()] == ["case.yaml"]


def test_a_recording_that_cannot_be_written_leaves_the_old_one(path: Path) -> None:
    """Nor does half of a new one stay behind, nor does the cassette keep the HTTP of this process."""
    record(path, 1)
    before = path.read_bytes()
    untaken = httpx2.AsyncHTTPTransport.handle_async_request

    async def go(url: str) -> None:
        model = OpenAIModel(Endpoint(url, MODEL, attempts=1))
        try:
            with opened(path, "record", None) as cassette:
                await talk(model, [2], QUESTION, None)
                cassette.responses[-1]["body"]["string"] = b"{}}"  # cannot be written as YAML
        finally:
            await model.aclose()

    with FakeEndpoint(*ANSWERS) as endpoint, pytest.raises(ValueError, match="Extra data") as caught:
        asyncio.run(go(endpoint.url))
    assert httpx2.AsyncHTTPTransport.handle_async_request is untaken, caught.traceback  # which would keep it alive
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["case.yaml"]
