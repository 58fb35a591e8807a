"""The client against a real endpoint on the loopback interface."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from service.errors import (
    AnswerUnusable,
    ConfigurationError,
    DeadlinePassed,
    EndpointBusy,
    EndpointFailed,
    ModelError,
)
from service.model import Completion, Message
from service.model_client import Endpoint, OpenAIModel
from tests.fake_endpoint import (
    Behaviour,
    FakeEndpoint,
    cuts_off,
    fails,
    floods,
    hangs,
    hangs_up,
    html,
    no_choices,
    refusing_url,
    says,
    says_json,
    trickles,
    truncated_json,
)

KEY = "sk-very-secret"
COMPLAINT = "My parcel arrived broken, says Zyxwv."
MESSAGES = (Message("system", "Reply well."), Message("user", COMPLAINT))
ANSWER = "I am sorry that your parcel arrived broken."


def endpoint_at(url: str, **changes: object) -> Endpoint:
    """An endpoint with a key, which does not wait long between attempts."""
    values: Mapping[str, object] = {"api_key": SecretStr(KEY), "pause": 0.01, **changes}
    return Endpoint(url, "fake-model", **values)  # type: ignore[arg-type]  # a test's shorthand


def ask(endpoint: Endpoint, seconds: float = 5.0) -> Completion:
    """One completion, within so many seconds."""

    async def run() -> Completion:
        model = OpenAIModel(endpoint)
        try:
            deadline = asyncio.get_running_loop().time() + seconds
            return await model.complete(MESSAGES, deadline=deadline, seed=3)
        finally:
            await model.aclose()

    return asyncio.run(run())


def failure(endpoint: Endpoint, seconds: float = 5.0) -> ModelError:
    """The error of one completion, which says one line and nothing secret."""
    with pytest.raises(ModelError) as caught:
        ask(endpoint, seconds)
    message = str(caught.value)
    assert "\n" not in message
    assert "127.0.0.1" in message or "localhost" in message
    logged = "".join(traceback.format_exception(caught.value))
    for secret in (KEY, COMPLAINT, "Zyxwv", "Secret answer", "Reply well"):
        assert secret not in logged
    return caught.value


def test_asks_and_reads() -> None:
    """Messages, sampling values and key go out; text, names and tokens come back."""
    with FakeEndpoint(says(f"  {ANSWER}\n")) as fake:
        completion = ask(endpoint_at(fake.url, max_tokens=77, temperature=0.2, extra={"repeat_penalty": 1.1}))
    assert completion == Completion(ANSWER, "fake-model", fake.url, 7, 5)
    (request,) = fake.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "fake-model",
        "messages": [{"role": "system", "content": "Reply well."}, {"role": "user", "content": COMPLAINT}],
        "max_tokens": 77,
        "temperature": 0.2,
        "seed": 3,
        "repeat_penalty": 1.1,
    }


def test_takes_the_url_as_it_is() -> None:
    """A base URL without /v1, or with a slash at its end, is called as it was given."""
    with FakeEndpoint() as fake:
        ask(endpoint_at(fake.url.removesuffix("/v1")))
        ask(endpoint_at(f"{fake.url}/"))
    assert [request.path for request in fake.requests] == ["/chat/completions", "/v1/chat/completions"]


def test_sends_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another service's key, account and headers stay here, as does the description of this machine."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Ambient: yes\nAuthorization: Bearer sk-ambient")
    with FakeEndpoint() as fake:
        ask(endpoint_at(fake.url, api_key=None))
        ask(endpoint_at(fake.url, api_key=SecretStr("")))
        ask(endpoint_at(fake.url))
    expected = {"host", "content-type", "content-length", "accept", "accept-encoding", "user-agent"}
    for request in fake.requests[:2]:
        assert set(request.headers) == expected
    assert fake.requests[2].headers["authorization"] == f"Bearer {KEY}"


def test_passes_no_proxy_on_the_way_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment does not see what stays on the loopback interface."""
    with FakeEndpoint() as fake, FakeEndpoint() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        ask(endpoint_at(fake.url))
        assert (fake.calls, proxy.calls) == (1, 0)


