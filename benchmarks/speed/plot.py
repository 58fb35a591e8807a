"""Draws what was measured: requests a second of each arm as a share of the floor's, over each endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.speed.arms import ARMS, FLOOR
from benchmarks.speed.measuring import Measured
from benchmarks.speed.report import by_arm, ratio

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")  # told apart by colour-blind readers, too
THICK = 0.8  # of all bars of an arm together; a row is 1


def plot(measured: Sequence[Measured], file: Path) -> None:
    """Write an SVG: bars with the least and the most of all rounds."""
    mpl.rcParams["svg.hashsalt"] = "amends"  # the same figures make the same file
    names = list(by_arm(measured))
    delays = sorted({each.turn.delay_ms for each in measured}, reverse=True)
    figure = Figure(figsize=(9, 0.8 + 0.5 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    thick = THICK / len(delays)
    for place, delay_ms in enumerate(delays):
        arms = by_arm([each for each in measured if each.turn.delay_ms == delay_ms])
        ratios = {name: ratio(rounds, arms.get(FLOOR, [])) for name, rounds in arms.items()}
        known = [(names.index(name), spread) for name, spread in ratios.items() if spread]
        axes.barh(
            [row + (place - (len(delays) - 1) / 2) * thick for row, _ in known],
            [spread.middle for _, spread in known],
            height=thick,
            xerr=(
                [spread.middle - spread.least for _, spread in known],
                [spread.most - spread.middle for _, spread in known],
            ),
            color=COLOURS[place % len(COLOURS)],
            label=f"endpoint of {delay_ms:g} ms",
        )
    axes.set_yticks(range(len(names)), [ARMS[name].title for name in names])
    axes.invert_yaxis()
    axes.set_xlabel("requests a second, as a share of the bare endpoint's in the same round")
    axes.axvline(1, color="#666666", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(file, metadata={"Date": None})
