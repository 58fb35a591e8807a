"""The embedded model asked through the client, as the service asks it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from service.embedded.model import EmbeddedModel
from service.embedded.server import Address, EmbeddedServer
from service.embedded.weights import find_weights
from service.errors import DeadlinePassed, EmbeddedModelFailed, EndpointFailed
from service.model import Completion, Message
from service.model_client import Endpoint, OpenAIModel

QUESTION = (Message("user", "Write one sentence: we are sorry that the parcel arrived broken."),)


def connect(address: Address, max_tokens: int = 40, **extra: bool) -> OpenAIModel:
    """A client that asks once, for a short text that the seed alone decides."""
    sampling = {"cache_prompt": False, "repeat_penalty": 1.1, **extra}
    return OpenAIModel(
        Endpoint(
            address.base_url,
            address.model,
            address.api_key,
            max_tokens=max_tokens,
            extra=sampling,
            attempts=1,
        )
    )


Use = Callable[[EmbeddedModel, EmbeddedServer], Awaitable[None]]


def with_model(folder: Path, use: Use) -> None:
    """Run a test with a model that is not started yet."""

    async def run() -> None:
        server = EmbeddedServer(find_weights(), folder / "model.log", context_tokens=1024)
        model = EmbeddedModel(server, connect)
        try:
            await use(model, server)
        finally:
            await model.aclose()

    asyncio.run(run())


async def ask(model: EmbeddedModel, seed: int = 1, seconds: float = 20) -> Completion:
    """One answer within so many seconds, start included."""
    deadline = asyncio.get_running_loop().time() + seconds
    return await model.complete(QUESTION, deadline=deadline, seed=seed)


def test_drafts_from_a_cold_start_and_repeats_by_seed(tmp_path: Path) -> None:
    """The first call starts the server and gets a text in 20 seconds; the same seed gives the same text."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        first = await ask(model, seed=1)
        assert len(first.text) > 10
        assert (first.endpoint, first.model) == ("embedded", "smollm2-135m-instruct")
        assert first.prompt_tokens > 10
        assert first.completion_tokens > 3
        assert await ask(model, seed=1) == first
        assert model.context_tokens == server.context_tokens == 1024

    with_model(tmp_path, use)


def test_answers_two_at_once(tmp_path: Path) -> None:
    """Two calls that come before the start share one server."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        answers = await asyncio.gather(ask(model), ask(model, seed=2))
        assert all(answer.text for answer in answers)
        assert server.running

    with_model(tmp_path, use)


def test_says_when_the_server_dies_and_starts_it_again(tmp_path: Path) -> None:
    """The call during which the server is killed names the log; the next one works, on a new server."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        await ask(model)
        before = server.pid
        assert before is not None
        call = asyncio.create_task(ask(model))
        await asyncio.sleep(0.05)
        os.kill(before, signal.SIGKILL)
        with pytest.raises(EmbeddedModelFailed, match="stopped while it was answering") as caught:
            await call
        assert str(server.log) in str(caught.value)
        assert (await ask(model)).text
        assert server.pid not in (None, before)

    with_model(tmp_path, use)


def test_a_server_that_died_between_calls_costs_nothing(tmp_path: Path) -> None:
    """A server that was killed while nobody asked is started again by the next call."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        await ask(model)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert await server.has_stopped(within=5)
        assert (await ask(model)).text

    with_model(tmp_path, use)


def test_refuses_what_is_longer_than_its_context(tmp_path: Path) -> None:
    """A prompt over the context is said to be too long, and the server goes on."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        deadline = asyncio.get_running_loop().time() + 20
        with pytest.raises(EndpointFailed, match="too long for the model's context"):
            await model.complete([Message("user", "word " * 20_000)], deadline=deadline, seed=1)
        assert server.running
        assert (await ask(model)).text

    with_model(tmp_path, use)


def test_keeps_the_deadline_of_the_start(tmp_path: Path) -> None:
    """A deadline that passes while the server starts is kept, and the next call starts it again."""

    async def use(model: EmbeddedModel, _: EmbeddedServer) -> None:
        with pytest.raises(DeadlinePassed, match="before the embedded model was ready"):
            await ask(model, seconds=0.05)
        assert (await ask(model)).text

    with_model(tmp_path, use)


def test_an_abandoned_call_does_not_hold_up_the_next(tmp_path: Path) -> None:
    """The server stops writing for a caller who has left: writing to the end outlasts the next one."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        endless = connect(await server.start(), max_tokens=5000, ignore_eos=True)
        deadline = asyncio.get_running_loop().time() + 0.3
        with pytest.raises(DeadlinePassed):
            await endless.complete(QUESTION, deadline=deadline, seed=1)
        await endless.aclose()
        assert (await ask(model, seconds=20)).text

    with_model(tmp_path, use)


def test_pings_without_a_completion(tmp_path: Path) -> None:
    """A ping starts the server, and starts it again after it died."""

    async def use(model: EmbeddedModel, server: EmbeddedServer) -> None:
        await model.ping()
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert await server.has_stopped(within=5)
        await model.ping()
        assert server.running

    with_model(tmp_path, use)
