"""Signs one event by the Standard Webhooks scheme, sends it, and says how that ended."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from ssl import SSLContext

import aiohttp
import structlog
from standardwebhooks import Webhook
from yarl import URL

from service.webhooks.connecting import Guard, LookUp, guarded_connector, look_up
from service.webhooks.retrying import Tried, read_retry_after
from service.webhooks.targets import Targets

SECRET_BYTES = 32
TIMEOUT_S = 15.0  # for all of a try: looking the name up, connecting, sending, and the answer's head
# The first that fits counts, so that the special stands before the general.
FAULTS: Mapping[type[Exception], str] = {
    TimeoutError: "it did not answer in time",
    aiohttp.ClientConnectorDNSError: "its host name was not found",
    aiohttp.ClientConnectorCertificateError: "its certificate is not valid",
    aiohttp.ClientSSLError: "no TLS connection could be made",
    aiohttp.ClientConnectorError: "it could not be connected to",
}
NO_HTTP = "it hung up, or answered something that is not HTTP"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that is to be tried; `tries` counts this one, and `owner` names its lease.

    Every secret signs.
    """

    delivery_id: str
    webhook_id: str
    url: str = field(repr=False)  # it may hold a token
    secrets: tuple[str, ...] = field(repr=False)
    body: str
    tries: int
    owner: str


def new_secret() -> str:
    """A secret as the scheme writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(parcel: Parcel, now: datetime) -> dict[str, str]:
    """The headers that go with its body; the id is the same at every try, so that a receiver knows it again."""
    signatures = (Webhook(secret).sign(parcel.delivery_id, now, parcel.body) for secret in parcel.secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Amends",
        "webhook-id": parcel.delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class Sender:
    """Sends to allowed targets alone."""

    def __init__(
        self, targets: Targets, tls: SSLContext, look_up: LookUp = look_up, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._targets = targets
        self._tls = tls
        self._look_up = look_up
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)

    async def send(self, parcel: Parcel, now: datetime) -> Tried:
        """Try once. A redirect is not followed, and nothing is read of an answer but its head."""
        guard = Guard(self._targets, URL(parcel.url).scheme)
        try:
            return await self._post(parcel, now, guard)
        # Whatever it is that a receiver brings about: what is not noted as a try would be tried for ever.
        except Exception as error:  # noqa: BLE001 - see above
            # Not the error's text: it may quote the URL, which may hold a token.
            log.info("webhook.unreachable", delivery_id=parcel.delivery_id, error=type(error).__name__)
            return Tried(_explain(error, guard))

    async def _post(self, parcel: Parcel, now: datetime, guard: Guard) -> Tried:
        async with (
            aiohttp.ClientSession(
                connector=guarded_connector(guard, self._tls, self._look_up),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=False,
                trust_env=False,  # a proxy would connect for us, and check nothing
            ) as session,
            session.post(
                parcel.url, data=parcel.body.encode(), headers=signed_headers(parcel, now), allow_redirects=False
            ) as answer,
        ):
            tried = _judge(answer.status, answer.headers.get("Retry-After", ""), now)
            answer.close()  # nobody waits for its body, however long that is
            return tried


def _judge(status: int, retry_after: str, now: datetime) -> Tried:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Tried()
    if status == HTTPStatus.GONE:
        return Tried("it answered 410: it wants no more events; delete the webhook", final=True)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Tried(f"it answered {status}: redirects are not followed; register the URL that it leads to")
    return Tried(f"it answered {status}", retry_after=read_retry_after(retry_after, now))


def _explain(error: Exception, guard: Guard) -> str:
    """The fault for a person; without the address, which would tell of networks that are not the caller's."""
    if guard.refused:
        return f"its host leads to an address that is {guard.refused}"
    fault = next((fault for kind, fault in FAULTS.items() if isinstance(error, kind)), NO_HTTP)
    detail = None
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        detail = getattr(error.certificate_error, "verify_message", None)
    elif isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError):
        detail = error.os_error.strerror
    return f"{fault}: {detail}" if detail else fault
