"""Who may say that they are Chatwoot."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from amends_chatwoot.errors import NotSigned
from amends_chatwoot.signing import Signature, verify

BODY, NOW = '{"event": "message_created", "content": "é"}'.encode(), 1_700_000_000


def given(timestamp: str = str(NOW), secret: str = "secret", body: bytes = BODY) -> Signature:
    """A signature as Chatwoot makes it."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return Signature(timestamp, f"sha256={digest}")


@pytest.mark.parametrize("off", [0, 299, -299])
def test_a_right_one(off: int) -> None:
    """Within five minutes, by a clock that is a little off."""
    verify("secret", given(), BODY, NOW + off)


@pytest.mark.parametrize(
    ("signature", "body", "now", "why"),
    [
        (Signature("", ""), BODY, NOW, "no signature"),
        (Signature(str(NOW), ""), BODY, NOW, "no signature"),
        (given(secret="other"), BODY, NOW, "another one"),
        (given(), BODY + b" ", NOW, "another one"),
        (Signature(str(NOW + 1), given().signature), BODY, NOW, "another one"),
        (Signature(str(NOW), given().signature.upper()), BODY, NOW, "another one"),
        (Signature(str(NOW), given().signature.removeprefix("sha256=")), BODY, NOW, "another one"),
        (Signature(str(NOW), "sha256=é\u20ac"), BODY, NOW, "another one"),
        (given(timestamp="yesterday"), BODY, NOW, "the time is none"),
        (given(timestamp="-1"), BODY, NOW, "the time is none"),
        (given(timestamp="9" * 5_000), BODY, NOW, "too long ago"),
        (given(), BODY, NOW + 301, "too long ago"),
        (given(), BODY, NOW - 301, "too long ago"),
    ],
)
def test_a_wrong_one(signature: Signature, body: bytes, now: int, why: str) -> None:
    """Is refused, and it is said why without what it holds."""
    with pytest.raises(NotSigned, match=why):
        verify("secret", signature, body, now)
