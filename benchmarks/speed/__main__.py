"""Compares Amends with a bare endpoint and with its peers under load: `python -m benchmarks.speed FOLDER [...]`.

Each arm runs alone in processes of its own, over a fake endpoint that takes 20 ms or nothing; 64 clients in another
process ask without pause, and every case and every draft is another one. In each round every arm has its turn, in
another order. What is measured is kept in the folder at once, so that a run goes on where it was stopped; a failed
arm is left out, and said.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.speed.arms import ARMS
from benchmarks.speed.measuring import ArmFailed, Measured, measure
from benchmarks.speed.plan import Plan, Turn
from benchmarks.speed.report import tables, with_tables

README, PLOT = Path(__file__).with_name("README.md"), "speed.svg"


def main() -> None:
    """Measure what is missing, print the tables, and exit with 1 where a request failed or an arm did not run."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # else what was started would live on
    asked.folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(clients=asked.clients, seconds=asked.seconds, warm_up_s=asked.warm_up)
    arms = asked.arms or [name for name, arm in ARMS.items() if arm.peer is None or (asked.peers / arm.peer).exists()]
    found = [once(turn, plan, asked.folder, asked.peers) for turn in turns(arms, asked.delays, asked.rounds)]
    measured = [each for each in found if each]
    sys.stdout.write(tables(measured))
    if asked.write:
        from benchmarks.speed.plot import plot  # noqa: PLC0415 - its library is there only where it was asked for

        made = f"{tables(measured)}\n![Requests a second, as a share of the floor's]({PLOT})\n"
        README.write_text(with_tables(README.read_text(encoding="utf-8"), made), encoding="utf-8")
        plot(measured, README.with_name(PLOT))
    sys.exit(not all(each and each.is_faultless for each in found))


def turns(arms: Sequence[str], delays: Sequence[float], rounds: int) -> Iterator[Turn]:
    """Every turn; in each round the arms begin with another one, so that what comes after what does not matter."""
    for number in range(rounds):
        for delay_ms in delays:
            for place in range(len(arms)):
                yield Turn(arm=arms[(place + number) % len(arms)], delay_ms=delay_ms, round=number)


def once(turn: Turn, plan: Plan, folder: Path, peers: Path) -> Measured | None:
    """What is in the folder of this turn already, or is measured now; None where the arm does not run."""
    place, kept = folder.resolve() / str(turn), folder / f"{turn}.json"
    if kept.is_file():
        measured = Measured.model_validate_json(kept.read_text(encoding="utf-8"))
        if measured.plan == plan:
            return measured
    shutil.rmtree(place, ignore_errors=True)  # stopped in the middle
    place.mkdir()
    try:
        measured = measure(turn, plan, place, peers.resolve())
    except (OSError, ArmFailed) as error:
        sys.stderr.write(f"{turn} is left out: {error}\n")
        return None
    kept.write_text(measured.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if measured.is_faultless:
        shutil.rmtree(place)
    return measured


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("folder", type=Path, help="on a real disk; what is measured is kept there")
    parser.add_argument("--arms", nargs="+", choices=tuple(ARMS), help="by default, all whose programs are there")
    parser.add_argument("--peers", type=Path, default=Path("peers"), help="made by python -m benchmarks.speed.peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delays", nargs="+", type=float, default=[20, 0], help="milliseconds of the endpoint")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm-up", type=float, default=10, help="seconds under load that do not count")
    parser.add_argument(
        "--write", action="store_true", help="write tables and plot into README.md; needs `uv sync --group benchmarks`"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
