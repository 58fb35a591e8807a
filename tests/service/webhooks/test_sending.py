"""Sending to real receivers: signed, checked at each connection, and patient with nobody."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service.webhooks.connecting import LookUp
from service.webhooks.retrying import Tried
from service.webhooks.sending import Parcel, Sender, new_secret
from service.webhooks.targets import Targets, read_networks
from tests.service.webhooks.receiver import (
    HOST,
    Behaviour,
    Receiver,
    Says,
    babbles,
    floods,
    hangs,
    hangs_up,
    puts_off,
    trickles,
    trusting,
)

SECRET, OLD = new_secret(), new_secret()
BODY = '{"type":"draft.finished","data":{"ref":"Grüße"}}'
LOOPBACK = Targets(read_networks("127.0.0.0/8"))
NOT_HTTP = "it hung up, or answered something that is not HTTP"
TOKEN = "Zyxwv-4929"


def answers(*answered: Sequence[str]) -> LookUp:
    """A name server that gives these addresses, and others at each question; the last ones stay."""
    left = list(answered)

    def look_up(host: str, port: int) -> Sequence[str]:
        del host, port
        return left.pop(0) if len(left) > 1 else left[0]

    return look_up


def send(
    url: str,
    targets: Targets = LOOPBACK,
    *,
    look_up: LookUp | None = None,
    context: ssl.SSLContext | None = None,
    secrets: tuple[str, ...] = (SECRET,),
    body: str = BODY,
    timeout_s: float = 5,
) -> Tried:
    """Try once."""
    sender = Sender(targets, context or trusting(), look_up or answers(["127.0.0.1"]), timeout_s)
    parcel = Parcel("delivery-1", "webhook-1", url, secrets, body, 1, "me")
    return asyncio.run(sender.send(parcel, datetime.now(UTC)))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_receiver_verifies_what_it_takes(status: int) -> None:
    """With the library of the scheme, from the very bytes; a changed byte or another secret is found out."""
    with Receiver(Says(status)) as receiver:
        assert send(receiver.url) == Tried()
        ((received),) = receiver.received
    assert Webhook(SECRET).verify(received.body, dict(received.headers)) == json.loads(BODY)
    assert (received.body.decode(), received.path) == (BODY, "/hook")
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "delivery-1"
    for secret, body in ((OLD, received.body), (SECRET, received.body.replace(b"draft", b"graft"))):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, dict(received.headers))


def test_two_secrets_sign() -> None:
    """While a secret is being renewed, either verifies."""
    with Receiver() as receiver:
        assert send(receiver.url, secrets=(SECRET, OLD)) == Tried()
        (received,) = receiver.received
    for secret in (SECRET, OLD):
        Webhook(secret).verify(received.body, dict(received.headers))


def test_secrets_are_long_and_each_another() -> None:
    """32 bytes, as the scheme writes them."""
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(secret.startswith("whsec_") and len(secret) == 6 + 44 for secret in made)


@pytest.mark.parametrize(
    ("behaviour", "tried"),
    [
        (Says(500), Tried("it answered 500")),
        (Says(404, body=b"x" * 300_000), Tried("it answered 404")),
        (Says(429, (("Retry-After", "120"),)), Tried("it answered 429", retry_after=timedelta(minutes=2))),
        (Says(503, (("Retry-After", "soon"),)), Tried("it answered 503")),
        (Says(410), Tried("it answered 410: it wants no more events; delete the webhook", final=True)),
        (hangs_up, Tried(NOT_HTTP)),
        (babbles, Tried(NOT_HTTP)),
        (Says(200, (("X-Huge", "x" * 100_000),)), Tried(NOT_HTTP)),
        (Says(204, (("Content-Length", "-5"),)), Tried(NOT_HTTP)),
        (Says(999), Tried("it answered 999")),
        (Says(200, (("Content-Encoding", "gzip"),), b"no gzip"), Tried()),
        (Says(200, (("Set-Cookie", "a=b"), ("Content-Length", "5000000000")), b"x"), Tried()),
        (floods, Tried()),
    ],
    ids=range(13),
)
def test_what_receivers_do(behaviour: Behaviour, tried: Tried) -> None:
    """The status decides; whatever else an answer holds is not even read."""
    with Receiver(behaviour) as receiver:
        assert send(receiver.url) == tried
        assert len(receiver.received) == 1
        assert receiver.flooded < 32 * 1024 * 1024


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """Wherever they lead, even to an allowed place."""
    with Receiver() as other, Receiver(Says(status, (("Location", other.url),))) as receiver:
        tried = send(receiver.url)
        assert (len(receiver.received), other.connections) == (1, 0)
    assert tried.fault == f"it answered {status}: redirects are not followed; register the URL that it leads to"
    assert not tried.final


def test_a_handshake_that_hangs() -> None:
    """Somebody who takes the connection and speaks no TLS has no more time either."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://{HOST}:{listener.getsockname()[1]}/"
        assert send(url, timeout_s=0.3) == Tried("it did not answer in time")


@pytest.mark.parametrize("behaviour", [hangs, trickles, puts_off])
def test_time_is_limited(behaviour: Behaviour) -> None:
    """For the whole try, also where something comes all the time."""
    with Receiver(behaviour) as receiver:
        began = time.monotonic()
        assert send(receiver.url, timeout_s=0.3) == Tried("it did not answer in time")
        assert time.monotonic() - began < 3


