"""The bodies of requests and answers: Case, Result, check input and output, problem."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from guardrails import limits
from guardrails.types import Complaint, Context, Contract, NonBlank, Text, Verdict

Status = Literal["ready", "needs_review", "failed", "queued", "running", "cancelled"]
Delivery = Literal["strict", "flagged"]


class Options(Contract):
    """How one draft is to be made; each option has a default."""

    policy: Text | None = Field(default=None, description="A policy's name; by default `default`.")
    delivery: Delivery | None = Field(
        default=None,
        description="`strict`, the default, returns no draft that failed a blocking check; `flagged` does.",
    )
    max_words: int | None = Field(default=None, ge=1, le=limits.WORDS)
    instruction: Text | None = Field(default=None, description="A wish for this draft alone.")
    tone: Text | None = None
    situation: Text | None = Field(default=None, description="Overrides the situation that was found.")
    alternatives: int | None = Field(default=None, ge=1, le=limits.ALTERNATIVES)
    include_attempts: bool | None = None


class Case(Contract):
    """A complaint with its context: what a draft is asked for."""

    id: Text | None = Field(default=None, description="The caller's own reference: echoed, never unique.")
    complaint: Complaint
    context: Context
    options: Options | None = None


class Attempt(Contract):
    """One text that the model gave, and the verdicts on it."""

    draft: str
    verdicts: tuple[Verdict, ...]
    endpoint: str


class Alternative(Contract):
    """Another draft to choose from."""

    draft: str
    verdicts: tuple[Verdict, ...]


class PromptVersion(Contract):
    """Which prompt was used; `hash` changes with every word of it and never with the case."""

    name: str
    hash: str


class Usage(Contract):
    """Tokens of all attempts together."""

    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class Timings(Contract):
    """Milliseconds: in all, waiting for the model, and in the checks."""

    total: float = Field(ge=0)
    model: float = Field(ge=0)
    checks: float = Field(ge=0)


class Result(Contract):
    """What became of a case."""

    id: str
    ref: str | None
    status: Status
    draft: str | None
    verdicts: tuple[Verdict, ...]
    alternatives: tuple[Alternative, ...] | None = None
    attempts: tuple[Attempt, ...] | None = None
    escalate: str | None = None
    situation: str
    unverified_constraints: tuple[str, ...]
    history_omitted: int = Field(ge=0, description="How many of the oldest messages did not fit into the prompt.")
    model: str | None
    endpoint: str | None
    prompt: PromptVersion
    policy: str
    usage: Usage
    timings_ms: Timings

    def to_json(self) -> str:
        """The body; what was not asked for is absent from it."""
        unasked = {name for name in ("alternatives", "attempts") if getattr(self, name) is None}
        return self.model_dump_json(exclude=unasked)


PlainComplaint = Annotated[str, StringConstraints(min_length=1, max_length=limits.COMPLAINT_CHARACTERS, pattern=r"\S")]


def _form_of_complaint(value: object) -> str:
    """Which form was sent, so that errors speak of that form alone."""
    return "<text>" if isinstance(value, str) else "<object>"


class CheckInput(Contract):
    """A draft to be checked. A complaint that is a plain text has neither channel nor publicity."""

    id: Text | None = None
    complaint: Annotated[
        Annotated[Complaint, Tag("<object>")] | Annotated[PlainComplaint, Tag("<text>")],
        Discriminator(_form_of_complaint),
    ]
    draft: Annotated[str, StringConstraints(max_length=limits.DRAFT_CHARACTERS)]
    context: Context | None = None
    policy: NonBlank | None = None


class CheckResult(Contract):
    """The verdicts on a draft; `passed` when every blocking one passed."""

    id: str | None
    passed: bool
    verdicts: tuple[Verdict, ...]


class FieldFault(Contract):
    """One field that is at fault."""

    field: str
    message: str


class Problem(Contract):
    """An error as RFC 9457 has it: `type` is stable, `detail` is for a person."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    id: str | None = Field(default=None, description="The draft's id, where there is one.")
    request_id: str | None = None
    errors: tuple[FieldFault, ...] = ()


class LineError(Contract):
    """The answer to a line that could not be worked on."""

    id: str | None
    error: Problem


class Health(Contract):
    """Whether the process lives, or is ready for work."""

    status: Literal["ok"]
