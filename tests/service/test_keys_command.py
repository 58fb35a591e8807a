"""The commands `amends keys`: what they print, where, and what they do to the database."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.access import AccessKey, Caller, caller_with, presented
from service.cli import main
from service.store.access_keys import AccessKeyRepository
from service.store.database import open_database
from service.wiring.clock import utc_now
from tests.databases import rows, sqlite_url

URL = "AMENDS_DATABASE_URL"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> str:
    """A database of its own, named by the setting alone."""
    del restored_logging
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("AMENDS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv(URL, sqlite_url(tmp_path / "a.db"))
    return os.environ[URL]


def keys(*arguments: str) -> Result:
    """Run `amends keys`."""
    return CliRunner().invoke(main, ["keys", *arguments])


def made(*arguments: str) -> tuple[str, str]:
    """The key that is printed, and its id."""
    done = keys(*arguments)
    assert done.exit_code == 0, done.stderr
    (key,) = done.stdout.splitlines()
    return key, presented([f"Bearer {key}"]).id


def kept(url: str) -> Sequence[AccessKey]:
    """What is in the database."""

    async def read() -> Sequence[AccessKey]:
        async with open_database(url) as engine:
            return await AccessKeyRepository(engine).all()

    return asyncio.run(read())


def caller(url: str, key: str, **later: float) -> Caller:
    """Who bears a key, some time later."""
    given = presented([f"Bearer {key}"])
    known = {each.id: each for each in kept(url)}
    return caller_with(given, known.get(given.id), utc_now() + timedelta(**later))


def test_a_key_is_shown_once(url: str) -> None:
    """On standard output and alone, so that a script can take it; never in the list, never in the database."""
    done = keys("create", "crm")
    key = done.stdout.strip()
    assert done.stdout == f"{key}\n"
    assert key not in done.stderr
    assert "it is not shown again" in done.stderr
    assert key.rpartition("_")[2] not in str(rows(url, "SELECT * FROM access_keys")) + keys("list").output
    assert caller(url, key).tenant == "default"
    assert caller(url, key).scopes == {"draft", "check", "feedback", "read"}


def test_what_a_key_is_for(url: str) -> None:
    """Its tenant, its scopes and its end are chosen when it is made."""
    key, key_id = made("create", "desk", "--tenant", "shop", "--scope", "read", "--scope", "admin", "--days", "30")
    assert caller(url, key, days=29) == Caller("shop", key_id, frozenset({"read", "admin"}))
    (row,) = kept(url)
    assert row.expires_at is not None
    assert row.expires_at - row.created_at == timedelta(days=30)


def test_the_list(url: str) -> None:
    """A line for each key, with what tells it from others and whether it works."""
    _, first = made("create", "crm Köln")
    _, second = made("create", "desk", "--tenant", "shop", "--scope", "admin", "--days", "1")
    _, third = made("create", "old")
    _, fourth = made("create", "rotated")
    made("rotate", fourth)
    assert keys("revoke", third).exit_code == 0
    rows(url, f"UPDATE access_keys SET expires_at = created_at WHERE id = '{second}'")
    head, *lines = keys("list").stdout.splitlines()
    assert head.split() == [
        "ID",
        "TENANT",
        "NAME",
        "SCOPES",
        "CREATED",
        "EXPIRES",
        "LAST",
        "USED",
        "OWN",
        "LIMITS",
        "STATE",
    ]
    assert [line.split()[0] for line in lines] == [first, second, third, fourth]
    states = [line[head.index("STATE") :] for line in lines]
    assert states[:3] == ["works", "expired", "revoked"]
    assert states[3].startswith("works; the old secret, too, until 20")
    assert lines[1][head.index("TENANT") :].startswith("shop")


@pytest.mark.usefixtures("url")
def test_an_empty_list() -> None:
    """It has its head, also where there was no database before."""
    done = keys("list")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)


def test_a_rotated_key(url: str) -> None:
    """Its new secret is shown once; the old one works for a day, or not a moment longer."""
    old, key_id = made("create", "crm")
    done = keys("rotate", key_id)
    new = done.stdout.strip()
    assert "The old secret works until 20" in done.stderr
    assert caller(url, old, hours=23) == caller(url, new, hours=25)
    newest, _ = made("rotate", key_id, "--overlap", "0")
    assert caller(url, newest).key_id == key_id
    for key in (old, new):
        with pytest.raises(Exception, match="does not work"):
            caller(url, key)


def test_a_revoked_key(url: str) -> None:
    """It works no more, and is still listed."""
    key, key_id = made("create", "crm")
    done = keys("revoke", key_id)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"The key {key_id} (crm) of the tenant default is revoked.\n"
    with pytest.raises(Exception, match="does not work"):
        caller(url, key)


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["create"], "Missing argument 'NAME'"),
        (["create", " "], "name: must be 1 to 100 printable characters"),
        (["create", "crm", "--tenant", "a b"], "tenant: must be 1 to 64 letters"),
        (["create", "crm", "--tenant", ""], "tenant: must be"),
        (["create", "crm", "--scope", "write"], "'write' is not one of"),
        (["create", "crm", "--days", "0"], "0 is not in the range"),
        (["create", "crm", "--days", "99999"], "99999 is not in the range"),
        (["rotate", "none"], "ID: there is no such key that works; `amends keys list` shows their ids"),
        (["rotate", "none", "--overlap", "-1"], "-1 is not in the range"),
        (["rotate", "none", "--overlap", "nan"], "is not a valid integer"),
        (["revoke", "none"], "ID: there is no such key that works"),
        (["revoke"], "Missing argument 'ID'"),
        (["forget"], "No such command 'forget'"),
        (["create", "crm", "--drafting", "many"], "drafting: must be like `10/second`"),
        (["create", "crm", "--at-once", "0"], "at-once: Input should be greater than or equal to 1"),
        (["create", "crm", "--at-once", "1e3"], "at-once: must be a number, `none` or `default`"),
        (["create", "crm", "--tokens-per-day", "9999999999"], "tokens-per-day: Input should be less"),
        (["create", "crm", "--tokens-per-day", "-5"], "tokens-per-day: must be a number"),
        (["limit", "none"], "name at least one limit"),
        (["limit", "none", "--at-once", "5"], "ID: there is no such key that works"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], says: str) -> None:
    """Exit code 2, what was wrong on standard error, and nothing is made."""
    done = keys(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert keys("list").stdout.count("\n") == 1


def test_a_whole_key_is_not_repeated(url: str) -> None:
    """Who names the key in place of its id reads no secret in the error, and it still works."""
    key, _ = made("create", "crm")
    done = keys("revoke", key)
    assert done.exit_code == 2
    assert key not in done.output
    assert caller(url, key)


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Exit code 3, in one line; no key is shown that was not kept."""
    del url
    monkeypatch.setenv(URL, "sqlite+aiosqlite:////proc/amends.db")
    done = keys("create", "crm")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("amends: The database")


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("arguments", [["create", "crm"], ["list"]])
@pytest.mark.parametrize("path", ["", "/", "/:memory:", "/file:a?mode=memory&uri=true", "/file::memory:?uri=true"])
def test_a_database_in_memory_keeps_no_key(monkeypatch: pytest.MonkeyPatch, path: str, arguments: list[str]) -> None:
    """It would be gone with the command, and whoever has it would believe that it works."""
    monkeypatch.setenv(URL, f"sqlite+aiosqlite://{path}")
    done = keys(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "amends: AMENDS_DATABASE_URL: keys need a database that other processes see, a file or PostgreSQL\n"
    )


def test_limits(url: str) -> None:
    """They are given when a key is made, changed one by one, and shown in the list."""
    key, key_id = made("create", "crm", "--drafting", "5/second, 60/minute", "--at-once", "4", "--checking", "none")
    assert json.loads(caller(url, key).limits) == {"drafting": "5/second, 60/minute", "checking": None, "at_once": 4}
    done = keys("limit", key_id, "--drafting", "default", "--tokens-per-day", "1000", "--at-once", "none")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "(crm) has limits of its own: checking none; at_once none; tokens_per_day 1000." in done.stderr
    assert "checking none; at_once none; tokens_per_day 1000" in keys("list").stdout
    rest = [text for name in ("checking", "at-once", "tokens-per-day") for text in (f"--{name}", "default")]
    assert keys("limit", key_id, *rest).exit_code == 0
    assert caller(url, key).limits == ""
    assert rows(url, "SELECT limits_json FROM access_keys") == [(None,)]