@pytest.mark.parametrize(
    ("behaviour", "kind", "words", "calls"),
    [
        (html(), EndpointFailed, "HTML or XML instead of JSON", 1),
        (html(), EndpointFailed, "AMENDS_MODEL_URL or the file of AMENDS_ENDPOINTS", 1),
        (says_json("hello"), EndpointFailed, "answered something that is not JSON", 1),
        (says_json([]), EndpointFailed, "answered something that is not JSON", 1),
        (
            says_json({"error": {"message": "Zyxwv"}}),
            EndpointFailed,
            "no chat completion (`choices`: missing)",
            1,
        ),
        (says_json({"choices": "Zyxwv"}), EndpointFailed, "(`choices`: ", 1),
        (
            says_json({"choices": [{"message": {"content": 3}}]}),
            EndpointFailed,
            "choices.0.message.content",
            1,
        ),
        (says_json({"choices": [{"Zyxwv": 3}]}), EndpointFailed, "choices.0.message", 1),
        (truncated_json(), EndpointFailed, "cut off", 1),
        (no_choices(), AnswerUnusable, "without any choices", 1),
        (says(""), AnswerUnusable, "without any text", 1),
        (says(" \n\t "), AnswerUnusable, "without any text", 1),
        (says(None, "tool_calls"), AnswerUnusable, "asked for a tool", 1),
        (says(None, refusal="Zyxwv"), AnswerUnusable, "refused to answer", 1),
        (says("Secret answer", "content_filter"), AnswerUnusable, "content filter", 1),
        (says("Secret answer without an end", "length"), AnswerUnusable, "less than one sentence", 1),
        (says("<think>Zyxwv", "length"), AnswerUnusable, "went into thinking", 1),
        (fails(400, message="Zyxwv"), EndpointFailed, "400 (fake_error, fake_type): it did not accept", 1),
        (fails(400, code="context_length_exceeded"), EndpointFailed, "too long for the model's context", 1),
        (
            fails(400, message="exceeds the available context size"),
            EndpointFailed,
            "too long for the model",
            1,
        ),
        (fails(401), EndpointFailed, "AMENDS_MODEL_API_KEY", 1),
        (fails(403), EndpointFailed, "the variable that the file of AMENDS_ENDPOINTS names", 1),
        (fails(404), EndpointFailed, "/v1/chat/completions answered 404", 1),
        (
            html(404),
            EndpointFailed,
            "check its address (it often ends in /v1) and the model's name (fake-model): AMENDS_MODEL_URL and",
            1,
        ),
        (fails(413), EndpointFailed, "too long for the model's context", 1),
        (fails(429, code="insufficient_quota"), EndpointFailed, "quota is used up", 1),
        (fails(429), EndpointBusy, "429 (fake_error, fake_type): it is busy", 3),
        (fails(500), EndpointFailed, "answered 500", 3),
        (html(502), EndpointFailed, "answered 502: it failed", 3),
        (cuts_off, EndpointFailed, "closed the connection before its answer was complete", 3),
        (hangs_up, EndpointFailed, "closed the connection before its answer was complete", 3),
    ],
)
def test_says_what_went_wrong(behaviour: Behaviour, kind: type[ModelError], words: str, calls: int) -> None:
    """Every failure is of its kind, says what to do, and is tried again only where that may help."""
    with FakeEndpoint(behaviour) as fake:
        error = failure(endpoint_at(fake.url, attempts=3))
    assert isinstance(error, kind)
    assert isinstance(error, AnswerUnusable) == (kind is AnswerUnusable)
    assert words in str(error)
    assert fake.calls == calls


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_says_why_nobody_answers(host: str) -> None:
    """A closed port is called by its name, also where a host has several addresses."""
    url = refusing_url().replace("127.0.0.1", host)
    assert "refused the connection" in str(failure(endpoint_at(url, attempts=2)))


