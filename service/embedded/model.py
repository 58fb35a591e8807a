"""The embedded model as a `Model`: started when it is first asked, and again after it died."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from service.embedded.server import Address, EmbeddedServer
from service.errors import DeadlinePassed, EmbeddedModelFailed, EndpointFailed
from service.model import Completion, Message, Model, Schema

ENDPOINT = "embedded"  # the port is another one at every start and would tell nobody anything
DEATH_SECONDS = 1.0
PING_SECONDS = 20.0  # as long as a start may take


class Connection(Model, Protocol):
    """A model that holds connections open and can be asked whether it is there."""

    async def ping(self) -> None:
        """Raise a ModelError if it is not; costs no completion."""

    async def aclose(self) -> None:
        """Close them."""


class EmbeddedModel:
    """Keeps the server running and talks to it.

    The call during which the server dies fails and names its log; the next call starts it again. So a crash
    is seen by somebody, and yet costs one draft and not the service.

    Args:
        server: may be running already; `aclose` stops it.
        connect: makes the client for an address. It should not try again by itself: nothing is gained by
            calling a dead child twice.
    """

    def __init__(self, server: EmbeddedServer, connect: Callable[[Address], Connection]) -> None:
        self._server = server
        self._connect = connect
        self._connecting = asyncio.Lock()
        self._address: Address | None = None
        self._connection: Connection | None = None

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._server.context_tokens

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

        Raises:
            ModelError: EmbeddedModelFailed where the child is to blame, else what the connection raised.
        """
        connection = await self._connected(deadline)
        try:
            completion = await connection.complete(
                messages, deadline=deadline, seed=seed, schema=schema, grammar=grammar
            )
        except EndpointFailed as error:
            if not await self._server.has_stopped(within=DEATH_SECONDS):
                raise
            problem = f"the embedded model stopped while it was answering: see its log {self._server.log}"
            raise EmbeddedModelFailed(f"{problem}; the next call starts it again") from error
        return replace(completion, endpoint=ENDPOINT)

    async def ping(self) -> None:
        """Start the server unless it runs, and ask whether it answers; costs no completion.

        Raises:
            ModelError: it does not.
        """
        connection = await self._connected(asyncio.get_running_loop().time() + PING_SECONDS)
        await connection.ping()

    async def aclose(self) -> None:
        """Close the connection and stop the server."""
        connection, self._connection, self._address = self._connection, None, None
        if connection is not None:
            await connection.aclose()
        await self._server.stop()

    async def _connected(self, deadline: float) -> Connection:
        try:
            async with asyncio.timeout_at(deadline), self._connecting:
                connection = await self._connection_to(await self._server.start())
        except TimeoutError as error:
            raise DeadlinePassed("the deadline passed before the embedded model was ready") from error
        return connection

    async def _connection_to(self, address: Address) -> Connection:
        if self._connection is not None and address == self._address:
            return self._connection
        if self._connection is not None:
            await self._connection.aclose()
        self._address, self._connection = address, self._connect(address)
        return self._connection
