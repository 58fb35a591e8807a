"""Talks to a model behind any OpenAI-compatible URL; the only file that knows the vendor's client."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Protocol

import httpx2
import openai
from pydantic import SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from service.errors import ConfigurationError, DeadlinePassed, EndpointBusy, EndpointFailed, ModelError
from service.model import Completion, Message, Schema
from service.model_answer import Answer, read_answer
from service.model_failures import UNREADABLE, TemporaryFailure, failure_of, failure_to_connect, read_refusal
from service.model_transport import answer_limiter, checked_host, checked_key, headers_setter, is_loopback

CONNECT_SECONDS = 10.0
LONGEST_PAUSE = 8.0
PING_SECONDS = 5.0
NO_SCHEMAS = (400, 415, 422, 501)  # how endpoints refuse a field that they do not know
REACHED = (404, 405, 429, 501)  # it is there, although it has no list of models or no time for it

Sampling = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers and how it is asked.

    `base_url` is taken as it is, as OpenAI clients do: it usually ends in /v1. `extra` are further fields of
    the request, for servers that know more than OpenAI's (`repeat_penalty`). `attempts` and `pause` (seconds,
    the first wait) say how stubborn the client is within a deadline.
    """

    base_url: str
    model: str
    api_key: SecretStr | None = None
    max_tokens: int = 600
    temperature: float = 0.7
    context_tokens: int = 8192
    extra: Sampling = field(default_factory=dict)
    attempts: int = 5
    pause: float = 0.5


class CallWatch(Protocol):
    """Who hears of each call over the network, of which one completion may need several."""

    def headers(self) -> Mapping[str, str]:
        """What goes along with a call that begins now."""

    def ended(self, seconds: float, fault: ModelError | None) -> None:
        """A call ended; without a fault it was answered, or cut off by the deadline or by whoever asked."""


class Unwatched:
    """Nobody hears of calls."""

    def headers(self) -> Mapping[str, str]:
        """None."""
        return {}

    def ended(self, seconds: float, fault: ModelError | None) -> None:
        """Forget it."""


class SchemaRefused(Exception):
    """The endpoint refused a question with a schema; without one it may answer."""


