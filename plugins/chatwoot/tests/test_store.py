"""What is kept, and what becomes of it when several things happen at once."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from amends_chatwoot.events import Answered, Written
from amends_chatwoot.store import State, Store
from amends_client.receiver.errors import ConfigurationError

QUIET = 10.0
NONE: frozenset[int] = frozenset()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty one."""
    found = Store(tmp_path / "kept" / "bot.db", QUIET)
    yield found
    found.close()


def written(message: int, text: str = "It broke.", conversation: int = 1) -> Written:
    """A customer's message."""
    return Written(3, conversation, message, text, "email", pending=False, customer=901, customer_name="Dana")


def answered(message: int, text: str = "Sorry.", conversation: int = 1) -> Answered:
    """An agent's message."""
    return Answered(3, conversation, message, text)


def placed(store: Store, message: int, now: float) -> None:
    """A turn whose note is there."""
    store.hear("", written(message), now)
    (turn,) = store.due_turns(now + QUIET, 9, NONE)
    assert store.move(turn, "drafting", draft_id=f"draft-{message}")
    (turn,) = store.due_turns(now + QUIET, 9, NONE)
    assert store.move(turn, "placed")


def test_silence_begins_anew_with_each_message(store: Store) -> None:
    """But not for ever."""
    store.hear("a", written(1), 100)
    assert store.next_turn(NONE) == 110
    store.hear("b", written(2), 105)
    assert store.next_turn(NONE) == 115
    for message in range(3, 30):
        store.hear(str(message), written(message), 100 + message * 5)
    assert store.next_turn(NONE) == 150
    (turn,) = store.due_turns(150, 9, NONE)
    assert (turn.last_message, turn.customer_name) == (29, "Dana")


def test_the_same_twice_is_heard_once(store: Store) -> None:
    """By delivery, or by message."""
    assert store.hear("a", written(1), 100)
    assert not store.hear("a", written(2), 101)
    assert not store.hear("b", written(1), 101)
    assert store.hear("", written(3), 102)
    assert store.hear("", written(4), 102)


def test_a_message_that_comes_while_it_is_asked_for(store: Store) -> None:
    """The turn that was read cannot go on; the one that is there has both messages."""
    store.hear("", written(1), 100)
    (turn,) = store.due_turns(110, 9, NONE)
    store.hear("", written(2), 111)
    assert not store.is_as_read(turn)
    assert not store.move(turn, "drafting", draft_id="draft")
    (turn,) = store.due_turns(200, 9, NONE)
    assert [each.id for each in store.conversation_until(turn)] == [1, 2]


def test_a_message_that_comes_while_it_is_drafted(store: Store) -> None:
    """Begins another turn, and no note is placed for the first."""
    store.hear("", written(1), 100)
    (turn,) = store.due_turns(110, 9, NONE)
    store.move(turn, "drafting", draft_id="draft")
    (turn,) = store.due_turns(110, 9, NONE)
    store.hear("", written(2), 111)
    assert not store.is_as_read(turn)
    (turn,) = store.due_turns(200, 9, NONE)
    assert (turn.state, turn.draft_id, turn.last_message) == ("waiting", None, 2)


def test_an_answer_ends_what_is_not_placed(store: Store) -> None:
    """And is no feedback, since there was nothing to send."""
    store.hear("", written(1), 100)
    store.hear("", answered(2), 101)
    assert store.due_turns(999, 9, NONE) == []
    assert store.due_replies(999, 9, NONE) == []


def test_an_answer_is_feedback_once(store: Store) -> None:
    """For the draft that was placed last."""
    placed(store, 1, 100)
    placed(store, 2, 200)
    store.hear("", answered(3, "Sorry!"), 300)
    store.hear("", answered(4, "And more."), 301)
    (reply,) = store.due_replies(400, 9, NONE)
    assert (reply.draft_id, reply.text) == ("draft-2", "Sorry!")
    store.put_off(reply, 500)
    assert store.due_replies(499, 9, NONE) == []
    (reply,) = store.due_replies(500, 9, NONE)
    assert reply.tries == 1
    store.told(reply)
    assert store.due_replies(999, 9, NONE) == []
    store.hear("", answered(5, "Once more."), 600)
    assert store.due_replies(999, 9, NONE) == []


def test_a_message_that_comes_after_its_answer(store: Store) -> None:
    """Webhooks may overtake each other: what was answered is not drafted for."""
    store.hear("", answered(2), 100)
    store.hear("", written(1), 101)
    assert store.due_turns(999, 9, NONE) == []


def test_an_answer_that_comes_after_a_newer_message(store: Store) -> None:
    """It is no answer to what the customer wrote after it, and goes with the note that the agent had seen."""
    placed(store, 1, 100)
    store.hear("", written(3), 200)
    store.hear("", answered(2, "Sorry!"), 201)
    (turn,) = store.due_turns(999, 9, NONE)
    assert [each.id for each in store.conversation_until(turn)] == [1, 2, 3]
    (reply,) = store.due_replies(999, 9, NONE)
    assert (reply.draft_id, reply.text) == ("draft-1", "Sorry!")