def test_says_that_tls_failed() -> None:
    """An endpoint that does not speak TLS fails once, and says so."""
    with FakeEndpoint() as fake:
        error = failure(endpoint_at(fake.url.replace("http:", "https:")))
    assert "no secure connection" in str(error)
    assert any(isinstance(link, ssl.SSLError) for link in causes(error))


def causes(error: BaseException | None) -> list[BaseException]:
    """The error and what it was raised from."""
    return [error, *causes(error.__cause__)] if error else []


@pytest.mark.parametrize("first", [fails(500), fails(429), fails(503, retry_after="0"), cuts_off, hangs_up])
def test_tries_again(first: Behaviour) -> None:
    """What may be over at the next attempt is tried again."""
    with FakeEndpoint(first, says(ANSWER)) as fake:
        assert ask(endpoint_at(fake.url)).text == ANSWER
    assert fake.calls == 2


def test_waits_as_long_as_asked() -> None:
    """Retry-After is kept where the deadline allows it."""
    with FakeEndpoint(fails(429, retry_after="1"), says(ANSWER)) as fake:
        began = time.monotonic()
        ask(endpoint_at(fake.url))
        assert 1.0 <= time.monotonic() - began < 3.0


@pytest.mark.parametrize(
    "header", [lambda: "60", lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)]
)
@pytest.mark.parametrize("status", [429, 503])
def test_gives_up_at_once_where_the_wait_is_too_long(header: Callable[[], str], status: int) -> None:
    """A Retry-After past the deadline is handed on, as seconds or as a date, without waiting for it."""
    with FakeEndpoint(fails(status, retry_after=header())) as fake:
        began = time.monotonic()
        error = failure(endpoint_at(fake.url))
        assert time.monotonic() - began < 1.0
        assert fake.calls == 1
    assert isinstance(error, EndpointBusy)
    assert 57 <= error.retry_after <= 60


@pytest.mark.parametrize("behaviour", [hangs, trickles])
def test_keeps_the_deadline(behaviour: Behaviour) -> None:
    """An endpoint that hangs, or never comes to an end, is left at the deadline."""
    with FakeEndpoint(behaviour) as fake:
        began = time.monotonic()
        error = failure(endpoint_at(fake.url), seconds=0.3)
        assert time.monotonic() - began < 1.0
    assert isinstance(error, DeadlinePassed)


def test_calls_nobody_after_the_deadline() -> None:
    """A deadline that has passed costs no call."""
    with FakeEndpoint() as fake:
        assert isinstance(failure(endpoint_at(fake.url), seconds=-1), DeadlinePassed)
        assert fake.calls == 0


def test_refuses_an_answer_without_an_end() -> None:
    """An oversized answer is not read whole: the client leaves soon after one MiB."""
    with FakeEndpoint(floods) as fake:
        assert "more than 1,048,576 bytes" in str(failure(endpoint_at(fake.url)))
    assert fake.flooded < 20 * 1024 * 1024  # what the sockets' buffers took on top


def test_refuses_a_compressed_answer() -> None:
    """What is small on the line could be huge when unpacked."""
    packed = says_json({}, content_encoding="gzip")
    with FakeEndpoint(packed) as fake:
        assert "compressed" in str(failure(endpoint_at(fake.url)))
        assert fake.requests[0].headers["accept-encoding"] == "identity"


def test_follows_no_redirect() -> None:
    """A complaint goes where the operator said and nowhere else."""
    with (
        FakeEndpoint() as other,
        FakeEndpoint(says_json({}, 307, location=f"{other.url}/chat/completions")) as fake,
    ):
        assert "not followed" in str(failure(endpoint_at(fake.url)))
        assert other.calls == 0


def test_ends_a_cut_text_with_a_whole_sentence() -> None:
    """A text that ran into the token limit loses its last piece."""
    with FakeEndpoint(says("We are sorry. We will refund the 12.", "length")) as fake:
        assert ask(endpoint_at(fake.url)).text == "We are sorry."


