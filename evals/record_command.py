"""`amends eval record`: asks a model for the answers that are missing, and keeps each as soon as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

import click
from pydantic import SecretStr

from evals.arms import SHIPPED, Arm, opened_arm
from evals.case import EvalCase
from evals.choosing import Chosen, as_chosen, bar, choosing, chosen_cases
from evals.files import CASES
from evals.recording import Prices, cost, only_model, spent
from evals.replay import first_prompt_tokens, make_bench
from evals.run import record_cases, run_cases
from service.embedded.server import Address
from service.errors import InputError
from service.logs import configure_logs
from service.settings import Settings, read_environment
from service.terminal import explained
from service.wiring.models import embedded_server


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who answers, and how."""

    arm: Arm
    url: str | None  # None: the embedded model
    settings: Settings
    jobs: int
    prices: Prices | None
    drop_unused: bool


@click.command("record")
@click.argument("arm", default=SHIPPED.name)
@click.option("--model", "url", metavar="URL", help="OpenAI-compatible endpoint; by default the embedded model.")
@click.option("--name", help="The model to ask for; by default the only one that the endpoint lists.")
@choosing(CASES)
@click.option("--drop-unused", is_flag=True, help="Remove recorded answers that this arm does not use.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Cases recorded at once.")
@click.option("--prices", type=(float, float), metavar="PROMPT COMPLETION", help="Prices of a million tokens.")
def record(
    arm: str,
    *,
    url: str | None,
    name: str | None,
    drop_unused: bool,
    jobs: int,
    prices: tuple[float, float] | None,
    **chosen: object,
) -> None:
    """Record the answers of ARM that are missing; run it again after a crash, and it goes on.

    The key of an endpoint is read from AMENDS_MODEL_API_KEY and never written down.
    """
    cases = as_chosen(chosen)
    with explained(), opened_arm(arm, first=cases.first) as opened:
        configure_logs("error")  # the loop logs every draft
        settings = read_environment()
        target = _with_model(opened, url, name, settings)
        recorder = Recorder(target, url, settings, jobs, Prices(*prices) if prices else None, drop_unused)
        asyncio.run(_record(recorder, cases))


async def _record(recorder: Recorder, chosen: Chosen) -> None:
    every = chosen_cases(chosen)
    with bar(len(every), "looking") as tell:
        look = partial(run_cases, every, recorder.arm, chosen.cassettes, tell=tell)
        missing = (await asyncio.to_thread(look)).missing
    click.echo(f"{len(every) - len(missing)} of {len(every)} cases are recorded", err=True)
    work = every if recorder.drop_unused else missing
    if missing:
        click.echo(f"to record: {_estimate(missing, recorder)}", err=True)
    if not work:
        return
    async with _address(recorder) as address:
        with bar(len(work), "recording") as tell:
            call = partial(record_cases, work, recorder.arm, chosen.cassettes, address, tell=tell)
            usages = await asyncio.to_thread(call, drop_unused=recorder.drop_unused, jobs=recorder.jobs)
    click.echo(f"recorded: {len(missing)} cases, {spent(usages, recorder.prices)}", err=True)


def _with_model(arm: Arm, url: str | None, name: str | None, settings: Settings) -> Arm:
    if url is None:
        if not arm.is_embedded:
            raise InputError(f"{arm.model}: say where this model answers, with --model URL")
        return arm
    named = name or (arm.model if not arm.is_embedded else only_model(url, settings))
    return replace(arm, model=named)


def _estimate(missing: Sequence[EvalCase], recorder: Recorder) -> str:
    bench = make_bench(recorder.arm)
    prompts = sum(first_prompt_tokens(case, bench) for case in missing)
    answers = len(missing) * bench.settings.model_max_tokens
    most = bench.settings.max_attempts * (bench.settings.candidates or 1)
    one_each = cost(prompts, answers, recorder.prices)
    return f"{len(missing)} cases, at most about {one_each} for one answer to each, which takes up to {most}"


@asynccontextmanager
async def _address(recorder: Recorder) -> AsyncIterator[Address]:
    if recorder.url is not None:
        yield Address(recorder.url, recorder.settings.model_api_key or SecretStr("none"), recorder.arm.model)
        return
    async with embedded_server(recorder.settings) as address:
        yield address
