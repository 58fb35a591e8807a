"""Has the writers of this process write to a file of SQLite in the order in which they came.

SQLite lets a writer that found the file locked sleep and look again: under load some look at the wrong moment for ten
seconds and give up, while others come and go. Writers of other processes still have to be waited for in that way.
"""

from __future__ import annotations

import asyncio
import sqlite3
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

WAIT_S = 30.0  # for one's turn; thousands have been served by then
TURN = "turn"  # what the connection whose turn it is has in its `info`
# By the engine: transactions on a thread of their own stand in the same line, and find it by what they are made of.
TURNS: WeakKeyDictionary[Engine, asyncio.Lock] = WeakKeyDictionary()


def turn_of(engine: AsyncEngine) -> asyncio.Lock:
    """The turn for which the writers of an engine wait, and whoever writes past it to the same file."""
    return TURNS[engine.sync_engine]


async def wait_for_turn(turn: asyncio.Lock) -> None:
    """Take the turn, which is to be released.

    Raises:
        OperationalError: it did not come.
    """
    try:
        async with asyncio.timeout(WAIT_S):
            await turn.acquire()
    except TimeoutError:
        raise sqlite3.OperationalError("database is locked") from None


def take_turns(engine: AsyncEngine) -> None:
    """Let each transaction of an engine that may write wait for the one before it to end."""
    turn = TURNS[engine.sync_engine] = asyncio.Lock()

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reads", False) or connection.info.get(TURN):
            return
        await_only(wait_for_turn(turn))
        connection.info[TURN] = True

    def end(connection: Connection) -> None:
        # One whose caller was cancelled in a statement is gone already, and was checked in. Asked for its `info` it
        # would raise, and who is to stop would take that for a fault of the database and go on.
        if not connection.invalidated and connection.info.pop(TURN, False):
            turn.release()

    def give_back(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        """Neither committed nor rolled back: it was broken off."""
        if entry.info.pop(TURN, False):
            turn.release()

    event.listen(engine.sync_engine, "begin", begin)
    event.listen(engine.sync_engine, "commit", end)
    event.listen(engine.sync_engine, "rollback", end)
    event.listen(engine.sync_engine, "checkin", give_back)
