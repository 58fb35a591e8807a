"""Says whether Chatwoot sent a webhook, and lately."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from amends_chatwoot.errors import NotSigned

TOLERANCE_S = 300


@dataclass(frozen=True, slots=True)
class Signature:
    """What came beside a body; "" where it did not."""

    timestamp: str
    signature: str


def verify(secret: str, given: Signature, body: bytes, now: float) -> None:
    """Do nothing where the bytes that came were signed with the secret within five minutes.

    Raises:
        NotSigned: they were not. What is wrong is told to nobody who may try again with it.
    """
    if not given.timestamp or not given.signature:
        raise NotSigned("there is no signature")
    expected = f"sha256={sign(secret, given.timestamp, body)}"
    # Bytes, since a header may hold what compare_digest refuses as text.
    if not hmac.compare_digest(expected.encode(), given.signature.encode("latin-1", "replace")):
        raise NotSigned("the signature is another one")
    if not given.timestamp.isascii() or not given.timestamp.isdigit():
        raise NotSigned("the time is none")
    if abs(now - int(given.timestamp[:20])) > TOLERANCE_S:
        raise NotSigned("it was signed too long ago, or a clock is wrong")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode("latin-1", "replace") + b"." + body, hashlib.sha256).hexdigest()