class PlainClient(openai.AsyncOpenAI):
    """The vendor's client without the headers that tell about this machine, which would be taken away again."""

    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        """What every request has."""
        return {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": self.user_agent}


class OpenAIModel:
    """A model that is asked by HTTP; use it in one event loop, and close it there.

    Raises:
        ConfigurationError: the URL, the key or the certificates of authorities cannot be used.
    """

    def __init__(self, endpoint: Endpoint, watch: CallWatch | None = None) -> None:
        host = checked_host(endpoint.base_url)
        self._endpoint = endpoint
        self._watch = watch or Unwatched()
        self._takes_schemas = True  # until the endpoint shows that it does not
        self._base_url = endpoint.base_url.rstrip("/")
        self._called = f"{self._base_url}/chat/completions"
        self._client = PlainClient(
            base_url=self._base_url,
            api_key="none",  # never the one in OPENAI_API_KEY; the true one is set with the other headers
            max_retries=0,
            timeout=openai.Timeout(None, connect=CONNECT_SECONDS),  # the deadline limits the rest
            http_client=openai.DefaultAioHttpClient(
                verify=_tls(),
                follow_redirects=False,  # the complaint goes where the operator said, nowhere else
                trust_env=not is_loopback(host),  # a proxy must not see what stays on this machine
                event_hooks={
                    "request": [headers_setter(checked_key(endpoint.api_key), self._watch.headers)],
                    "response": [answer_limiter(self._called)],
                },
            ),
        )

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._endpoint.context_tokens

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """One completion before `deadline` (a time of the running event loop's clock).

        A text that ran into the token limit ends with its last full sentence. An endpoint that knows no schema is
        asked without one. `grammar` is sent as llama.cpp's servers take it.

        Raises:
            EndpointBusy: the endpoint asks to wait for longer than the deadline or the attempts allow.
            DeadlinePassed: there was no answer in time.
            EndpointFailed: anything else; the message names the URL, and neither key nor texts.
        """
        seconds = deadline - asyncio.get_running_loop().time()
        late = f"{self._called} gave no answer within the {max(0.0, seconds):.1f} s that were left"
        if seconds <= 0:
            raise DeadlinePassed(late)
        try:
            async with asyncio.timeout_at(deadline):
                answer: Answer = await self._retrying(deadline)(self._ask, messages, seed, schema, grammar)
        except TimeoutError as error:
            raise DeadlinePassed(late) from error
        return Completion(
            text=answer.text,
            model=answer.model or self._endpoint.model,
            endpoint=self._base_url,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            sentences=answer.sentences,
        )

    async def ping(self) -> None:
        """Ask whether the endpoint is there and takes the key; costs no completion.

        Raises:
            ModelError: it is not, or it does not.
        """
        url = f"{self._base_url}/models"
        try:
            # Streamed, so that a list of hundreds of models is not read; only the status matters.
            async with asyncio.timeout(PING_SECONDS), self._client.models.with_streaming_response.list():
                pass
        except openai.APIStatusError as error:
            refusal = read_refusal(error.status_code, None, None, datetime.now(UTC))
            if error.status_code not in REACHED:
                raise failure_of(refusal, url, self._endpoint.model, self._endpoint.pause) from None
        except (openai.APIConnectionError, EndpointFailed) as error:
            raise failure_to_connect(error, url) from error
        except UNREADABLE as error:
            raise failure_to_connect(error, url) from None
        except TimeoutError as error:
            raise EndpointFailed(f"{url} gave no answer within {PING_SECONDS:g} s") from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _retrying(self, deadline: float) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception_type((TemporaryFailure, EndpointBusy)),
            wait=_waiter(self._endpoint.pause),
            stop=_stopper(self._endpoint.attempts, deadline),
            reraise=True,
        )

    async def _ask(self, messages: Sequence[Message], seed: int, schema: Schema | None, grammar: str | None) -> Answer:
        if grammar is not None:
            return await self._call(messages, seed, {"grammar": grammar})
        if schema is None or not self._takes_schemas:
            return await self._call(messages, seed, {})
        with suppress(SchemaRefused):
            return await self._call(messages, seed, {"response_format": _as_format(schema)})
        answer = await self._call(messages, seed, {})
        self._takes_schemas = False  # the same question was answered without one
        return answer

    async def _call(self, messages: Sequence[Message], seed: int, form: Schema) -> Answer:
        began, fault = time.perf_counter(), None
        try:
            return await self._post(messages, seed, form)
        except ModelError as error:
            fault = error
            raise
        finally:
            self._watch.ended(time.perf_counter() - began, fault)

    async def _post(self, messages: Sequence[Message], seed: int, form: Schema) -> Answer:
        endpoint = self._endpoint
        try:
            # Bare: the vendor's own method takes half a millisecond to look for what it might have to change in the
            # messages, and its parsing accepts any shape, and finds out later or never.
            response = await self._client.post(
                self._called,  # whole: it would be put together and taken apart twice more
                cast_to=httpx2.Response,
                body={
                    "model": endpoint.model,
                    "messages": [_as_param(message) for message in messages],
                    "max_tokens": endpoint.max_tokens,
                    "temperature": endpoint.temperature,
                    "seed": seed,
                    **endpoint.extra,
                    **form,
                },
            )
        except openai.APIStatusError as error:
            if "response_format" in form and error.status_code in NO_SCHEMAS:
                raise SchemaRefused from None
            header = error.response.headers.get("retry-after")
            refusal = read_refusal(error.status_code, header, error.body, datetime.now(UTC))
            # Not chained: an endpoint may repeat pieces of the prompt in its message, and errors are logged.
            raise failure_of(refusal, self._called, endpoint.model, endpoint.pause) from None
        except openai.APIConnectionError as error:
            raise failure_to_connect(error, self._called) from error
        except openai.OpenAIError as error:
            raise EndpointFailed(f"{self._called} could not be called: {type(error).__name__}") from error
        except UNREADABLE as error:  # not chained: it quotes the answer
            raise failure_to_connect(error, self._called) from None
        return read_answer(response.content, self._called)


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients of the process: reading the certificates of all authorities takes 20 ms.

    Raises:
        ConfigurationError: they cannot be read.
    """
    try:
        return httpx2.create_ssl_context()
    except OSError as error:  # of which SSLError is one; neither names the file
        raise ConfigurationError(
            f"SSL_CERT_FILE: the certificates of authorities cannot be read: {error.strerror}; "
            "let it name a file of them in PEM"
        ) from error


def _waiter(pause: float) -> Callable[[RetryCallState], float]:
    """Wait longer after every attempt, with jitter so that clients do not return together, and as asked."""
    backoff = wait_random_exponential(multiplier=pause, max=LONGEST_PAUSE)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return max(backoff(state), error.retry_after if isinstance(error, EndpointBusy) else 0.0)

    return wait


def _stopper(attempts: int, deadline: float) -> Callable[[RetryCallState], bool]:
    """Give up at once where the next attempt would come too late: the failure says more than the delay."""
    loop = asyncio.get_running_loop()

    def stop(state: RetryCallState) -> bool:
        return state.attempt_number >= attempts or loop.time() + state.upcoming_sleep >= deadline

    return stop


def _as_format(schema: Schema) -> Schema:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def _as_param(message: Message) -> Mapping[str, str]:
    content = message.content.encode(errors="replace").decode()  # half an emoji cannot be sent
    return {"role": message.role, "content": content}