def test_answers_several_calls_at_once() -> None:
    """One client serves many drafts, and one that is given up does not disturb the others."""

    async def run(url: str) -> list[Completion]:
        model = OpenAIModel(endpoint_at(url))
        deadline = asyncio.get_running_loop().time() + 5
        tasks = [asyncio.create_task(model.complete(MESSAGES, deadline=deadline, seed=n)) for n in range(20)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        answers = await asyncio.gather(*tasks[1:])
        await model.aclose()
        return answers

    with FakeEndpoint() as fake:
        answers = asyncio.run(run(fake.url))
    assert [answer.text for answer in answers] == [ANSWER] * 19


def test_logs_no_texts_and_no_key(caplog: pytest.LogCaptureFixture) -> None:
    """Neither our loggers nor the vendor's tell what was written, at any level."""
    caplog.set_level(logging.DEBUG)
    with FakeEndpoint(fails(500), says("Secret answer.")) as fake:
        ask(endpoint_at(fake.url))
    for secret in (KEY, COMPLAINT, "Secret answer", "Reply well"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "http://"),
        ("localhost:11434", "http://"),
        ("ftp://host/v1", "http://"),
        ("http://", "http://"),
        ("http://host:99999/v1", "not a URL"),
        ("http://[::1", "not a URL"),
        (f"https://user:{KEY}@host/v1", "no password"),
        (f"https://host/v1?key={KEY}", "must end with its path"),
        (f"https://user:{KEY}@host:port/v1", "not a URL"),
        ("http://host/v1\n", "line break"),
        ("http://my host/v1", "space"),
        (f"http://{'a' * 64}.com/v1", "not a URL"),
    ],
)
def test_refuses_what_is_no_base_url(url: str, words: str) -> None:
    """A URL that cannot be called, or that holds a secret, stops the start without being repeated."""
    with pytest.raises(ConfigurationError) as caught:
        OpenAIModel(endpoint_at(url))
    assert words in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-1\n", "sk-1\r\nX-Header: yes", "sk-\u00e9"])
def test_refuses_a_key_that_no_header_can_carry(key: str) -> None:
    """A key with a line break, as it comes from a file, stops the start without being repeated."""
    with pytest.raises(ConfigurationError, match="AMENDS_MODEL_API_KEY") as caught:
        OpenAIModel(endpoint_at("http://host/v1", api_key=SecretStr(key)))
    assert "sk-" not in str(caught.value)


def test_sends_what_cannot_be_encoded_as_a_question_mark() -> None:
    """Half an emoji in a complaint does not break the call."""

    async def run(url: str) -> None:
        model = OpenAIModel(endpoint_at(url))
        deadline = asyncio.get_running_loop().time() + 5
        await model.complete([Message("user", "Broken \ud83d!")], deadline=deadline, seed=1)
        await model.aclose()

    with FakeEndpoint() as fake:
        asyncio.run(run(fake.url))
    assert fake.requests[0].body["messages"] == [{"role": "user", "content": "Broken ?!"}]


SCHEMA = {"type": "object", "properties": {"level": {"type": "integer"}}}


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: " + b"a" * 20_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 400 Bad\r\nContent-Type: text/plain; charset=idna\r\nContent-Length: 4\r\n\r\n\xc3\xa4..",
        b"HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{",
    ],
)
def test_what_is_no_http_is_told(answer: bytes) -> None:
    """A wrong port, or a proxy that answers in a way of its own, is a fault of the endpoint like any other."""

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection = listener.accept()[0]
                with connection:
                    connection.recv(65_536)
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        assert isinstance(failure(endpoint_at(url, attempts=1)), EndpointFailed)
        with pytest.raises(ModelError):
            ping(endpoint_at(url))


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_grammar_is_told(status: int) -> None:
    """Without it the model would write names of its own: it is not asked without."""

    async def run(url: str) -> None:
        model = OpenAIModel(endpoint_at(url))
        try:
            deadline = asyncio.get_running_loop().time() + 5
            await model.complete(MESSAGES, deadline=deadline, seed=3, grammar="root ::= [a-z]+")
        finally:
            await model.aclose()

    with FakeEndpoint(fails(status), says("It broke.")) as fake:
        with pytest.raises(EndpointFailed):
            asyncio.run(run(fake.url))
        assert fake.calls == 1