def test_an_answer_that_comes_while_a_newer_message_is_drafted_for(store: Store) -> None:
    """The draft is asked for anew: it shall know what the agent said."""
    store.hear("", written(1), 100)
    store.hear("", written(3), 101)
    (turn,) = store.due_turns(200, 9, NONE)
    store.move(turn, "drafting", draft_id="draft")
    (turn,) = store.due_turns(200, 9, NONE)
    store.hear("", answered(2), 201)
    assert not store.is_as_read(turn)
    (turn,) = store.due_turns(201, 9, NONE)
    assert (turn.state, turn.draft_id, turn.last_message) == ("waiting", None, 3)


def test_an_answer_that_comes_after_the_note_for_a_newer_message(store: Store) -> None:
    """It says nothing of a draft that was not there yet."""
    placed(store, 1, 100)
    placed(store, 3, 200)
    store.hear("", answered(2, "Sorry!"), 300)
    (reply,) = store.due_replies(999, 9, NONE)
    assert reply.draft_id == "draft-1"


@pytest.mark.parametrize("states", [(), ("drafting",), ("drafting", "placed")])
def test_a_message_that_comes_after_a_newer_one(store: Store, states: tuple[State, ...]) -> None:
    """Both are drafted for, however far the newer one is."""
    store.hear("", written(5), 100)
    for then in states:
        (turn,) = store.due_turns(110, 9, NONE)
        store.move(turn, then, draft_id="draft")
    store.hear("", written(4), 111)
    (turn,) = store.due_turns(999, 9, NONE)
    assert (turn.state, turn.draft_id) == ("waiting", None)
    assert [each.id for each in store.conversation_until(turn)] == [4, 5]


def test_what_is_under_way_is_not_given_twice(store: Store) -> None:
    """While somebody works on it."""
    for conversation in (1, 2, 3):
        store.hear("", written(10 + conversation, conversation=conversation), 100)
    (first,) = store.due_turns(200, 1, NONE)
    rest = store.due_turns(200, 9, frozenset({first.id}))
    assert [turn.conversation for turn in (first, *rest)] == [1, 2, 3]


def test_what_is_under_way_is_not_waited_for(store: Store) -> None:
    """What is due next is another turn, or another reply."""
    store.hear("", written(1, conversation=2), 100)
    (first,) = store.due_turns(200, 1, NONE)
    at_work = frozenset({first.id})
    assert store.next_turn(at_work) is None
    store.hear("", written(2, conversation=3), 150)
    assert (store.next_turn(NONE), store.next_turn(at_work)) == (110, 160)
    placed(store, 3, 60)
    store.hear("", answered(4), 130)
    (reply,) = store.due_replies(130, 9, NONE)
    assert (store.next_reply(NONE), store.next_reply(frozenset({reply.turn}))) == (130, None)
    assert store.due_replies(130, 9, frozenset({reply.turn})) == []


def test_conversations_do_not_mix(store: Store) -> None:
    """An answer in one ends nothing in another."""
    store.hear("", written(1, conversation=1), 100)
    store.hear("", written(2, conversation=2), 100)
    store.hear("", answered(3, conversation=2), 101)
    (turn,) = store.due_turns(999, 9, NONE)
    assert turn.conversation == 1
    assert [each.id for each in store.conversation_until(turn)] == [1]


def test_the_page_is_about_the_newest(store: Store) -> None:
    """What is coming, else the draft that was placed last, else nothing."""
    assert store.newest(1) is None
    placed(store, 1, 100)
    newest = store.newest(1)
    assert newest
    assert newest.draft_id == "draft-1"
    store.hear("", written(2), 200)
    newest = store.newest(1)
    assert newest
    assert newest.state == "waiting"
    store.hear("", answered(3), 201)
    newest = store.newest(1)
    assert newest
    assert newest.draft_id == "draft-1"


def test_it_survives_being_closed(tmp_path: Path) -> None:
    """And is for its owner alone."""
    path = tmp_path / "bot.db"
    first = Store(path, QUIET)
    first.hear("a", written(1, "Half a text \x00 with anything 🙂"), 100)
    first.close()
    second = Store(path, QUIET)
    (turn,) = second.due_turns(110, 9, NONE)
    assert second.conversation_until(turn)[0].text == "Half a text \x00 with anything 🙂"
    assert not second.hear("a", written(1), 120)
    second.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_old_is_forgotten(store: Store, tmp_path: Path) -> None:
    """All of it, so that no text stays."""
    placed(store, 1, 100)
    store.hear("", answered(2, "A secret."), 200)
    store.forget(before=1_000)
    assert store.newest(1) is None
    assert (store.next_turn(NONE), store.next_reply(NONE)) == (None, None)
    assert store.hear("", written(1), 2_000)
    assert tmp_path.exists()


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """Another program's, no database, a folder: each is named."""
    path = tmp_path / "bot.db"
    first = Store(path, QUIET)
    with pytest.raises(ConfigurationError, match="another amends-chatwoot has"):
        Store(path, QUIET)
    first.close()
    (tmp_path / "text").write_text("no database " * 100)
    (tmp_path / "folder").mkdir()
    for name in ("text", "folder"):
        with pytest.raises(ConfigurationError, match=f"{name} cannot be used"):
            Store(tmp_path / name, QUIET)
