"""The bodies of requests and answers: Case, Result, check input and output, feedback, problem."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from guardrails import limits
from guardrails.types import SEEN, WHOLE, Complaint, Context, Contract, NonBlank, Statement, Text, Verdict

Status = Literal["ready", "needs_review", "failed", "queued", "running", "cancelled"]
Delivery = Literal["strict", "flagged"]
FeedbackOutcome = Literal["sent", "edited", "rejected"]
MOST_TENURE_MONTHS = 1_200


Words = Annotated[int, Field(ge=1, le=limits.WORDS), WHOLE]


class Options(Contract):
    """How one draft is to be made; each option has a default."""

    policy: Text | None = Field(default=None, description="A policy's name; by default `default`.")
    delivery: Delivery | None = Field(
        default=None,
        description="`strict`, the default, returns no draft that failed a blocking check; `flagged` does.",
    )
    max_words: Words | None = None
    instruction: Text | None = Field(
        default=None,
        description="A wish for this draft alone; what it says of length and marks is checked as a constraint is. A "
        "fact belongs into `context.facts`: what a wish alone says is not grounded.",
    )
    tone: Text | None = None
    situation: Text | None = Field(default=None, description="Overrides the situation that was found.")
    alternatives: Annotated[int, Field(ge=1, le=limits.ALTERNATIVES), WHOLE] | None = None
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

    def __add__(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


NO_USAGE = Usage(prompt_tokens=0, completion_tokens=0)


class Timings(Contract):
    """Milliseconds: in all, waiting for the model, and in the checks."""

    total: float = Field(ge=0)
    model: float = Field(ge=0)
    checks: float = Field(ge=0)


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
    problem: Problem | None = Field(
        default=None, description="Why a draft that was asked for asynchronously, or in a batch, failed."
    )

    def to_json(self) -> str:
        """The body; what was not asked for is absent from it."""
        unasked = {name for name in ("alternatives", "attempts", "problem") if getattr(self, name) is None}
        return self.model_dump_json(exclude=unasked)


class Ticket(Contract):
    """An accepted case that is no draft yet."""

    id: str = Field(description="That of the draft which it becomes.")
    ref: str | None
    status: Literal["queued", "running", "cancelled"]


PlainComplaint = Annotated[str, StringConstraints(min_length=1, max_length=limits.COMPLAINT_CHARACTERS, pattern=SEEN)]


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
    max_words: Words | None = Field(default=None, description="As in the options of a case.")
    instruction: Text | None = Field(default=None, description="As in the options of a case.")


class CheckResult(Contract):
    """The verdicts on a draft; `passed` when every blocking one passed."""

    id: str | None
    passed: bool
    verdicts: tuple[Verdict, ...]
    unverified_constraints: tuple[str, ...] | None = Field(
        default=None, description="Constraints that no check can decide, word for word; absent where there is none."
    )

    def to_json(self) -> str:
        """The body; what there is none of is absent from it."""
        return self.model_dump_json(exclude=None if self.unverified_constraints else {"unverified_constraints"})


SentText = Annotated[str, StringConstraints(max_length=limits.DRAFT_CHARACTERS, pattern=SEEN)]
REQUIRED_BY = {"text": ("edited", "the text that was sent"), "reason": ("rejected", "why the draft was of no use")}


# The same in the words of a schema.
CONDITIONS: list[JsonValue] = [
    {
        "if": {"properties": {"outcome": {"const": outcome}}},
        "then": {"required": [name], "properties": {name: {"type": "string"}}},
    }
    for name, (outcome, _) in REQUIRED_BY.items()
]


class Feedback(Contract):
    """What an agent did with a draft. `edited` needs `text`, `rejected` needs `reason`."""

    model_config = ConfigDict(json_schema_extra={"allOf": CONDITIONS})

    outcome: FeedbackOutcome
    text: SentText | None = Field(
        default=None,
        validate_default=True,
        description="The text that was sent. Without it, `sent` means the draft as it is. Where it is given, it "
        "decides between `sent` and `edited`: equal to the draft or an alternative up to white space, it counts as "
        "`sent`.",
    )
    reason: Statement | None = Field(default=None, validate_default=True, description="Why it was edited or rejected.")
    agent_tenure_months: Annotated[int, Field(ge=0, le=MOST_TENURE_MONTHS), WHOLE] | None = Field(
        default=None, description="How long the agent has done this work."
    )

    @field_validator("text", "reason")
    @classmethod
    def _required(cls, value: str | None, info: ValidationInfo) -> str | None:
        outcome, what = REQUIRED_BY[info.field_name or ""]
        if value is None and info.data.get("outcome") == outcome:
            raise PydanticCustomError("required_by_outcome", f"is required where the outcome is `{outcome}`: {what}")
        return value


class StoredFeedback(Contract):
    """What was stored of a feedback; of several on one draft, the last counts. The texts are not repeated."""

    draft_id: str
    number: int = Field(ge=1, description="Counts the feedback on this draft.")
    at: AwareDatetime
    outcome: FeedbackOutcome = Field(description="As it counts; the text may have decided otherwise than was said.")
    edit_distance: float | None = Field(
        ge=0,
        le=1,
        description="How much of the draft was changed: the characters to insert, delete or replace (Levenshtein), "
        "over the length of the longer text, with every run of white space as one blank. 0 is the draft as it was; "
        "counted from the nearest alternative where there are any; null where there was no draft or no text.",
    )
    agent_tenure_months: int | None


class FeedbackList(Contract):
    """What was stored of the feedback on a draft, in order: the last counts."""

    feedback: tuple[StoredFeedback, ...]


class LineError(Contract):
    """The answer to a line that could not be worked on."""

    id: str | None
    error: Problem


class Health(Contract):
    """Whether the process lives, or is ready for work."""

    status: Literal["ok"]
