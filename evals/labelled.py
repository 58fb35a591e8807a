"""Reads labelled drafts: one JSON object per line, with complaint, draft (or reply) and levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, ConfigDict, Field, StringConstraints

from guardrails import limits
from guardrails.types import Contract, NonBlank
from service.errors import InputError
from service.lines import read_lines
from service.reading import read_contract
from service.schemas import CheckInput, PlainComplaint

Level = Annotated[int, Field(ge=0, le=3)]

# What passes by checks.md, for each property that readers label.
PASSES: Mapping[str, Callable[[int], bool]] = {
    "apology": lambda level: level >= 2,  # noqa: PLR2004  # levels of checks.md, here and below
    "excuses": lambda level: level <= 1,
    "solution": lambda level: level >= 2,  # noqa: PLR2004
    "follow_up": lambda level: level >= 2,  # noqa: PLR2004
    "acknowledgement": lambda level: level >= 2,  # noqa: PLR2004
    "tone": lambda level: level <= 1,
}


class LabelledDraft(Contract):
    """One draft with the levels that readers gave it; what else its line says is of no interest."""

    model_config = ConfigDict(extra="ignore")

    id: NonBlank
    complaint: PlainComplaint
    draft: Annotated[str, StringConstraints(max_length=limits.DRAFT_CHARACTERS)] = Field(
        validation_alias=AliasChoices("draft", "reply")
    )
    labels: dict[str, Level]

    def as_check_input(self) -> CheckInput:
        """The draft as it is checked."""
        return CheckInput(id=self.id, complaint=self.complaint, draft=self.draft)


def read_labelled(path: Path) -> Iterator[LabelledDraft]:
    """The drafts of a file.

    Raises:
        InputError: names the line and what is wrong with it.
    """
    with path.open("rb") as file:
        for line in read_lines(file):
            place = f"{path}, line {line.number}"
            if line.body is None:
                raise InputError(f"{place}: it is over the limit of {limits.BODY_BYTES:,} bytes")
            try:
                yield read_contract(line.body, LabelledDraft, limits.BODY_BYTES)
            except InputError as error:
                raise InputError(f"{place}: {error}") from error
