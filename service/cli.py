"""The command `amends`; thin: it reads, hands on, prints, and turns errors into exit codes."""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import entry_points

import click

from service.idempotency import DEFAULT_TENANT
from service.keys_command import keys
from service.logs import configure_logs
from service.main import checking, running
from service.schemas import Case, CheckInput
from service.server import serve_forever
from service.settings import Settings, describe_settings, read_environment
from service.terminal import Done, explained, work_through
from service.worker import work_forever

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))


class Commands(click.Group):
    """Our commands and those that other installed parts register under `amends.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, found or built in."""
        return sorted({*super().list_commands(ctx), *(point.name for point in entry_points(group="amends.commands"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        for point in entry_points(group="amends.commands", name=cmd_name):
            try:
                command = point.load()
            except ModuleNotFoundError:
                raise click.UsageError(f"`amends {cmd_name}` is not part of this installation") from None
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands)
@click.version_option(package_name="amends")
def main() -> None:
    """Draft replies to customer complaints, and check every draft before anybody sees it."""


@main.command(epilog="\b\nSettings, from the environment or a file .env:\n" + describe_settings())
def serve() -> None:
    """Answer over HTTP until stopped."""
    with explained():
        settings = _settings()
        asyncio.run(serve_forever(settings))


@main.command()
def worker() -> None:
    """Work on accepted drafts and batches until stopped, without answering over HTTP."""
    with explained():
        settings = _settings()
        asyncio.run(work_forever(settings))


@main.command()
@FILE
@click.option("--jsonl", is_flag=True, help="One case per line in, one result per line out.")
@click.option("--fail", is_flag=True, help="Exit with 1 if a draft is not ready.")
def draft(file: str, *, jsonl: bool, fail: bool) -> None:
    """Draft a reply to the case in FILE (`-` for standard input)."""

    async def run(settings: Settings) -> int:
        async with running(settings) as parts:

            async def work(case: Case) -> Done:
                result = await parts.intake.create(DEFAULT_TENANT, case)
                return Done(result.to_json(), result.status == "ready")

            return await work_through(file, Case, work, jsonl=jsonl, fail=fail)

    with explained():
        sys.exit(asyncio.run(run(_settings())))


@main.command()
@FILE
@click.option("--jsonl", is_flag=True, help="One draft per line in, its verdicts per line out.")
@click.option("--fail", is_flag=True, help="Exit with 1 if a draft does not pass.")
def check(file: str, *, jsonl: bool, fail: bool) -> None:
    """Check the draft in FILE (`-` for standard input)."""

    async def run(settings: Settings) -> int:
        async with checking(settings) as checker:

            async def work(given: CheckInput) -> Done:
                result = await checker.check(given)
                return Done(result.to_json(), result.passed)

            return await work_through(file, CheckInput, work, jsonl=jsonl, fail=fail)

    with explained():
        sys.exit(asyncio.run(run(_settings())))


main.add_command(keys)


def _settings() -> Settings:
    settings = read_environment()
    configure_logs(settings.log_level)
    return settings
