"""Keeps accepted work in a SQLite file until it is done, so that none is lost when the program is killed.

A turn is one thing to draft for: what a customer wrote until they fell silent. It is `waiting` (for silence, or for
Amends), `drafting` (Amends has it), `placed` (the note is there), or `over`: the agent was quicker, or the customer
wrote more, or nothing can be drafted. A reply is what an agent sent after a note was placed; it is told to Amends once.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from amends_chatwoot.events import Answered, Channel, Written
from amends_client.receiver.errors import ConfigurationError

SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    conversation INTEGER NOT NULL, id INTEGER NOT NULL, by_customer INTEGER NOT NULL, text TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (conversation, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, last_message INTEGER NOT NULL, channel TEXT NOT NULL,
    customer INTEGER, customer_name TEXT, pending INTEGER NOT NULL, state TEXT NOT NULL, draft_id TEXT,
    began REAL NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS turns_due ON turns (state, due);
CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation, id);
CREATE TABLE IF NOT EXISTS replies (
    turn INTEGER PRIMARY KEY, draft_id TEXT NOT NULL, text TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0
);
"""
VERSION = 1
MOST_WAITS = 5  # a customer who never falls silent is drafted for after so many times the silence
MOST_HISTORY = 200
BUSY_MS = 5_000

State = Literal["waiting", "drafting", "placed", "over"]


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation."""

    id: int
    by_customer: bool
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing to draft for."""

    id: int
    conversation: int
    last_message: int
    channel: Channel
    customer: int | None
    customer_name: str | None
    pending: bool
    state: State
    draft_id: str | None
    began: float
    tries: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent sent after a note."""

    turn: int
    draft_id: str
    text: str
    at: float
    tries: int


class Store:
    """The file; one program has it at a time.

    Raises:
        ConfigurationError: it cannot be opened, or another program has it.
    """

    def __init__(self, path: Path, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # it holds what customers wrote
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._prepare()
        except BlockingIOError:
            raise ConfigurationError(f"AMENDS_CHATWOOT_DATABASE: another amends-chatwoot has {path}") from None
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ConfigurationError(f"AMENDS_CHATWOOT_DATABASE: {path} cannot be used: {why}") from None

    def close(self) -> None:
        """Give the file back."""
        self._db.close()
        os.close(self._lock)

    def hear(self, delivery: str, event: Written | Answered, now: float) -> bool:
        """Keep an event; whether it is new. Once this returns, it survives a kill and a loss of power."""
        with self._at_once():
            if delivery and not self._add("INSERT OR IGNORE INTO deliveries VALUES (?, ?)", delivery[:200], now):
                return False
            by_customer = isinstance(event, Written)
            said = event.conversation, event.message, by_customer, event.text, now
            if not self._add("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?)", *said):
                return False
            if isinstance(event, Written):
                self._begin(event, now)
            else:
                self._answered(event, now)
        return True

    def due_turns(self, now: float, most: int, besides: frozenset[int]) -> list[Turn]:
        """Turns to work on."""
        asked = "SELECT * FROM turns WHERE state IN ('waiting', 'drafting') AND due <= ? ORDER BY due LIMIT ?"
        rows = self._db.execute(asked, (now, most + len(besides))).fetchall()
        return [turn for turn in map(_turn, rows) if turn.id not in besides][:most]

    def due_replies(self, now: float, most: int, besides: frozenset[int]) -> list[Reply]:
        """Replies to tell Amends of, other than those of these turns."""
        asked = "SELECT turn, draft_id, text, at, tries FROM replies WHERE NOT told AND due <= ? ORDER BY due LIMIT ?"
        replies = [Reply(*row) for row in self._db.execute(asked, (now, most + len(besides))).fetchall()]
        return [reply for reply in replies if reply.turn not in besides][:most]

    def next_turn(self, besides: frozenset[int]) -> float | None:
        """When there is something to do for a turn other than these; None where there is nothing."""
        return self._next(
            "SELECT id, due FROM turns WHERE state IN ('waiting', 'drafting') ORDER BY due LIMIT ?", besides
        )

    def next_reply(self, besides: frozenset[int]) -> float | None:
        """When a reply other than those of these turns is to be told; None where there is none."""
        return self._next("SELECT turn, due FROM replies WHERE NOT told ORDER BY due LIMIT ?", besides)

    def conversation_until(self, turn: Turn) -> list[Said]:
        """What was said in the conversation up to the turn's last message, the oldest first."""
        asked = "SELECT id, by_customer, text FROM messages WHERE conversation = ? AND id <= ? ORDER BY id DESC LIMIT ?"
        rows = self._db.execute(asked, (turn.conversation, turn.last_message, MOST_HISTORY)).fetchall()
        return [Said(number, bool(by_customer), text) for number, by_customer, text in reversed(rows)]

    def handed_over(self, turn: Turn) -> None:
        """The agents have the conversation."""
        self._db.execute("UPDATE turns SET pending = 0 WHERE id = ?", (turn.id,))

    def move(self, turn: Turn, state: State, due: float = 0, draft_id: str | None = None) -> bool:
        """Bring a turn on, if it is still as it was read and nobody wrote in the meantime; whether it was."""
        return self._add(
            "UPDATE turns SET state = ?, due = ?, tries = 0, draft_id = coalesce(?, draft_id)"
            " WHERE id = ? AND state = ? AND last_message = ?",
            *(state, due, draft_id, turn.id, turn.state, turn.last_message),
        )

    def is_as_read(self, turn: Turn) -> bool:
        """Whether nobody wrote since a turn was read."""
        asked = "SELECT 1 FROM turns WHERE id = ? AND state = ? AND last_message = ?"
        return self._db.execute(asked, (turn.id, turn.state, turn.last_message)).fetchone() is not None

    def put_off(self, what: Turn | Reply, due: float) -> None:
        """Try again then."""
        if isinstance(what, Turn):
            # A new message sets a time of its own, which stands.
            asked = "UPDATE turns SET due = max(due, ?), tries = tries + 1 WHERE id = ?"
            self._db.execute(asked, (due, what.id))
        else:
            self._db.execute("UPDATE replies SET due = ?, tries = tries + 1 WHERE turn = ?", (due, what.turn))

    def told(self, reply: Reply) -> None:
        """Amends knows, or will not be told; of what was sent the text goes."""
        self._db.execute("UPDATE replies SET told = 1, text = '' WHERE turn = ?", (reply.turn,))

    def newest(self, conversation: int) -> Turn | None:
        """The turn that a conversation's page is about: the one that was drafted for last, or is being drafted for."""
        asked = (
            "SELECT * FROM turns WHERE conversation = ?"
            " ORDER BY state IN ('waiting', 'drafting') DESC, draft_id IS NOT NULL DESC, id DESC LIMIT 1"
        )
        row = self._db.execute(asked, (conversation,)).fetchone()
        return _turn(row) if row else None

    def forget(self, before: float) -> None:
        """Forget what is older than that, done or not."""
        with self._at_once():
            for asked in (
                "DELETE FROM deliveries WHERE at < ?",
                "DELETE FROM messages WHERE at < ?",
                "DELETE FROM replies WHERE at < ?",
                "DELETE FROM turns WHERE began < ?",
            ):
                self._db.execute(asked, (before,))

    def _prepare(self) -> None:
        for pragma in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError(f"it is of version {version}, and this program knows {VERSION}")
        self._db.executescript(SCHEMA)
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def _begin(self, event: Written, now: float) -> None:
        asked = "SELECT 1 FROM messages WHERE conversation = ? AND id > ? AND NOT by_customer LIMIT 1"
        if self._db.execute(asked, (event.conversation, event.message)).fetchone():
            return  # it comes late: an agent has answered it already
        asked = "SELECT id, began FROM turns WHERE conversation = ? AND state = 'waiting' ORDER BY id DESC"
        waiting = self._db.execute(asked, (event.conversation,)).fetchone()
        if waiting:
            turn, began = waiting
            due = min(now + self._quiet_s, began + MOST_WAITS * self._quiet_s)
            asked = (
                "UPDATE turns SET last_message = max(last_message, ?), due = ?, pending = max(pending, ?) WHERE id = ?"
            )
            self._db.execute(asked, (event.message, due, event.pending, turn))
            return
        # A newer one may have been heard before it, and have been drafted for alone.
        asked = "SELECT max(id) FROM messages WHERE conversation = ? AND by_customer"
        (last,) = self._db.execute(asked, (event.conversation,)).fetchone()
        self._end_until(event.conversation, last)
        given = (event.conversation, last, event.channel, event.customer, event.customer_name, event.pending)
        self._db.execute(
            "INSERT INTO turns"
            " (conversation, last_message, channel, customer, customer_name, pending, state, began, due)"
            " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
            (*given, now, now + self._quiet_s),
        )

    def _answered(self, event: Answered, now: float) -> None:
        self._end_until(event.conversation, event.message)
        # It comes late where the customer wrote after it: that is not answered, and its draft shall know the answer.
        asked = (
            "UPDATE turns SET state = 'waiting', draft_id = NULL, due = ?"
            " WHERE conversation = ? AND state = 'drafting' AND last_message > ?"
        )
        self._db.execute(asked, (now, event.conversation, event.message))
        asked = (
            "INSERT OR IGNORE INTO replies (turn, draft_id, text, at, due) SELECT id, draft_id, ?, ?, ? FROM turns"
            " WHERE conversation = ? AND state = 'placed' AND last_message < ? ORDER BY id DESC LIMIT 1"
        )
        self._db.execute(asked, (event.text, now, now, event.conversation, event.message))

    def _next(self, asked: str, besides: frozenset[int]) -> float | None:
        rows = self._db.execute(asked, (1 + len(besides),)).fetchall()
        return next((due for number, due in rows if number not in besides), None)

    def _end_until(self, conversation: int, message: int) -> None:
        asked = (
            "UPDATE turns SET state = 'over'"
            " WHERE conversation = ? AND state IN ('waiting', 'drafting') AND last_message <= ?"
        )
        self._db.execute(asked, (conversation, message))

    def _add(self, asked: str, *values: object) -> bool:
        return self._db.execute(asked, values).rowcount > 0

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _turn(row: tuple[object, ...]) -> Turn:
    *first, began, _, tries = row
    number, conversation, last, channel, customer, name, pending, state, draft_id = first
    return Turn(number, conversation, last, channel, customer, name, bool(pending), state, draft_id, began, tries)  # type: ignore[arg-type] # as the table has them
