"""The table of what was measured over one endpoint."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.speed.arms import ARMS, FLOOR
from benchmarks.speed.measuring import Measured

HEADS = (
    "requests/s",
    "of the floor",
    "p50 ms",
    "p99 ms",
    "errors",
    "CPU ms a request",
    "MB: start, ¼, ½, ¾, end",
)

BEGIN, END = "<!-- measured -->", "<!-- until here -->"


@dataclass(frozen=True, slots=True)
class Spread:
    """A median of the rounds, with the least and the most."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of some values."""
        return cls(statistics.median(values), min(values), max(values))


def per_second(rounds: Sequence[Measured]) -> Spread:
    """Requests a second."""
    return Spread.of([each.per_second for each in rounds])


def ratio(rounds: Sequence[Measured], floors: Sequence[Measured]) -> Spread | None:
    """Requests a second over those of the floor, each in its own round; None where there was no floor."""
    by_round = {floor.turn.round: floor for floor in floors}
    ratios = [each.per_second / by_round[each.turn.round].per_second for each in rounds if each.turn.round in by_round]
    return Spread.of(ratios) if ratios else None


def by_arm(measured: Sequence[Measured]) -> dict[str, list[Measured]]:
    """The rounds of each arm, in the order of ARMS."""
    found = {name: [each for each in measured if each.turn.arm == name] for name in ARMS}
    return {name: rounds for name, rounds in found.items() if rounds}


def tables(measured: Sequence[Measured]) -> str:
    """Markdown, a table for each endpoint."""
    delays = sorted({each.turn.delay_ms for each in measured}, reverse=True)
    return "\n".join(table([each for each in measured if each.turn.delay_ms == delay_ms]) for delay_ms in delays)


def with_tables(page: str, made: str) -> str:
    """A page with these tables between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{made}{END}{after}"


def table(measured: Sequence[Measured]) -> str:
    """Markdown, a row for each arm."""
    arms = by_arm(measured)
    if not arms:
        return ""
    first = measured[0]
    head = f"{first.plan.clients} clients, {first.turn.delay_ms:g} ms, {first.plan.seconds:g} s"
    lines = [f"| {head} | {' | '.join(HEADS)} |", f"| --- |{' ---: |' * len(HEADS)}"]
    lines += [_row(name, rounds, arms.get(FLOOR, [])) for name, rounds in arms.items()]
    busy = {part: max(each.busy[part] for each in measured) for part in ("load", "endpoint")}
    rounds = len({each.turn.round for each in measured})
    how_many = "1 round" if rounds == 1 else f"{rounds} rounds"
    lines.append(
        f"\n{how_many} on {measured[0].processors} processors, of one of which the "
        f"load took at most {busy['load']:.0%} and the endpoint {busy['endpoint']:.0%}.\n"
        f"Plain Python, a fixed piece of work: {_pace(measured)} ms."
    )
    return "\n".join(lines) + "\n"


def _row(name: str, rounds: Sequence[Measured], floors: Sequence[Measured]) -> str:
    speed, share = per_second(rounds), ratio(rounds, floors)
    last = rounds[-1]
    cells = (
        f"{speed.middle:.0f} ({speed.least:.0f}-{speed.most:.0f})",
        f"{share.middle:.2f} ({share.least:.2f}-{share.most:.2f})" if share else "",
        f"{statistics.median(each.took_ms['0.5'] for each in rounds):.0f}",
        f"{statistics.median(each.took_ms['0.99'] for each in rounds):.0f}",
        str(sum(each.errors + each.repeated for each in rounds)),
        f"{statistics.median(each.cpu_ms for each in rounds):.1f}",
        ", ".join(f"{megabytes:.0f}" for megabytes in last.megabytes),
    )
    return f"| {ARMS[name].title} | {' | '.join(cells)} |"


def _pace(measured: Sequence[Measured]) -> str:
    pace = Spread.of([each.plain_python_ms for each in measured])
    return f"{pace.middle:.1f} ({pace.least:.1f}-{pace.most:.1f})"
