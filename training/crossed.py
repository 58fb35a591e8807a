"""Prints how the design does on real replies of brands left out: `python -m training.crossed DATA FOLDER...`."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from guardrails.checks.apology import settled_as_hollow
from guardrails.reproaches import blame
from training.examples import FOLDS, LABELS, PROPERTIES, Example, our_drafts, real_replies
from training.export import Answers, calibration, macro_f1

DECISIVE = 1  # of every property the step from level 1 to level 2 separates pass from fail
FALSE_ALARMS = 0.05
Scored = tuple[Example, float, float]  # an example, its chance, and the cut of its fold


def chance(row: Mapping[str, list[float]], logit: float) -> float:
    """Of level 2 or more."""
    return 1 / (1 + math.exp(-(row["slopes"][DECISIVE] * logit + row["offsets"][DECISIVE])))


def ruled(name: str, draft: str, chance_: float) -> float:
    """The chance, but where words alone settle the level."""
    if name == "apology" and settled_as_hollow(draft):
        return 0.0
    if name == "excuses" and blame(draft, ""):
        return 1.0
    return chance_


def scored(
    real: Sequence[Example], ours: Sequence[Example], folds: Sequence[Answers], which: int
) -> dict[str, list[Scored]]:
    """Every real reply by the network that its brand was left out of; what calibrates it comes from other folds."""
    found: dict[str, list[Scored]] = {name: [] for name in PROPERTIES}
    for number, answers in enumerate(folds):
        others = [(each, folds[each.fold][each.id]) for each in real if each.trainable and each.fold != number]
        pairs = [*((each, answers[each.id]) for each in ours), *others]
        rows = calibration([each for each, _ in pairs], [answer[which] for _, answer in pairs])
        first = 0
        for row, (name, highest) in zip(rows, PROPERTIES.items(), strict=True):
            for each in (each for each in real if each.fold == number):
                value = chance(row, answers[each.id][which][first + DECISIVE])
                found[name].append((each, ruled(name, each.draft, value), row["cuts"][DECISIVE]))
            first += highest
    return found


def caught(rows: Sequence[Scored]) -> float:
    """The share of failures of a property with excuses' scale that is found at 5 % false alarms."""
    fine = sorted((value for each, value, _ in rows if each.labels["excuses"] <= DECISIVE), reverse=True)
    limit = fine[int(len(fine) * FALSE_ALARMS)]
    bad = [value for each, value, _ in rows if each.labels["excuses"] > DECISIVE]
    return sum(value > limit for value in bad) / len(bad)


def main() -> None:
    """One line for each part of the real replies, early answers and last ones."""
    data, folders = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    if len(folders) != FOLDS:
        raise SystemExit(f"{FOLDS} folders of training.train are needed, one for each fold")
    folds = [json.loads((folder / "answers.json").read_text(encoding="utf-8")) for folder in folders]
    real = list(real_replies(data, LABELS))
    ours = [each for each in our_drafts(LABELS) if each.part == "calibrate"]
    for which, answer in enumerate(("early", "last")):
        found = scored(real, ours, folds, which)
        for part, kept in (("all", (True, False)), ("trainable", (True,)), ("others", (False,))):
            figures = []
            for name, rows in found.items():
                chosen = [row for row in rows if row[0].trainable in kept]
                truth = [each.labels[name] > DECISIVE for each, _, _ in chosen]
                said = [1.0 if value >= cut else 0.0 for _, value, cut in chosen]
                figures.append(f"{name} {macro_f1(said, truth, 0.5):.3f}")
            recall = caught([row for row in found["excuses"] if row[0].trainable in kept])
            print(f"{answer:<6}{part:<10}{'  '.join(figures)}  excuses found at 5 % false alarms {recall:.2f}")


if __name__ == "__main__":
    main()
