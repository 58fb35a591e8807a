"""What readers label: a draft with its case, and one reader's answer to it, kept by the hash of what was shown."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from evals.labelled import SCALES, Label, Labels
from guardrails import limits
from guardrails.types import SEEN, Complaint, Context, Contract
from service.errors import InputError

CheckName = Literal[
    "apology", "excuses", "solution", "follow_up", "acknowledgement", "tone", "grounding", "remedies", "constraints"
]
CHECKS: tuple[CheckName, ...] = get_args(CheckName)
MOST_SPANS = 50
CASE_CHARACTERS = 400  # an exported row's id is the case's with a part of the hash behind it

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CaseName = Annotated[str, StringConstraints(max_length=CASE_CHARACTERS, pattern=SEEN)]
Reader = Annotated[str, StringConstraints(max_length=60, pattern=r"^[\p{L}\p{N}_][\p{L}\p{N}._-]*$")]
Remark = Annotated[str, StringConstraints(max_length=limits.LIST_ITEM_CHARACTERS)]
Span = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
Spans = Annotated[tuple[Span, ...], Field(max_length=MOST_SPANS)]


class Key(NamedTuple):
    """What a label is of: the case's id, the hash of the draft, and that of the complaint and context beside it."""

    case: str
    draft: str
    material: str

    @property
    def short(self) -> str:
        """The case and enough of the hash to tell its drafts apart."""
        return f"{self.case}-{self.draft[:8]}"


@dataclass(frozen=True, slots=True)
class DraftToLabel:
    """A draft and what it answers; `case` is the id that its labels are kept by."""

    case: str
    complaint: Complaint | str
    draft: str
    context: Context | None = None

    @property
    def text(self) -> str:
        """The draft as it is shown, hashed, counted in and exported: in NFC, and otherwise as it is."""
        return unicodedata.normalize("NFC", self.draft)

    @property
    def key(self) -> Key:
        """What its labels are kept by."""
        complaint = self.complaint
        told = complaint if isinstance(complaint, str) else complaint.model_dump(mode="json", exclude_none=True)
        context = self.context.model_dump(mode="json", exclude_none=True) if self.context else None
        return Key(self.case, sha256(self.text), sha256(json.dumps([told, context], sort_keys=True)))

    @property
    def asked(self) -> tuple[CheckName, ...]:
        """The checks that this draft can be judged by: without a context nothing is authorised or forbidden."""
        if self.context is None:
            return tuple(check for check in CHECKS if check in SCALES)
        return CHECKS if self.context.constraints else CHECKS[:-1]


class Given(Labels):
    """Labels of a reader; one that no check has is refused."""

    model_config = ConfigDict(extra="forbid")


class Answer(Contract):
    """What one reader says of one draft.

    `evidence` has for a check the words that it is about, or the faulty ones: offsets into the draft's text in
    Unicode code points, end exclusive, in order and apart.
    """

    labels: Given = Given()
    evidence: dict[CheckName, Spans] = Field(default_factory=dict)
    remark: Remark = ""

    def is_whole(self, draft: DraftToLabel) -> bool:
        """Whether nothing that the draft can be judged by is left open."""
        return all(self.labels.of(check) is not None for check in draft.asked)


class LabelRow(Answer):
    """An answer as it is kept: of which draft, by whom and when."""

    draft: Sha256
    material: Sha256
    case: CaseName
    reader: Reader
    time: AwareDatetime

    @property
    def key(self) -> Key:
        """What it is a label of."""
        return Key(self.case, self.draft, self.material)


class Change(Contract):
    """One thing that a reader did: a label, the evidence of a check, or the remark; a label of null takes it back.

    Only what was done is said, so that two pages open at once never undo each other's work.
    """

    check: CheckName | None = None
    label: Label | None = None
    evidence: Spans | None = None
    remark: Remark | None = None


def checked_reader(name: str) -> str:
    """A reader's name, which stands in a file's name too.

    Raises:
        InputError: it has something else in it than letters, digits, dots and dashes.
    """
    try:
        return TypeAdapter(Reader).validate_python(name)
    except ValidationError:
        raise InputError(
            "must be letters, digits, dots and dashes, at most 60, and begin with no dot", "--reader"
        ) from None


def changed(answer: Answer, change: Change, draft: DraftToLabel) -> Answer:
    """The answer with the change in it.

    Raises:
        InputError: the draft cannot have this label, or the evidence is not in it.
    """
    given, check = change.model_fields_set, change.check
    labels, evidence = answer.labels, answer.evidence
    if ("check" in given) is not bool(given & {"label", "evidence"}) or (check is None and "check" in given):
        raise InputError("is given with a label or with evidence, and only then", "check")
    if check is not None and check not in draft.asked:
        raise InputError("this draft cannot be judged by it", "check")
    if check is not None and "label" in given:
        labels = _with_label(labels, check, change.label)
    if check is not None and change.evidence is not None:
        rest = {name: spans for name, spans in evidence.items() if name != check}
        spans = merged(change.evidence, len(draft.text))
        evidence = rest | {check: spans} if spans else rest
    return Answer(labels=labels, evidence=evidence, remark=answer.remark if change.remark is None else change.remark)


def _with_label(labels: Given, check: str, label: Label | None) -> Given:
    scale = SCALES.get(check)
    fits = isinstance(label, bool) if scale is None else type(label) is int and 0 <= label <= scale.highest
    if label is not None and not fits:
        wanted = "true or false" if scale is None else f"a level from 0 to {scale.highest}"
        raise InputError(f"must be {wanted} for {check}", "label")
    return labels.model_copy(update={check: label})


def merged(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Spans in order and apart.

    Raises:
        InputError: one is empty or ends behind the text.
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if not start < end <= length:
            raise InputError(f"from {start} to {end} there are no words of the draft", "evidence")
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def split_stale(rows: Iterable[LabelRow], drafts: Iterable[DraftToLabel]) -> tuple[list[LabelRow], list[LabelRow]]:
    """The labels of these drafts, and those of others: the draft, its complaint or its context has changed since."""
    present = {draft.key for draft in drafts}
    kept: list[LabelRow] = []
    stale: list[LabelRow] = []
    for row in rows:
        (kept if row.key in present else stale).append(row)
    return kept, stale


def sha256(text: str) -> str:
    """The hash of a text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
