"""The nouns that every part of Amends shares: what a check is given, what it reads, and the verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from guardrails import limits

Channel = Literal["email", "chat", "review", "social"]
SkipKind = Literal["no_context", "unread_language"]
Item = TypeVar("Item")


def whole(number: object) -> object:
    """A number without a fraction as an integer, whatever else as it is."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


WHOLE = BeforeValidator(whole)  # beside the int of a body: to JSON Schema, 4.0 is an integer too
# A character that no dialect of regular expressions takes for white space: the one of JSON Schema, which callers
# validate with, pydantic's and Python's each leave out others of these.
SEEN = r"[^\s\x1c-\x1f\u0085\ufeff]"
Text = Annotated[str, StringConstraints(max_length=limits.STRING_CHARACTERS)]
NonBlank = Annotated[Text, StringConstraints(pattern=SEEN)]
Statement = Annotated[str, StringConstraints(max_length=limits.LIST_ITEM_CHARACTERS, pattern=SEEN)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Items = Annotated[tuple[Item, ...], Field(max_length=limits.LIST_ITEMS)]


class Contract(BaseModel):
    """Base of everything that crosses a border: immutable, strict about types, refusing unknown fields by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True, serialize_by_alias=True)


class Complaint(Contract):
    """What the customer wrote, and where."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=limits.COMPLAINT_CHARACTERS, pattern=SEEN)]
    channel: Channel
    public: bool | None = Field(
        default=None, description="Whether others can read the reply; by default true for review and social."
    )
    customer_name: Text | None = None
    language: Text | None = Field(default=None, description="The complaint's language, a BCP 47 tag such as `en`.")

    @property
    def is_public(self) -> bool:
        """Whether others than the customer can read the reply."""
        return self.channel in ("review", "social") if self.public is None else self.public


class Agent(Contract):
    """Who signs the reply."""

    name: NonBlank
    role: Text | None = None


class Remedy(Contract):
    """Something that the business authorised the agent to offer."""

    id: NonBlank
    text: Statement


class FollowUp(Contract):
    """Who will contact the customer, how, and by when."""

    person: Text | None = None
    team: Text | None = None
    channel: Text | None = Field(default=None, description="A number, an address or a way, such as `phone`.")
    by: Text | None = Field(default=None, description="By when, in the words that the reply may use.")


class HistoryItem(Contract):
    """One earlier message between customer and agent."""

    sender: Literal["customer", "agent"] = Field(alias="from")
    text: Annotated[str, StringConstraints(max_length=limits.HISTORY_ITEM_CHARACTERS)]


class Context(Contract):
    """What the business knows and allows: the only source of facts and promises in a draft."""

    brand: NonBlank
    agent: Agent
    facts: Items[Statement] | None = None
    remedies: Items[Remedy] | None = None
    follow_up: FollowUp | None = None
    constraints: Items[Statement] | None = None
    history: Annotated[tuple[HistoryItem, ...], Field(max_length=limits.HISTORY_ITEMS)] | None = None
    customer_ref: Text | None = None
    now: AwareDatetime | None = Field(
        default=None, description="The moment that dates are counted from; by default that of the request."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with all that a check may look at.

    `channel` and `public` are None where they are unknown: a check must then assume neither. `context` is None where
    only complaint and draft are known. `instruction` is what was wished of this draft alone. `prompt` is the text that
    the model was given apart from the case itself; it must not stand in the draft.
    """

    text: str
    complaint: str
    channel: Channel | None = None
    public: bool | None = None
    customer_name: str | None = None
    language: str | None = None
    context: Context | None = None
    now: datetime | None = None
    max_words: int | None = None
    instruction: str | None = None
    prompt: str = ""

    @classmethod
    def reply_to(
        cls,
        complaint: Complaint,
        context: Context | None,
        text: str,
        now: datetime,
        *,
        max_words: int | None = None,
        instruction: str | None = None,
        prompt: str = "",
    ) -> Draft:
        """The draft `text` as a reply to this complaint; `now` is what dates are counted from."""
        return cls(
            text=text,
            complaint=complaint.text,
            channel=complaint.channel,
            public=complaint.is_public,
            customer_name=complaint.customer_name,
            language=complaint.language,
            context=context,
            now=now,
            max_words=max_words,
            instruction=instruction,
            prompt=prompt,
        )

    def with_text(self, text: str) -> Draft:
        """The same case with another text."""
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Finding:
    """Words of the draft that a check points at: offsets in Unicode code points, end exclusive."""

    start: int
    end: int
    reason: str  # one sentence for the agent


@dataclass(frozen=True, slots=True)
class Scale:
    """The levels of a check in checks.md: 0 to `highest`, passing at a limit or above it, or at it or below."""

    highest: int
    passes: Literal["at_least", "at_most"]

    def lets_pass(self, level: int, limit: int) -> bool:
        """Whether a level passes at this limit."""
        return level >= limit if self.passes == "at_least" else level <= limit


@dataclass(frozen=True, slots=True)
class Reading:
    """What a check saw, before a policy decides.

    A check with a scale gives `level`, with the words that decided it as findings. A check without one gives
    `faulty`. `advice` says how to do better, in words that a reviser can follow; `advise_anyway` keeps it on a
    verdict that passed. `skipped` names why the check could not apply.
    """

    level: int | None = None
    faulty: bool = False
    findings: tuple[Finding, ...] = ()
    advice: str | None = None
    advise_anyway: bool = False
    skipped: SkipKind | None = None
    unverified: tuple[str, ...] = ()  # constraints that no machine can decide
    at_least: tuple[float, ...] = ()  # calibrated probability of each level above 0, where a model reads
    decided_by: Literal["rule", "model"] = "rule"


class Check(Protocol):
    """One question asked of every draft."""

    @property
    def name(self) -> str:
        """The name in checks.md, in verdicts and in policies."""

    @property
    def scale(self) -> Scale | None:
        """The levels, or None for a check that only passes or fails."""

    def read(self, draft: Draft) -> Reading:
        """Say what is seen; never decide whether it blocks."""


class VerdictFinding(Contract):
    """A finding as it is answered: with the words themselves."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    excerpt: str
    reason: str


class Verdict(Contract):
    """What one check decided about one draft, by one policy."""

    # Nothing of it is ever left out of an answer, and so says the contract.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    check: str
    passed: bool
    blocking: bool
    level: int | None
    limit: int | None
    score: float | None = Field(default=None, ge=0, le=1, description="Calibrated probability that the check passes.")
    decided_by: Literal["rule", "model", "judge"] = "rule"
    findings: tuple[VerdictFinding, ...] = ()
    advice: str | None = None
    skipped: str | None = None
    error: str | None = None


def all_blocking_pass(verdicts: Sequence[Verdict]) -> bool:
    """Whether nothing stands in the way of the draft; no verdicts at all is a failure."""
    return bool(verdicts) and all(v.passed for v in verdicts if v.blocking)
