"""The commands `amends keys`, which work on the database of the settings: no service need run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import click

from service.access import (
    SCOPES,
    USUAL_SCOPES,
    AccessKey,
    checked_name,
    checked_scopes,
    checked_tenant,
    hash_of,
    new_id,
    new_secret,
    written,
)
from service.errors import ConfigurationError
from service.idempotency import DEFAULT_TENANT
from service.limit_options import changed_limits, limit_options, shown_limits
from service.logs import configure_logs
from service.settings import read_environment
from service.store.access_keys import AccessKeyRepository, Rotation
from service.store.database import open_database
from service.store.sqlite import is_in_memory
from service.terminal import explained, show_result
from service.wiring.clock import utc_now

OVERLAP_HOURS, MOST_OVERLAP_HOURS = 24, 24 * 90
MOST_DAYS = 36_500
COLUMNS = ("ID", "TENANT", "NAME", "SCOPES", "CREATED", "EXPIRES", "LAST USED", "OWN LIMITS", "STATE")
NEVER = "-"
Given = TypeVar("Given")


@click.group()
def keys() -> None:
    """Make, list, rotate and revoke access keys, without which nobody calls the service from elsewhere.

    They work on the database of the settings. Running services know of a change within five seconds.
    """


@keys.command()
@click.argument("name")
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose drafts, batches and figures it opens.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=USUAL_SCOPES,
    show_default=True,
    help="What it is for; give it several times for several. `admin` is for everything.",
)
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Days until it expires; by default never.")
@limit_options
def create(name: str, tenant: str, scopes: tuple[str, ...], days: int | None, **limits: str | None) -> None:
    """Make a key, and print it, for the only time; NAME says who gets it."""
    with explained():
        now, secret = utc_now(), new_secret()
        key = AccessKey(
            id=new_id(),
            tenant=checked_tenant(tenant),
            name=checked_name(name),
            scopes=checked_scopes(scopes),
            secret_hash=hash_of(secret),
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
            limits=changed_limits("", limits),
        )
        _run(lambda kept: kept.add(key))
        _show_once(key, secret)


@keys.command(name="list")
def list_keys() -> None:
    """List the keys of all tenants, without their secrets."""
    with explained():
        now = utc_now()
        rows = [COLUMNS, *(_columns(key, now) for key in _run(AccessKeyRepository.all))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            show_result("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option(
    "--overlap",
    type=click.IntRange(0, MOST_OVERLAP_HOURS),
    default=OVERLAP_HOURS,
    show_default=True,
    metavar="HOURS",
    help="Hours for which the old secret works along with the new one; 0 where it has leaked.",
)
def rotate(key_id: str, overlap: int) -> None:
    """Give the key ID a new secret, and print it, for the only time.

    Rotated again before the hours are over, the first secret keeps its hours, and the one in between works no more;
    with `--overlap 0` the new one alone works.
    """
    with explained():
        now, secret = utc_now(), new_secret()
        until = now + timedelta(hours=overlap)
        key = _run(lambda kept: kept.rotate(key_id, Rotation(hash_of(secret), now, until)))
        _show_once(key, secret)
        if key.old_secret_until and key.old_secret_until > now:
            click.echo(f"The old secret works until {_shown(key.old_secret_until)}.", err=True)


@keys.command()
@click.argument("key_id", metavar="ID")
@limit_options
def limit(key_id: str, **limits: str | None) -> None:
    """Give the key ID limits of its own; what is not named stays as it is."""
    with explained():
        if not any(limits.values()):
            raise click.UsageError("name at least one limit; `amends keys limit --help` lists them")
        key = _run(lambda kept: kept.limit(key_id, utc_now(), lambda own: changed_limits(own, limits)))
        click.echo(f"The key {key.id} ({key.name}) has limits of its own: {shown_limits(key.limits)}.", err=True)


@keys.command()
@click.argument("key_id", metavar="ID")
def revoke(key_id: str) -> None:
    """Let the key ID work no more, for good."""
    with explained():
        key = _run(lambda kept: kept.revoke(key_id, utc_now()))
        click.echo(f"The key {key.id} ({key.name}) of the tenant {key.tenant} is revoked.", err=True)


def _run(work: Callable[[AccessKeyRepository], Awaitable[Given]]) -> Given:
    settings = read_environment()
    configure_logs(settings.log_level)

    async def run() -> Given:
        async with open_database(settings.database_url) as engine:
            if is_in_memory(engine.url):
                raise ConfigurationError(
                    "AMENDS_DATABASE_URL: keys need a database that other processes see, a file or PostgreSQL"
                )
            return await work(AccessKeyRepository(engine))

    return asyncio.run(run())


def _show_once(key: AccessKey, secret: str) -> None:
    """The key alone on standard output, for scripts; the words about it beside."""
    show_result(written(key.id, secret))
    scopes = ", ".join(key.scopes)
    click.echo(f"The key {key.id} ({key.name}) of the tenant {key.tenant} is for {scopes}.", err=True)
    click.echo("Keep it: it is not shown again. Send it as `Authorization: Bearer amends_...`.", err=True)


def _columns(key: AccessKey, now: datetime) -> tuple[str, ...]:
    state = "revoked" if key.revoked_at else "works" if key.works(now) else "expired"
    if state == "works" and key.old_secret_until and key.old_secret_until > now:
        state = f"works; the old secret, too, until {_shown(key.old_secret_until)}"
    moments = (key.created_at, key.expires_at, key.last_used_at)
    return (key.id, key.tenant, key.name, ",".join(key.scopes), *map(_shown, moments), shown_limits(key.limits), state)


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}" if moment else NEVER
