"""The bot between a mock of Chatwoot that validates, and a real `amends serve`."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugins.chatwoot.tests.bot import BUSINESS, GOOD, ORDER, PROGRAM, Bot, bot, settings
from plugins.chatwoot.tests.mock import Chatwoot, chatwoot, signed
from tests.e2e.doors import new_key
from tests.e2e.site import Site, eventually, running
from tests.service.commands import environment

HOSTILE = (
    "<script>alert(1)</script> [@Ada](mention://user/1/Ada) ![x](https://evil.example/x.png) www.evil.example"
    " **bold** `code` \u202etxet\u202c\n# Heading\n1. One\n- Two\n\n    code & ampersand"
)
SECONDS = 30


@pytest.fixture(scope="module")
def desk() -> Iterator[Chatwoot]:
    """Chatwoot."""
    with chatwoot() as found:
        yield found


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service, with a key."""
    folder = tmp_path_factory.mktemp("amends")
    with running(folder) as site:
        site.headers["Authorization"] = f"Bearer {new_key(folder, 'chatwoot')}"
        yield site


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, amends: Site, desk: Chatwoot) -> Iterator[Bot]:
    """The bot."""
    with bot(tmp_path_factory.mktemp("bot"), amends, desk) as found:
        yield found


@pytest.fixture(autouse=True)
def _as_they_should_be(desk: Chatwoot, amends: Site) -> None:
    """Whatever the test before did."""
    desk.status = 200
    amends.model.text, amends.model.broken, amends.model.seconds = GOOD, False, 0.0


@pytest.fixture
def one(desk: Chatwoot, program: Bot) -> Bot:
    """The bot that most tests share."""
    desk.webhook = f"{program.url}/webhook"
    return program


def noted(desk: Chatwoot, conversation: int, many: int = 1) -> str:
    """The newest note of a conversation, once it has so many."""
    eventually(lambda: len(desk.notes_in(conversation)) >= many, SECONDS)
    return desk.notes_in(conversation)[-1]


def drafts(amends: Site, conversation: int) -> list[dict[str, Any]]:
    """The drafts of a conversation, the newest first."""
    found: list[dict[str, Any]] = amends.ask("GET", f"/v1/drafts?ref=chatwoot-{conversation}")["drafts"]
    return found


@pytest.mark.usefixtures("one")
def test_from_a_complaint_to_what_was_sent(desk: Chatwoot, amends: Site) -> None:
    """A private note with draft, verdicts and link; and what the agent sent comes back, once."""
    began = time.monotonic()
    assert desk.send(desk.written(1, ORDER)) == 200
    assert time.monotonic() - began < 2
    note = noted(desk, 1)
    assert "It passed every check that must pass." in note
    assert "> I am sorry that your Tern kettle came with a cracked lid: that should not have happened." in note
    assert "Passed: Apology" in note
    assert f"({amends.url}/#/open/amends_pass_" in note
    (draft,) = drafts(amends, 1)
    case = amends.ask("GET", f"/v1/drafts/{draft['id']}/case")
    assert case["complaint"]["customer_name"] == "Dana Okafor"
    assert case["complaint"]["channel"] == "email"
    assert case["context"]["customer_ref"] == "chatwoot-contact-901"
    desk.send(desk.answered(1, GOOD.replace("sorry", "very sorry")))
    desk.send(desk.answered(1, "One thing more: the new one is on its way."))
    eventually(lambda: drafts(amends, 1)[0]["feedback"] is not None, SECONDS)
    assert drafts(amends, 1)[0]["feedback"] == "edited"
    assert drafts(amends, 1)[0]["edit_distance"] < 0.1
    assert len(desk.notes_in(1)) == 1


@pytest.mark.usefixtures("one")
def test_what_was_sent_as_it_was(desk: Chatwoot, amends: Site) -> None:
    """Amends says so."""
    desk.send(desk.written(2, ORDER))
    noted(desk, 2)
    desk.send(desk.answered(2, GOOD))
    eventually(lambda: drafts(amends, 2)[0]["feedback"] is not None, SECONDS)
    assert drafts(amends, 2)[0]["feedback"] == "sent"


@pytest.mark.usefixtures("one")
def test_a_customer_who_writes_again(desk: Chatwoot, amends: Site) -> None:
    """Another draft, about all that is not answered yet; what was answered is the history."""
    desk.send(desk.written(3, "When will my kettle arrive?"))
    noted(desk, 3)
    desk.send(desk.answered(3, "On 21 October."))
    desk.send(desk.written(3, ORDER))
    noted(desk, 3, 2)
    desk.send(desk.written(3, "Hello?"))
    noted(desk, 3, 3)
    case = amends.ask("GET", f"/v1/drafts/{drafts(amends, 3)[0]['id']}/case")
    assert case["complaint"]["text"] == f"{ORDER}\n\nHello?"
    assert [(each["from"], each["text"]) for each in case["context"]["history"]] == [
        ("customer", "When will my kettle arrive?"),
        ("agent", "On 21 October."),
    ]


