"""Prints the drafts that are only tested on, as `amends eval guardrails` reads them; see training/README.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from training.examples import LABELS, our_drafts, real_replies


def main() -> None:
    """One line for each draft of the test part."""
    data, which = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "both"  # noqa: PLR2004  # two arguments
    for example in (*our_drafts(LABELS), *real_replies(data, LABELS)):
        if example.part != "test" or which not in ("both", "ours" if example.ours else "real"):
            continue
        row = {
            "id": example.id,
            "case" if example.ours else "brand": example.group,
            "complaint": example.complaint,
            "draft": example.draft,
            "labels": example.labels,
        }
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
