"""What may go to a model endpoint and come back from it: address, headers, an answer of limited size."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import httpx2
from pydantic import SecretStr

from service.errors import ConfigurationError, EndpointFailed

ANSWER_BYTES = 1024 * 1024
RAW_RESPONSE = "x-stainless-raw-response"  # the vendor's client reads it again when the answer comes
OUR_HEADERS = frozenset({"host", "content-type", "content-length", "accept", "user-agent", RAW_RESPONSE})


def checked_host(base_url: str, called: str = "AMENDS_MODEL_URL", place_for_key: str = "AMENDS_MODEL_API_KEY") -> str:
    """The host of a base URL that can be called and shown; errors name it as it is `called` where it was set.

    Raises:
        ConfigurationError: it cannot be called, or holds what must not be shown.
    """
    if not base_url.isprintable() or " " in base_url:
        raise ConfigurationError(f"{called} holds a space, a line break or another invisible character")
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # as it is done when it is looked up
    except ValueError:
        # Not chained: the error repeats pieces of the URL, which may hold a password.
        raise ConfigurationError(f"{called} is not a URL: look at its host name and port") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(f"{called} must begin with http:// or https:// and a host name")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"{called} must hold no password: put the key into {place_for_key}")
    if parts.query or parts.fragment:
        raise ConfigurationError(f"{called} must end with its path: no `?` and no `#`")
    return host


def checked_key(api_key: SecretStr | None, called: str = "AMENDS_MODEL_API_KEY") -> str:
    """The key as a header can carry it; empty for none. Errors name it as it is `called`.

    Raises:
        ConfigurationError: it cannot be sent.
    """
    key = api_key.get_secret_value() if api_key else ""
    if key and not (key.isascii() and key.isprintable()):
        raise ConfigurationError(f"{called} holds a line break or another character that no key has")
    return key


def is_loopback(host: str) -> bool:
    """Whether calls to this host stay on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def headers_setter(key: str, more: Callable[[], Mapping[str, str]]) -> Callable[[httpx2.Request], Awaitable[None]]:
    """Leave only our headers, and `more`: the vendor's client adds those of OPENAI_* variables and others."""
    always = {"accept-encoding": "identity"}  # so that the limit holds for what is unpacked, too
    if key:
        always["authorization"] = f"Bearer {key}"

    async def set_headers(request: httpx2.Request) -> None:
        # Made anew: to take one out, all are looked through, and that for each.
        given = (field for field in request.headers.multi_items() if field[0] in OUR_HEADERS)
        request.headers = httpx2.Headers([*given, *always.items(), *more().items()])

    return set_headers


def answer_limiter(url: str) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Refuse a compressed or an oversized answer without reading it whole."""

    async def limit(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise EndpointFailed(f"{url} sent a compressed answer, although it was asked not to", "bad_answer")
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            raise TypeError(type(response.stream))  # never with an asynchronous client; said for the types
        response.stream = LimitedStream(response.stream, url)

    return limit


class LimitedStream(httpx2.AsyncByteStream):
    """A body that breaks off at the limit."""

    def __init__(self, stream: httpx2.AsyncByteStream, url: str) -> None:
        self._stream = stream
        self._url = url

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._stream:
            seen += len(chunk)
            if seen > ANSWER_BYTES:
                raise EndpointFailed(f"{self._url} answered more than {ANSWER_BYTES:,} bytes", "too_large")
            yield chunk

    async def aclose(self) -> None:
        """Close the body underneath."""
        await self._stream.aclose()
