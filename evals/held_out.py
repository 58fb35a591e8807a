"""Prints the cases that no training saw, as `amends draft --jsonl` reads them: `python -m evals.held_out DATA`.

Half of the complaints are real ones that stay outside the repository; DATA is the folder of `labelled.jsonl` and
`unlabelled.jsonl` that has them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

CASES = Path(__file__).parent / "held-out-cases.jsonl"
FILES = ("labelled.jsonl", "unlabelled.jsonl")


def real_texts(folder: Path) -> dict[str, str]:
    """The real complaints by their row's id.

    Raises:
        OSError: a file is missing.
    """
    rows = [json.loads(line) for name in FILES for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row["complaint"] for row in rows}


def whole(row: Mapping[str, object], texts: Mapping[str, str]) -> dict[str, object]:
    """The case of a row with its complaint's text.

    Raises:
        KeyError: the real complaint is not among the texts.
    """
    case, source = row["case"], row["complaint_of"]
    assert isinstance(case, dict)
    if source is None:
        return case
    return case | {"complaint": case["complaint"] | {"text": texts[str(source)]}}


def main() -> None:
    """One case for each line."""
    texts = real_texts(Path(sys.argv[1]))
    for line in CASES.read_text(encoding="utf-8").splitlines():
        sys.stdout.write(json.dumps(whole(json.loads(line), texts), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