def ask_twice_with_schema(endpoint: Endpoint) -> Completion:
    """The second of two answers to a question whose answer should have a form."""

    async def run() -> Completion:
        model = OpenAIModel(endpoint)
        try:
            deadline = asyncio.get_running_loop().time() + 5
            for _ in range(2):
                completion = await model.complete(MESSAGES, deadline=deadline, seed=3, schema=SCHEMA)
            return completion
        finally:
            await model.aclose()

    return asyncio.run(run())


def test_asks_for_a_form_where_the_endpoint_has_it() -> None:
    """A schema goes out as OpenAI wants it, and nothing else changes."""
    with FakeEndpoint() as fake:
        ask_twice_with_schema(endpoint_at(fake.url, extra={"repeat_penalty": 1.1}))
    form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
    assert [request.body["response_format"] for request in fake.requests] == [form, form]
    assert fake.requests[0].body["repeat_penalty"] == 1.1


@pytest.mark.parametrize("status", [400, 415, 422, 501])
def test_asks_plainly_where_the_endpoint_has_no_forms(status: int) -> None:
    """An endpoint that refuses the schema is asked without it, and is not asked with it again."""
    with FakeEndpoint(fails(status), says('{"level": 1}')) as fake:
        completion = ask_twice_with_schema(endpoint_at(fake.url))
    assert completion.text == '{"level": 1}'
    assert ["response_format" in request.body for request in fake.requests] == [True, False, False]


def test_a_refusal_that_the_schema_did_not_cause_is_told() -> None:
    """Where the plain question is refused as well, the error is that of the plain question."""
    with FakeEndpoint(fails(400, "context_length_exceeded")) as fake:
        with pytest.raises(EndpointFailed, match="too long"):
            ask_twice_with_schema(endpoint_at(fake.url))
        assert ["response_format" in request.body for request in fake.requests] == [True, False]


@pytest.mark.parametrize("status", [401, 404])
def test_a_wrong_key_is_not_blamed_on_the_schema(status: int) -> None:
    """What has nothing to do with the form of the answer is asked once."""
    with FakeEndpoint(fails(status)) as fake:
        with pytest.raises(EndpointFailed):
            ask_twice_with_schema(endpoint_at(fake.url))
        assert fake.calls == 1


def ping(endpoint: Endpoint) -> None:
    """Ask whether an endpoint is there."""

    async def run() -> None:
        model = OpenAIModel(endpoint)
        try:
            await model.ping()
        finally:
            await model.aclose()

    asyncio.run(run())


@pytest.mark.parametrize("models", [None, fails(404), html(404), fails(405), fails(429, retry_after="60"), floods])
def test_a_ping_finds_an_endpoint_that_is_there(models: Behaviour | None) -> None:
    """It asks once for the models, needs no list of them, and costs no completion."""
    with FakeEndpoint(models=models) as fake:
        ping(endpoint_at(fake.url))
        assert (fake.pings, fake.calls) == (1, 0)


@pytest.mark.parametrize(
    ("models", "words"),
    [
        (fails(401), "AMENDS_MODEL_API_KEY"),
        (fails(503), "answered 503"),
        (hangs_up, "closed the connection"),
    ],
)
def test_a_ping_says_what_is_wrong(models: Behaviour, words: str) -> None:
    """A wrong key, a fault and a lost connection are told."""
    with FakeEndpoint(models=models) as fake, pytest.raises(EndpointFailed, match=words):
        ping(endpoint_at(fake.url))


def test_a_ping_says_that_nobody_listens() -> None:
    """A closed port is told as such."""
    with pytest.raises(EndpointFailed, match="refused the connection"):
        ping(endpoint_at(refusing_url()))
