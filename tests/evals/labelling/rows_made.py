"""Drafts to label, and labels of them, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evals.labelling.rows import DraftToLabel, Given, LabelRow
from guardrails.types import Context

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CONTEXT = {"brand": "Harbourline", "agent": {"name": "Maya"}, "constraints": ["Under 280 characters."]}
FULL = {"apology": 2, "excuses": 0, "solution": 2, "follow_up": 3, "acknowledgement": 2, "tone": 0}


class Clock:
    """A second later at every look."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time."""
        self.now += timedelta(seconds=1)
        return self.now


def make_draft(case: str = "kettle", text: str = "We are sorry 😀 it broke.", *, context: bool = True) -> DraftToLabel:
    """A draft with a case of this id."""
    known = Context.model_validate_json(json.dumps(CONTEXT)) if context else None
    return DraftToLabel(case, "My kettle broke.", text, known)


def make_label(draft: DraftToLabel, reader: str, labels: Mapping[str, object], **changes: object) -> LabelRow:
    """A reader's labels of a draft."""
    row = LabelRow(
        labels=Given.model_validate(dict(labels)),
        draft=draft.key.draft,
        material=draft.key.material,
        case=draft.case,
        reader=reader,
        time=NOW,
    )
    return row.model_copy(update=changes)


def write_drafts(path: Path, *drafts: DraftToLabel) -> Path:
    """Drafts as `amends check --jsonl` takes them."""
    rows = [{"id": each.case, "complaint": each.complaint, "draft": each.draft, "context": CONTEXT} for each in drafts]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def write_labels(path: Path, *rows: LabelRow) -> Path:
    """Labels as their file has them."""
    path.write_text("".join(row.model_dump_json(exclude_none=True) + "\n" for row in rows), encoding="utf-8")
    return path
