"""Says in one line what is wrong with a database and what to do, and nothing of what is kept in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

VARIABLE = "AMENDS_DATABASE_URL"
TELL = "tells_of_faults"  # the execution option of an engine: who hears of its faults
# What can be wrong with a database, for who counts faults.
StoreFault = Literal["away", "busy", "full", "slow", "unusable", "statement", "other"]
AGAIN = "try again"
# By the beginning of PostgreSQL's SQLSTATE; the first that fits counts.
STATES: Mapping[str, str] = {
    "28": f"refused the user or the password: check both in {VARIABLE}",
    "3D": f"does not exist: create it, or correct {VARIABLE}",
    "42501": "gives its user too few rights ({said}): make that user the owner of the database",
    "25006": f"can only be read, as a standby can: name the server that is written to in {VARIABLE}",
    "25P03": f"ended a transaction that stood still for too long: {AGAIN}",
    "53100": "has a disk that is full: free some space, then try again",
    "53200": f"has no memory left: {AGAIN}",
    "53300": "has no connection left: raise its max_connections or let fewer processes use it, then try again",
    "57014": f"was too slow: {AGAIN}",
    "57P": f"is starting, stopping or cut us off: {AGAIN}",
    "55P03": f"is busy with another process: {AGAIN}",
    "40": f"is busy with another process: {AGAIN}",
    "08": f"closed the connection: {AGAIN}",
    # What is said here names tables and columns, and quotes no value.
    "23": "failed: {said}",
    "42": "failed: {said}",
}
# By the same beginnings, in the same order.
FAULTS: Mapping[str, StoreFault] = {
    "28": "unusable",
    "3D": "unusable",
    "42501": "unusable",
    "25006": "unusable",
    "25P03": "slow",
    "53100": "full",
    "53200": "busy",
    "53300": "busy",
    "57014": "slow",
    "57P": "away",
    "55P03": "busy",
    "40": "busy",
    "08": "away",
    "22": "statement",
    "23": "statement",
    "42": "statement",
}
# By what SQLite says; the first that fits counts.
SAID: Mapping[str, StoreFault] = {
    "is full": "full",
    "No space": "full",
    "unable to open": "unusable",
    "readonly": "unusable",
    "not a database": "unusable",
    "locked": "busy",
}
# What comes of the statement and its values, and so comes again: a value that does not fit, a broken constraint, a name
# or a right that is missing.
LASTING = ("22", "23", "42")


def is_fault(error: Exception) -> bool:
    """Whether a database, its driver or the way to it raised this, and not a mistake of ours."""
    # What fails before SQLAlchemy knows of a connection comes as PostgreSQL's driver raises it.
    driver = type(error).__module__.partition(".")[0]
    return isinstance(error, SQLAlchemyError | sqlite3.Error | OSError) or driver == "asyncpg"


def lasts(error: BaseException) -> bool:
    """Whether the same statement would fail again, whatever happens meanwhile; known of PostgreSQL alone."""
    cause = getattr(error, "orig", None) or error
    state = getattr(getattr(cause, "driver_exception", cause), "sqlstate", None) or ""
    return str(state).startswith(LASTING)


def fault_of(error: BaseException) -> StoreFault:
    """What is wrong, in a word."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, NoneFree):
        return "busy"
    if isinstance(cause, sqlite3.Error):
        return _fault_said(str(cause))
    if isinstance(cause, TimeoutError):
        return "slow"
    driven = getattr(cause, "driver_exception", cause)
    state = str(getattr(driven, "sqlstate", None) or "")
    known = next((fault for beginning, fault in FAULTS.items() if state.startswith(beginning)), None)
    lost = isinstance(cause, OSError) or "connection" in str(driven)
    return known or ("away" if lost else "other")


def tell(options: Mapping[str, Any], error: BaseException) -> None:
    """Tell whoever hears of the faults of an engine with these execution options."""
    if told := options.get(TELL):
        told(fault_of(error))


def explain(name: str, error: BaseException) -> str:
    """One line about what a database of this name raised.

    What is not known to be free of customers' texts is not repeated: PostgreSQL's driver quotes values.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, NoneFree):
        return f"The database {name} is busy: every connection of this process is in use. Wait a little, then {AGAIN}."
    if name.startswith("sqlite"):
        return _explain_sqlite(name, str(cause))
    return f"The database {name} {_explain_postgres(cause)}."


def _explain_postgres(cause: BaseException) -> str:
    if isinstance(cause, TimeoutError):
        return f"did not answer in time: {AGAIN}"
    if isinstance(cause, OSError):  # quotes host and port, or what DNS or TLS said
        return f"cannot be reached ({_first_line(cause)}): start it, or correct {VARIABLE}"
    driven = getattr(cause, "driver_exception", cause)
    state = getattr(driven, "sqlstate", None) or ""
    said = _first_line(driven)
    for beginning, words in STATES.items():
        if state.startswith(beginning):
            return words.format(said=said)
    if "connection is closed" in said or "connection was closed" in said:
        return f"closed the connection: {AGAIN}"
    return f"failed: {type(driven).__name__}" + (f" (SQLSTATE {state})" if state else "")


def _fault_said(said: str) -> StoreFault:
    return next((fault for words, fault in SAID.items() if words in said), "other")


def _explain_sqlite(name: str, said: str) -> str:
    match _fault_said(said):
        case "full":
            return f"The disk under the database {name} is full: free some space, then try again."
        case "unusable":
            return f"The database {name} cannot be used: {said}. Check its path and permissions ({VARIABLE})."
        case "busy":
            return f"The database {name} is busy with another process: try again."
        case _:
            return f"The database {name} failed: {said.splitlines()[0] if said else 'no reason given'}."


def _first_line(cause: BaseException) -> str:
    lines = str(cause).splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__
