"""Reads labelled drafts: one JSON object per line, with complaint, draft (or reply) and what readers say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, ConfigDict, Field, StringConstraints

from guardrails import limits
from guardrails.types import Channel, Complaint, Contract, NonBlank, Scale, Text
from service.errors import InputError
from service.lines import read_lines
from service.reading import read_contract
from service.schemas import CheckInput

Label = int | bool
To2 = Annotated[int, Field(ge=0, le=2)]
To3 = Annotated[int, Field(ge=0, le=3)]

# The levels of checks.md, for each property that readers label.
SCALES: Mapping[str, Scale] = {
    "apology": Scale(3, "at_least"),
    "excuses": Scale(2, "at_most"),
    "solution": Scale(2, "at_least"),
    "follow_up": Scale(3, "at_least"),
    "acknowledgement": Scale(2, "at_least"),
    "tone": Scale(2, "at_most"),
}
# Collections of public replies name the kind of place; everybody can read what stands there.
CHANNELS: Mapping[str, Channel] = {
    "email": "email",
    "chat": "chat",
    "review": "review",
    "social": "social",
    "twitter": "social",
    "app_review": "review",
    "hotel_review": "review",
    "other": "review",
}
ChannelName = Literal["email", "chat", "review", "social", "twitter", "app_review", "hotel_review", "other"]


class Labels(Contract):
    """What readers say: a level for each property, and for the other checks whether the draft passes.

    None is no label. Labels of other names are kept aside, so that a mistyped one can be told.
    """

    model_config = ConfigDict(extra="allow")

    apology: To3 | None = None
    excuses: To2 | None = None
    solution: To2 | None = None
    follow_up: To3 | None = None
    acknowledgement: To2 | None = None
    tone: To2 | None = None
    grounding: bool | None = None
    remedies: bool | None = None
    constraints: bool | None = None
    placeholders: bool | None = None
    personal_data: bool | None = None
    leakage: bool | None = None
    language: bool | None = None
    length: bool | None = None

    def of(self, check: str) -> Label | None:
        """The label for a check of the catalog."""
        label = getattr(self, check)
        assert label is None or isinstance(label, int)
        return label

    @property
    def unknown(self) -> frozenset[str]:
        """Labels that belong to no check."""
        return frozenset(self.model_extra or ())


CHECKS = tuple(Labels.model_fields)


class LabelledDraft(CheckInput):
    """One draft with what readers say of it; what else its line says, a policy too, is of no interest.

    `channel` is that of a complaint which is a plain text. `brand` and `case` tell which drafts belong together.
    `readers` holds what each reader said before they agreed on `labels`; `evidence` quotes the draft for a label.
    """

    model_config = ConfigDict(extra="ignore")

    id: NonBlank
    draft: Annotated[str, StringConstraints(max_length=limits.DRAFT_CHARACTERS)] = Field(
        validation_alias=AliasChoices("draft", "reply")
    )
    labels: Labels
    channel: ChannelName | None = None
    brand: Text | None = None
    case: Text | None = None
    readers: tuple[Labels, ...] | None = None
    evidence: object = None

    def as_check_input(self) -> CheckInput:
        """The draft as it is checked."""
        complaint = self.complaint
        if isinstance(complaint, str) and self.channel is not None:
            complaint = Complaint(text=complaint, channel=CHANNELS[self.channel])
        return CheckInput(id=self.id, complaint=complaint, draft=self.draft, context=self.context)

    @property
    def complaint_text(self) -> str:
        """What the customer wrote."""
        return self.complaint if isinstance(self.complaint, str) else self.complaint.text

    @property
    def business(self) -> str | None:
        """Whose draft it is, where that is known."""
        return self.brand or (self.context.brand if self.context else None)

    def evidence_for(self, check: str) -> tuple[str, ...]:
        """The words of the draft that readers point at."""
        found = self.evidence.get(check) if isinstance(self.evidence, dict) else None
        quotes = found if isinstance(found, list) else [found]
        return tuple(quote for quote in quotes if isinstance(quote, str) and quote)


def passes(check: str, label: Label, limit: int | None) -> bool:
    """Whether a draft with this label passes at the level `limit`, which an exact check does not have."""
    if isinstance(label, bool):
        return label
    assert limit is not None
    return label >= limit if SCALES[check].passes == "at_least" else label <= limit


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
