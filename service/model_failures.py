"""Says in one line what went wrong with an endpoint, and whether another attempt is worth it."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
import httpx2

from service.errors import EndpointBusy, EndpointFailed, FaultKind, ModelError

IDENTIFIER = re.compile(r"[\w.\-]{1,64}")  # all that is repeated of an endpoint's error: codes, never a sentence
TOO_LONG = re.compile(
    r"context[_ ](?:length|size|window)|maximum context|max_model_len|too many tokens|prompt is too long"
)
LOST = (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionError)
# What the libraries below the vendor's client raise and it does not turn into an error of its own: of heads that are no
# HTTP, of an encoding that is none, of a body that breaks off.
NO_HTTP = (aiohttp.ClientResponseError, AssertionError, ValueError, LookupError)
UNREADABLE = (*NO_HTTP, aiohttp.ClientError, httpx2.HTTPError)
REDIRECTIONS = range(300, 400)
FAULTS = range(500, 600)
MOST_DIGITS = 9  # of a number of seconds
READ_CHARACTERS = 4_000  # of an error's body
# Where an endpoint was set up: one by the environment, a chain of them by a file.
URL_SETTING = "AMENDS_MODEL_URL or the file of AMENDS_ENDPOINTS"
ADDRESS_AND_NAME = "AMENDS_MODEL_URL and AMENDS_MODEL_NAME, or the file of AMENDS_ENDPOINTS"
KEY_SETTING = "AMENDS_MODEL_API_KEY or the variable that the file of AMENDS_ENDPOINTS names"


class TemporaryFailure(EndpointFailed):
    """A failure that may be over at the next attempt."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A response that is no success; `code`, `kind`, `param` and `detail` (its text) are the endpoint's."""

    status: int
    retry_after: float | None
    code: str | None
    kind: str | None
    param: str | None
    detail: str


def read_refusal(status: int, retry_after: str | None, body: object, now: datetime) -> Refusal:
    """What a response with an error status says; `body` is its JSON, or its text where it has none."""
    error = body.get("error", body) if isinstance(body, dict) else body
    fields = error if isinstance(error, dict) else {}
    return Refusal(
        status=status,
        retry_after=seconds_until(retry_after, now),
        code=_identifier(fields.get("code")),
        kind=_identifier(fields.get("type")),
        param=_identifier(fields.get("param")),
        detail=str(fields.get("message", error))[:READ_CHARACTERS].lower(),
    )


def seconds_until(retry_after: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header (a number or an HTTP date) asks for, None if it says nothing."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def failure_of(refusal: Refusal, url: str, model: str, pause: float) -> ModelError:
    """The error for such a response; a busy endpoint that names no time to wait gets `pause` (seconds)."""
    status = refusal.status
    answered = f"{url} answered {status}{_named(refusal)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS and "insufficient_quota" in (refusal.code, refusal.kind):
        return EndpointFailed(f"{answered}: the account's quota is used up", "quota")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (refusal.retry_after is not None and status in FAULTS):
        wait = pause if refusal.retry_after is None else refusal.retry_after
        return EndpointBusy(f"{answered}: it is busy", wait)
    if status in FAULTS or status == HTTPStatus.REQUEST_TIMEOUT:
        return TemporaryFailure(f"{answered}: it failed", "server_error")
    kind, advice = _advice(refusal, model)
    return EndpointFailed(f"{answered}: {advice}", kind)


def failure_to_connect(error: BaseException, url: str) -> EndpointFailed:
    """The error for a call that got no whole response."""
    chain = tuple(_chain(error))
    for link in chain:
        if isinstance(link, EndpointFailed):
            return link
        if isinstance(link, ssl.SSLError | ssl.CertificateError | aiohttp.ClientSSLError):
            return EndpointFailed(f"{url}: no secure connection, its certificate or its TLS was not accepted", "tls")
        if isinstance(link, aiohttp.InvalidURL):
            return EndpointFailed(f"{url} is no address that can be called: check {URL_SETTING}", "address")
    if isinstance(error, NO_HTTP):
        return EndpointFailed(f"{url} answered with HTTP that cannot be read: check {URL_SETTING}", "bad_answer")
    kind, fault = _connection_fault(chain)
    return TemporaryFailure(f"{url} {fault}", kind)


def _connection_fault(chain: tuple[BaseException, ...]) -> tuple[FaultKind, str]:
    if any(isinstance(link, socket.gaierror | aiohttp.ClientConnectorDNSError) for link in chain):
        return "dns", f"cannot be reached: its host name is not known, check {URL_SETTING}"
    if any(isinstance(link, OSError) and link.errno == errno.ECONNREFUSED for link in chain):
        return (
            "connection_refused",
            f"refused the connection: is it running, and is its address right ({URL_SETTING})?",
        )
    if any(isinstance(link, aiohttp.ClientConnectorError) for link in chain):
        return "unreachable", f"cannot be reached: check {URL_SETTING} and the network"
    if any(isinstance(link, LOST) for link in chain):
        return "connection_lost", "closed the connection before its answer was complete"
    if any(isinstance(link, TimeoutError) for link in chain):
        return "connection_slow", "did not accept a connection in time"
    return "connection_lost", "broke off the call"


def _advice(refusal: Refusal, model: str) -> tuple[FaultKind, str]:
    if refusal.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return "key_refused", f"the key was not accepted, check {KEY_SETTING}"
    if refusal.status == HTTPStatus.NOT_FOUND:
        wrong = f"check its address (it often ends in /v1) and the model's name ({model})"
        return "not_found", f"{wrong}: {ADDRESS_AND_NAME}"
    if refusal.status in REDIRECTIONS:
        wrong = "it wants to be called at another address, which is not followed"
        return "redirected", f"{wrong}: put that into {URL_SETTING}"
    if refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or _is_too_long(refusal):
        return "too_long", "the prompt is too long for the model's context"
    return "refused", "it did not accept the request"


def _is_too_long(refusal: Refusal) -> bool:
    return any(text and TOO_LONG.search(text) for text in (refusal.code, refusal.kind, refusal.detail))


def _named(refusal: Refusal) -> str:
    names = [name for name in (refusal.code, refusal.kind) if name and not name.isdigit()]
    if refusal.param:
        names.append(f"parameter {refusal.param}")
    return f" ({', '.join(names)})" if names else ""


def _identifier(value: object) -> str | None:
    return value if isinstance(value, str) and IDENTIFIER.fullmatch(value) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