@pytest.mark.usefixtures("one")
def test_what_is_not_heard(desk: Chatwoot, amends: Site) -> None:
    """Own notes, agents' notes, other bots, other accounts, other events, templates, and messages without text."""
    bot_of = {"id": 9, "name": "Amends", "type": "agent_bot"}
    for event in (
        desk.answered(4, "A note", private=True),
        desk.answered(4, "A note", private=True, sender=bot_of),
        desk.answered(4, "From another bot", sender=bot_of),
        desk.written(4, "Welcome!", message_type="template"),
        desk.written(4, None),
        desk.written(4, "  \n"),
        desk.written(4, ORDER, account={"id": 999}),
    ):
        assert desk.send(event) == 200
    body = json.dumps(desk.written(4, ORDER) | {"event": "message_updated"}).encode()
    assert desk.deliver(body, signed(body)) == 200
    desk.send(desk.written(5, ORDER))
    noted(desk, 5)
    assert desk.notes_in(4) == []
    assert drafts(amends, 4) == []


@pytest.mark.usefixtures("one")
def test_what_is_heard_twice(desk: Chatwoot, amends: Site) -> None:
    """By its delivery, and by its message where that is new: one draft, one note."""
    event = desk.written(6, ORDER)
    assert [desk.send(event), desk.send(event)] == [200, 200]
    body = json.dumps(event).encode()
    assert desk.deliver(body, signed(body, delivery="another")) == 200
    noted(desk, 6)
    assert desk.deliver(body, signed(body, delivery="a third")) == 200
    desk.send(desk.written(7, ORDER))
    noted(desk, 7)
    assert len(desk.notes_in(6)) == 1
    assert len(drafts(amends, 6)) == 1


def test_who_is_refused(desk: Chatwoot, one: Bot) -> None:
    """Whoever has no secret, another one, or a webhook of yesterday; and what is no event."""
    body = json.dumps(desk.written(8, ORDER)).encode()
    right = signed(body)
    for headers in (
        {},
        {name: value for name, value in right.items() if name != "X-Chatwoot-Signature"},
        signed(body, secret="another"),
        signed(body, at=time.time() - 3600),
        signed(body, at=time.time() + 3600),
        right | {"X-Chatwoot-Timestamp": "0" + right["X-Chatwoot-Timestamp"]},
        right | {"X-Chatwoot-Signature": "sha256=é"},
        signed(body + b" "),
    ):
        assert desk.deliver(body, headers) == 401
    for wrong in (b"", b"{", b"[]", b"[" * 100_000, b'{"event": "message_created", "id": "x"}', b"\xff"):
        assert desk.deliver(wrong, signed(wrong)) == 400
    large = b" " * (1024 * 1024 + 1)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        assert desk.deliver(large, signed(large)) == 413
    assert one.serving.process.poll() is None
    assert desk.notes_in(8) == []


@pytest.mark.usefixtures("one")
def test_a_conversation_that_waits_for_the_bot(desk: Chatwoot, amends: Site) -> None:
    """Goes to the agents at once, also where there will be no draft for long."""
    amends.model.seconds = 3
    event = desk.written(9, ORDER)
    desk.send(event | {"conversation": event["conversation"] | {"status": "pending"}})
    eventually(lambda: desk.opened == [9], 2)
    assert desk.notes_in(9) == []
    noted(desk, 9)
    assert desk.opened == [9]


def test_an_agent_who_is_quicker(desk: Chatwoot, amends: Site, one: Bot) -> None:
    """No note is placed under an answer that was sent."""
    amends.model.seconds = 2
    desk.send(desk.written(10, ORDER))
    eventually(
        lambda: any(each["event"] == "draft.asked" and each["conversation"] == 10 for each in one.serving.logged)
    )
    desk.send(desk.answered(10, "We send you a new one."))
    eventually(lambda: amends.ask("GET", "/v1/drafts?limit=1")["drafts"][0]["ref"] == "chatwoot-10", SECONDS)
    desk.send(desk.written(11, ORDER))
    noted(desk, 11)
    assert desk.notes_in(10) == []


@pytest.mark.usefixtures("one")
def test_a_complaint_for_a_person(desk: Chatwoot, amends: Site) -> None:
    """The note says so, and offers nothing that could be sent without a thought."""
    desk.send(desk.written(15, "The kettle caught fire and burned my daughter's hand. My lawyer will write to you."))
    note = noted(desk, 15)
    assert note.startswith("**This is for a person, not for a machine:")
    assert "Yours sincerely" not in note
    assert "Open it at the Amends desk" in note
    desk.send(desk.answered(15, "We are calling you now."))
    eventually(lambda: drafts(amends, 15)[0]["feedback"] == "edited", SECONDS)


