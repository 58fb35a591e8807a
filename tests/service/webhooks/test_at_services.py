"""Webhooks at running services: killed in mid-delivery, stopped in order, and kept from private addresses."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import httpx2
from standardwebhooks import Webhook

from tests.databases import rows, sqlite_url
from tests.service.serving import Serving, serving
from tests.service.webhooks.receiver import Receiver, Says, hangs

MODEL = "http://127.0.0.1:9/v1"  # nothing here asks a model
ALLOWED = {"AMENDS_WEBHOOK_NETWORKS": "127.0.0.0/8"}


def tried_out(url: str, target: str) -> tuple[str, str]:
    """Register a webhook and try it out: its secret, and the delivery's id."""
    made = httpx2.post(f"{url}/v1/webhooks", json={"url": target}).json()
    answer = httpx2.post(f"{url}/v1/webhooks/{made['id']}/test")
    assert answer.status_code == 202
    return made["secret"], answer.json()["id"]


def state(folder: Path) -> list[tuple[object, ...]]:
    """Status, tries and owner of each delivery."""
    return rows(sqlite_url(folder / "a.db"), "SELECT status, tries, owner FROM webhook_deliveries")


def delivered(service: Serving) -> dict[str, object]:
    """What the log says of the next try."""
    line = service.wait_for("webhook.tried")
    assert line["status"] == "delivered"
    return line


def test_after_a_kill_it_is_delivered_again(tmp_path: Path) -> None:
    """By the next process, when the lease has run out: the same id, another signature, both good."""
    with Receiver(hangs, Says()) as receiver:
        with serving(tmp_path, MODEL, **ALLOWED) as first:
            secret, delivery_id = tried_out(first.ready(), receiver.url)
            receiver.wait_for(1)
            first.process.send_signal(signal.SIGKILL)
            first.process.wait(20)
        ((status, tries, owner),) = state(tmp_path)
        assert (status, tries, owner is None) == ("pending", 1, False)
        rows(sqlite_url(tmp_path / "a.db"), "UPDATE webhook_deliveries SET next_at = '2025-10-21 09:05:00.000000'")
        with serving(tmp_path, MODEL, **ALLOWED) as second:
            assert delivered(second)["tries"] == 2
        assert receiver.ids == [delivery_id] * 2
        for received in receiver.received:
            assert Webhook(secret).verify(received.body, dict(received.headers))["type"] == "webhook.test"
    assert state(tmp_path) == [("delivered", 2, None)]


def test_who_is_told_to_stop_gives_back_what_hangs(tmp_path: Path) -> None:
    """In order, soon, and for the next process to try at once."""
    with Receiver(hangs, Says()) as receiver:
        with serving(tmp_path, MODEL, **ALLOWED) as first:
            tried_out(first.ready(), receiver.url)
            receiver.wait_for(1)
            assert first.stop(signal.SIGTERM) == 0
        assert state(tmp_path) == [("pending", 0, None)]  # what is given back cost no try
        with serving(tmp_path, MODEL, **ALLOWED) as second:
            delivered(second)
        assert len(receiver.received) == 2


def test_two_services_deliver_each_event_once(tmp_path: Path) -> None:
    """Both look for what is due in one file; what is asked of one is sent by either."""
    with (
        Receiver() as receiver,
        serving(tmp_path, MODEL, **ALLOWED) as first,
        serving(tmp_path, MODEL, **ALLOWED) as second,
    ):
        urls = (first.ready(), second.ready())
        webhook_id = httpx2.post(f"{urls[0]}/v1/webhooks", json={"url": receiver.url}).json()["id"]
        ids = {httpx2.post(f"{urls[n % 2]}/v1/webhooks/{webhook_id}/test").json()["id"] for n in range(20)}
        receiver.wait_for(20)
        assert (len(ids), set(receiver.ids), len(receiver.received)) == (20, ids, 20)


def test_private_addresses_need_the_setting(tmp_path: Path) -> None:
    """A webhook that was registered under it is not sent to without it; what is logged names no URL."""
    with Receiver(hangs) as receiver:
        with serving(tmp_path, MODEL, **ALLOWED) as first:
            tried_out(first.ready(), receiver.url)
            receiver.wait_for(1)
            assert first.stop(signal.SIGTERM) == 0
        with serving(tmp_path, MODEL) as second:
            url = second.ready()
            refused = httpx2.post(f"{url}/v1/webhooks", json={"url": receiver.url})
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "url")
            line = second.wait_for("webhook.tried")
            assert line["fault"] == "its host leads to an address that is this machine's own (loopback)"
            assert second.stop(signal.SIGTERM) == 0
        assert receiver.connections == 1
    assert "/hook" not in json.dumps(second.logged)
