"""Keeps a model's answers in cassettes, one YAML file for each case and model, and gives them back."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import vcr  # type: ignore[import-untyped]  # it comes without types
from vcr.cassette import Cassette  # type: ignore[import-untyped]  # likewise
from vcr.persisters.filesystem import CassetteNotFoundError  # type: ignore[import-untyped]  # likewise
from vcr.record_mode import RecordMode  # type: ignore[import-untyped]  # likewise
from vcr.request import Request  # type: ignore[import-untyped]  # likewise
from vcr.serialize import deserialize, serialize  # type: ignore[import-untyped]  # likewise

from evals.cassette_file import KEPT_FIELDS, MILLISECONDS, Readable, checked_text
from service.errors import AnswerUnusable, EndpointFailed
from service.model_answer import Answer, read_answer

HTTP_OK = 200
# A recording must not tell where it was made: every endpoint is known by this address.
RECORDED_URL = "http://recorded.invalid/v1"
KEPT_HEADERS = frozenset({"content-type", MILLISECONDS})
HASH = re.compile(r"sha256:[0-9a-f]{64}")

Mode = Literal["replay", "record"]


@dataclass(slots=True)
class _Persister:
    """Reads cassettes strictly and writes them whole or not at all; what vcrpy takes in place of its own.

    An error of writing is kept and not raised: vcrpy would go on to take the HTTP of the whole process.
    """

    failure: Exception | None = None

    @staticmethod
    def load_cassette(cassette_path: str, serializer: object) -> tuple[list[Request], list[dict[str, object]]]:
        """The requests and responses of a file.

        Raises:
            CassetteNotFoundError: there is none, as vcrpy expects it.
            InputError: it is broken; names the file and the line.
        """
        path = Path(cassette_path)
        if not path.is_file():
            raise CassetteNotFoundError
        text = checked_text(path)
        found: tuple[list[Request], list[dict[str, object]]] = deserialize(text, serializer)
        return found

    def save_cassette(self, cassette_path: str, cassette_dict: dict[str, object], serializer: object) -> None:
        """Replace the file, as a cassette is closed."""
        try:
            _write(Path(cassette_path), cassette_dict, serializer)
        except Exception as error:  # noqa: BLE001 - it is raised when the cassette is closed
            self.failure = error


def _write(path: Path, content: dict[str, object], serializer: object) -> None:
    """Replace a file in one step, so that a reader or a crash never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_text(serialize(content, serializer), encoding="utf-8")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def opened(path: Path, mode: Mode, weights: str | None, *, drop_unused: bool = False) -> Iterator[Cassette]:
    """While this is open, HTTP goes to the cassette; requests are told apart by their bodies and by `weights`.

    `weights` is a hash of what the model is made of, for one whose name stays while it learns: answers of other
    weights are not taken for its own. Recording adds what is missing; `drop_unused` removes, at the end, the
    answers that nobody asked for.

    Raises:
        InputError: the file is no cassette; names file and line.
    """
    scrubber, persister = _Scrubber(), _Persister()
    recorder = vcr.VCR(
        serializer="readable",
        record_mode=RecordMode.NONE if mode == "replay" else RecordMode.NEW_EPISODES,
        match_on=["method", "body"],
        before_record_request=scrubber,
        before_record_response=_scrubbed_response,
        decode_compressed_response=True,
    )
    recorder.register_persister(persister)
    recorder.register_serializer("readable", Readable)
    with recorder.use_cassette(str(path)) as cassette:
        scrubber.weights = weights
        yield cassette
        # Not before: what was not asked for yet when the model failed is not unused.
        cassette.drop_unused_requests = drop_unused
    if persister.failure is not None:
        raise persister.failure


def keep(cassette: Cassette, milliseconds: float) -> None:
    """Write down what the cassette holds, with how long its last answer took: a crash loses no answer."""
    newest = cassette.responses[-1]
    newest["headers"][MILLISECONDS] = [str(round(milliseconds))]
    # A copy: vcrpy turns the bodies that it writes into text, and could not play them any more.
    _write(Path(cassette.path), {"requests": cassette.requests, "responses": deepcopy(cassette.responses)}, Readable)


def played_ms(cassette: Cassette) -> float | None:
    """How long the answers that were played took when they were recorded; None where none was, or one does not say."""
    took = [cassette.responses[index]["headers"].get(MILLISECONDS) for index in cassette.play_counts]
    return sum(float(each[0]) for each in took) if took and all(took) else None


@dataclass(slots=True)
class _Scrubber:
    """Takes from a question what must not be kept, and adds the weights that it goes to.

    vcrpy passes what it reads from a file through it, too, which has its own weights: they are set after that.
    """

    weights: str | None = None

    def __call__(self, request: Request) -> Request:
        """Without keys, headers and address; the grammar, longer than the rest together, as a hash of it."""
        request.uri = f"{RECORDED_URL}/chat/completions"
        request.headers = _kept(request.headers)
        body = json.loads(request.body)
        grammar = body.get("grammar")
        if isinstance(grammar, str) and not HASH.fullmatch(grammar):
            body["grammar"] = f"sha256:{hashlib.sha256(grammar.encode()).hexdigest()}"
        if self.weights:
            body.setdefault("weights", f"sha256:{self.weights}")
        request.body = json.dumps(body, ensure_ascii=False)
        return request


def _scrubbed_response(response: dict[str, object]) -> dict[str, object] | None:
    """The response without what is not its content; one that is no answer is not kept."""
    status, headers, body = response["status"], response["headers"], response["body"]
    assert isinstance(status, dict)
    assert isinstance(headers, dict)
    assert isinstance(body, dict)
    # There is no body at all where the connection was lost in the middle of it.
    answer = _answer(body.get("string", b""))
    if status["code"] != HTTP_OK or answer is None:
        return None
    return {**response, "headers": _kept(headers), "body": {"string": json.dumps(answer).encode()}}


def _kept(headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name.lower(): value for name, value in headers.items() if name.lower() in KEPT_HEADERS}


def _answer(body: bytes) -> dict[str, object] | None:
    """The fields of a completion that are read again; None where it is none.

    One without a text in it is kept: it is what the model said, and a replay goes on as the recording did.
    """
    read: Answer | None = None
    try:
        read = read_answer(body, RECORDED_URL)
    except AnswerUnusable:
        pass
    except EndpointFailed:
        return None
    answer = json.loads(body)
    for choice in answer["choices"]:
        choice.pop("logprobs", None)
    if read and read.sentences:
        # The tokens are many times as long as the text; as those of whole sentences they say all that is read.
        answer["choices"][0]["logprobs"] = {"content": _as_tokens(read)}
    return {name: answer[name] for name in KEPT_FIELDS if name in answer}


def _as_tokens(read: Answer) -> list[dict[str, object]]:
    """Sentences as if each were one token, with the white space before it."""
    starts = [0, *(each.end for each in read.sentences)]
    return [
        {"token": read.text[start : each.end], "logprob": round(each.logprob, 6)}
        for start, each in zip(starts, read.sentences, strict=False)
    ]
