"""Takes uploads of JSON lines in: in pieces, within their limit, to a file that nobody else can open."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Protocol

from fastapi import Request
from starlette.requests import ClientDisconnect

from guardrails import limits
from service.errors import EndpointBusy, NotLines, StoreError, TooLarge

MEDIA_TYPE = "application/jsonl"
# The same format by other names: none of them is registered.
MEDIA_TYPES = (
    MEDIA_TYPE,
    "application/x-ndjson",
    "application/ndjson",
    "application/x-jsonlines",
    "application/x-jsonl",
)
IN_MEMORY_BYTES = 1024 * 1024  # what is larger goes to the disk; also what is written at once
STALL_S = 30.0
WHOLE_S = 600.0  # for one of the largest size over a line of 1 Mbit/s
MOST_AT_ONCE, MOST_EACH = 4, 3  # each may take the whole limit on the disk; no tenant alone keeps all others out
BUSY_RETRY_S = 10.0
TOO_LARGE = f"it is over the limit of {limits.BATCH_BYTES:,} bytes; send several batches"


class Digest(Protocol):
    """A hash that is computed piece by piece."""

    def update(self, piece: bytes, /) -> None:
        """Go on with these bytes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was uploaded; `digest` is the SHA-256 of its bytes. The file is deleted when it is closed."""

    file: IO[bytes]
    digest: str


class Uploads:
    """At most `most` uploads at once, and `most_each` of a tenant.

    One of which nothing comes for `stall_s` seconds, or that has not come within `whole_s`, is given up.
    """

    def __init__(
        self,
        *,
        stall_s: float = STALL_S,
        whole_s: float = WHOLE_S,
        most: int = MOST_AT_ONCE,
        most_each: int = MOST_EACH,
    ) -> None:
        self._stall_s = stall_s
        self._whole_s = whole_s
        self._most = most
        self._most_each = most_each
        self._under_way: Counter[str] = Counter()

    async def receive(self, request: Request, tenant: str) -> Upload:
        """The body of a request, to be closed by the caller; no more of it than one piece is in memory.

        Raises:
            NotLines: it is of another type, packed, cut off, or too slow.
            TooLarge: over the limit; no more than that is read.
            EndpointBusy: too many others are uploaded.
            StoreError: the disk cannot hold it.
        """
        _refuse_other_types(request)
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > limits.BATCH_BYTES:
            raise TooLarge(TOO_LARGE)
        under_way, mine = self._under_way.total(), self._under_way[tenant]
        if under_way >= self._most or mine >= self._most_each:
            uploaded = f"{under_way} batches are" if under_way >= self._most else f"{mine} of your batches are"
            raise EndpointBusy(f"{uploaded} uploaded, as many as are allowed", BUSY_RETRY_S)
        self._under_way[tenant] += 1
        try:
            async with asyncio.timeout(self._whole_s):
                return await self._receive(request)
        except TimeoutError:
            raise NotLines(f"not all of it came within {self._whole_s:g} seconds; send smaller batches") from None
        except OSError as error:
            raise StoreError(f"The upload cannot be kept in a temporary file: {error.strerror}.") from None
        finally:
            self._under_way[tenant] -= 1
            if not self._under_way[tenant]:
                del self._under_way[tenant]

    async def _receive(self, request: Request) -> Upload:
        # Closed by who gets it, or here.
        file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115
        try:
            return Upload(file, await self._copy(request, file))
        except BaseException:
            file.close()
            raise

    async def _copy(self, request: Request, file: IO[bytes]) -> str:
        """Copy the body, and give its digest."""
        digest, size, piece = hashlib.sha256(), 0, bytearray()
        pieces = aiter(request.stream())
        while (chunk := await self._next(pieces)) is not None:
            size += len(chunk)
            if size > limits.BATCH_BYTES:
                raise TooLarge(TOO_LARGE)
            piece += chunk
            if len(piece) >= IN_MEMORY_BYTES:
                await asyncio.to_thread(_keep, bytes(piece), file, digest)
                piece.clear()
        await asyncio.to_thread(_keep, bytes(piece), file, digest)
        return digest.hexdigest()

    async def _next(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(self._stall_s):
                return await anext(pieces, None)
        except TimeoutError:
            raise NotLines(f"nothing more of it came for {self._stall_s:g} seconds; send it again") from None
        except ClientDisconnect:
            raise NotLines("the connection closed before the whole body had come") from None


def _keep(piece: bytes, file: IO[bytes], digest: Digest) -> None:
    digest.update(piece)
    file.write(piece)


def _refuse_other_types(request: Request) -> None:
    kind = request.headers.get("content-type", MEDIA_TYPE).partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        raise NotLines("it is a form; send the file as the body itself (curl: --data-binary @FILE)")
    if kind not in MEDIA_TYPES:
        raise NotLines(f"the Content-Type must be {MEDIA_TYPE} or {MEDIA_TYPES[1]}: one case a line")
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if packing != "identity":
        raise NotLines("it is compressed (Content-Encoding); send it as plain text")


def body_of_lines(name: str) -> dict[str, object]:
    """What a route says about an upload in the contract; `name` is the schema of a line."""
    # OpenAPI has no words for a text of which each line is JSON: the schema of a line stands beside.
    schema = {"type": "string", "format": "binary", "minLength": 1}
    content = {"schema": schema, "x-line": {"$ref": f"#/components/schemas/{name}"}}
    description = (
        f"JSON Lines in UTF-8, one {name} a line: at most {limits.BATCH_CASES:,} lines, "
        f"{limits.BODY_BYTES:,} bytes a line and {limits.BATCH_BYTES:,} bytes in all. Blank lines are passed over."
    )
    body = {"required": True, "description": description, "content": dict.fromkeys(MEDIA_TYPES[:2], content)}
    return {"requestBody": body}