def test_nobody_listens() -> None:
    """Told in the words of the system."""
    with Receiver() as receiver:
        url = receiver.url
    fault = send(url).fault
    assert fault is not None
    assert fault.startswith("it could not be connected to: ")


def test_a_name_is_unknown() -> None:
    """Told without quoting it."""

    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(f"{host}:{port} {TOKEN}")

    assert send(f"https://{HOST}/{TOKEN}", look_up=unknown) == Tried("its host name was not found")
    assert send(f"https://{HOST}/", look_up=answers([])).fault is not None


def test_a_name_server_that_hangs() -> None:
    """Its time is limited too."""
    with Receiver() as receiver:

        def hanging(host: str, port: int) -> Sequence[str]:
            del host, port
            receiver.closing.wait()
            return []

        url = f"https://{HOST}:{receiver.port}/"
        assert send(url, look_up=hanging, timeout_s=0.2) == Tried("it did not answer in time")


def test_over_trusting() -> None:
    """To the name in the certificate, at the address that was checked."""
    with Receiver(secure=True) as receiver:
        assert send(f"https://{HOST}:{receiver.port}/hook") == Tried()
        (received,) = receiver.received
    Webhook(SECRET).verify(received.body, dict(received.headers))
    assert received.headers["host"] == f"{HOST}:{receiver.port}"


@pytest.mark.parametrize(
    ("host", "context", "says"),
    [
        (HOST, ssl.create_default_context(), "its certificate is not valid: "),
        ("other.example.test", trusting(), "its certificate is not valid: "),
        ("127.0.0.1", trusting(), "its certificate is not valid: "),
    ],
)
def test_certificates_are_checked(host: str, context: ssl.SSLContext, says: str) -> None:
    """Who signed them, and for whom; nothing is sent before."""
    with Receiver(secure=True) as receiver:
        fault = send(f"https://{host}:{receiver.port}/", context=context).fault
        assert receiver.received == []
    assert fault is not None
    assert fault.startswith(says)


def test_tls_is_not_spoken() -> None:
    """A port without TLS is told."""
    with Receiver() as receiver:
        assert send(f"https://{HOST}:{receiver.port}/").fault == "no TLS connection could be made"
        assert receiver.received == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "localhost", "0x7f.1", "2130706433", "127.1", "127.0.0.1."]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_is_checked_however_it_is_written(scheme: str, host: str) -> None:
    """Also of a URL that was registered while a setting allowed it: nothing connects."""
    with Receiver() as receiver:
        tried = send(f"{scheme}://{host}:{receiver.port}/", Targets())
        assert receiver.connections == 0
    assert tried.fault is not None
    assert not tried.final


def test_a_name_that_leads_inside() -> None:
    """Nothing connects, and the fault names the kind of address, not the address."""
    with Receiver(secure=True) as receiver:
        tried = send(f"https://{HOST}:{receiver.port}/", Targets(), look_up=answers(["127.0.0.1", "::1", "10.0.0.7"]))
        assert receiver.connections == 0
    assert tried.fault is not None
    assert tried.fault.startswith("its host leads to an address that is ")
    assert "10.0.0.7" not in tried.fault


def test_a_name_that_leads_elsewhere_at_each_question() -> None:
    """Rebinding: the address that was looked up is the one that is connected to, at every try anew."""
    asked: list[str] = []
    servers = answers(["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1"])

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return servers(host, port)

    with Receiver(secure=True) as receiver:
        url = f"https://{HOST}:{receiver.port}/"
        only = Targets(read_networks("127.0.0.1/32"))
        faults = [send(url, only, look_up=rebinding).fault for _ in range(3)]
        assert (len(asked), receiver.connections) == (3, 2)
    assert faults == [None, "its host leads to an address that is this machine's own (loopback)", None]


def test_the_second_address_is_checked_as_the_first() -> None:
    """One that is not allowed is passed over; one that is gets the event."""
    with Receiver(secure=True) as receiver:
        url = f"https://{HOST}:{receiver.port}/"
        only = Targets(read_networks("127.0.0.1/32"))
        assert send(url, only, look_up=answers(["127.0.0.2", "10.0.0.7", "::1", "127.0.0.1"])) == Tried()


def test_http_stays_within_the_named_networks() -> None:
    """A name that leads out of them is not sent to without TLS."""
    with Receiver() as receiver:
        url = f"http://{HOST}:{receiver.port}/"
        outside = send(url, LOOPBACK, look_up=answers(["8.8.8.8"]))
        assert outside.fault is not None
        assert "http is for the networks" in outside.fault
        assert send(url, LOOPBACK, look_up=answers(["127.0.0.1"])) == Tried()


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would connect for us, and check nothing."""
    with Receiver() as proxy, Receiver() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send(receiver.url) == Tried()
        assert (proxy.connections, receiver.connections) == (0, 1)


def test_nothing_secret_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the secret nor the URL, whose path may be a token, in logs, faults or what a parcel looks like."""
    with Receiver(babbles) as receiver:
        fault = send(f"{receiver.url}/{TOKEN}").fault
    parcel = Parcel("delivery-1", "webhook-1", f"https://{HOST}/{TOKEN}", (SECRET,), BODY, 1, "me")
    shown = capsys.readouterr()
    assert "webhook.unreachable" in shown.out + shown.err
    for text in (shown.out, shown.err, str(fault), repr(parcel)):
        assert TOKEN not in text
        assert SECRET not in text