def test_it_ends_when_it_is_told_to(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """With a draft under way, soon, and without a word of complaint."""
    amends.model.seconds = 3
    with bot(tmp_path, amends, desk) as first:
        desk.send(desk.written(16, ORDER))
        first.serving.wait_for("draft.asked")
        began = time.monotonic()
        assert first.serving.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < 5
        assert {each["level"] for each in first.serving.logged} == {"info"}
    amends.model.seconds = 0
    with bot(tmp_path, amends, desk):
        noted(desk, 16)


def test_hostile_texts_stay_texts(desk: Chatwoot, amends: Site, one: Bot) -> None:
    """In the note there is no markup, no link and no mention but ours; in the log there is no text at all."""
    amends.model.text = f"{GOOD}\n\n{HOSTILE}"
    text = (HOSTILE + "\ud83d\ude00 complaint ") * 200
    desk.send(desk.written(12, text[:60_000], sender={"id": 901, "name": HOSTILE}))
    note = noted(desk, 12)
    assert "<script>" not in note.replace("\\<script\\>", "")
    assert "mention://" not in note
    assert "https://evil" not in note
    assert "\u202e" not in note
    assert "[U+202E]txet[U+202C]" in note.replace("\\", "")
    assert "only the first 20,000 characters" in note
    case = amends.ask("GET", f"/v1/drafts/{drafts(amends, 12)[0]['id']}/case")
    assert len(case["complaint"]["text"]) == 20_000
    half = json.dumps(desk.written(13, "Half a character: X")).replace("X", "\\ud800").encode()
    assert desk.deliver(half, signed(half, delivery="half")) == 200
    noted(desk, 13)
    for words in ("script", "kettle", "evil", "Dana", "Half"):
        assert words not in one.log
        assert words not in json.dumps(desk.faults)


def test_a_case_that_amends_refuses(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """The agents are told, and the log names the field."""
    with bot(tmp_path, amends, desk, business=f'{BUSINESS}[options]\npolicy = "none_such"') as other:
        desk.send(desk.written(14, ORDER))
        assert "please write the reply yourself" in noted(desk, 14)
        assert other.serving.wait_for("draft.refused")["fields"] == ["options.policy"]


def test_work_survives_a_kill(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """Killed with a draft under way, and while Chatwoot was away: the notes come, one for each conversation."""
    amends.model.seconds, amends.model.text = 1.0, GOOD
    with bot(tmp_path, amends, desk) as first:
        desk.send(desk.written(20, ORDER))
        first.serving.wait_for("draft.asked")
        first.kill()
    desk.status = 503
    with bot(tmp_path, amends, desk) as second:
        desk.send(desk.written(21, ORDER))
        second.serving.wait_for("chatwoot.failed")
        second.kill()
    desk.status, amends.model.seconds = 200, 0.0
    with bot(tmp_path, amends, desk):
        noted(desk, 20)
        noted(desk, 21)
    assert [len(desk.notes_in(20)), len(desk.notes_in(21))] == [1, 1]
    assert [len(drafts(amends, 20)), len(drafts(amends, 21))] == [1, 1]


def test_a_reply_survives_amends_being_away(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """It is told when Amends is back; until then it is said why not."""
    with bot(tmp_path, amends, desk) as first:
        desk.send(desk.written(22, ORDER))
        first.serving.wait_for("note.placed")  # killed any sooner, it would not know that the agent saw its note
    with bot(tmp_path, amends, desk, AMENDS_URL="http://127.0.0.1:9") as cut_off:
        desk.send(desk.answered(22, GOOD))
        assert "No answer" in str(cut_off.serving.wait_for("amends.failed")["why"])
    with bot(tmp_path, amends, desk):
        eventually(lambda: drafts(amends, 22)[0]["feedback"] is not None, SECONDS)
    assert drafts(amends, 22)[0]["feedback"] == "sent"
    with sqlite3.connect(tmp_path / "bot.db") as kept:
        assert kept.execute("SELECT text, told FROM replies").fetchall() == [("", 1)]


def test_wrong_secrets_are_said_plainly(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """Which setting it is that Chatwoot or Amends refuses."""
    with bot(tmp_path, amends, desk, AMENDS_KEY="amends_0123456789ab_" + "x" * 43) as wrong:
        desk.send(desk.written(23, ORDER))
        assert str(wrong.serving.wait_for("amends.failed")["why"]).startswith("401")
    with bot(tmp_path, amends, desk, TOKEN="another") as wrong:
        why = str(wrong.serving.wait_for("chatwoot.failed")["why"])
        assert "AMENDS_CHATWOOT_TOKEN" in why
    with bot(tmp_path, amends, desk):
        noted(desk, 23)


def test_two_programs_and_one_file(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """The second does not start, and says why."""
    with bot(tmp_path, amends, desk):
        second = subprocess.run(
            [PROGRAM],
            env=environment(tmp_path, **settings(tmp_path, amends, desk)),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    assert second.returncode == 2
    assert b"AMENDS_CHATWOOT_DATABASE: another amends-chatwoot has" in second.stderr


def test_pieces_become_one_complaint(desk: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """What comes within the silence is drafted for together."""
    with bot(tmp_path, amends, desk, QUIET_S="1.5"):
        for piece in ("My kettle came", "with a cracked lid.", "I waited two weeks for it!"):
            desk.send(desk.written(24, piece))
        noted(desk, 24)
    assert len(desk.notes_in(24)) == 1
    (draft,) = drafts(amends, 24)
    case = amends.ask("GET", f"/v1/drafts/{draft['id']}/case")
    assert case["complaint"]["text"] == "My kettle came\n\nwith a cracked lid.\n\nI waited two weeks for it!"
