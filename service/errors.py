"""Every error that Amends raises on purpose, each with a message for a person.

AmendsError
├── InputError                 what was sent is at fault: says where (file, line, field) and what to do
│   ├── NotJson                it could not be read as JSON
│   │   └── NotLines           a batch is no JSON Lines: another format, packed, empty, or cut off
│   ├── TooLarge               it is over the size limit
│   ├── InvalidField           a field is missing, unknown or out of its limits
│   ├── KeyReused              its idempotency key stands for another request
│   └── AccessKeyNotFound      a command names an access key that there is not, or that works no more
├── AccessKeyNeeded            the request has no access key
├── AccessKeyWrong             the request has one that does not work; nobody is told why
├── ScopeMissing               the caller's access key is for other things
├── HostRefused                the request came under a name that is not this service's
├── OriginRefused              the request came from a page of another host
├── KeyInUse                   the first request with its idempotency key is still worked on
├── FiguresBusy                too many reports of figures are asked for at once
├── OverLimit                  the caller sent, or spent, more than it may; come back in `retry_after` seconds
│   ├── RateLimited            too many requests in a time
│   ├── TooManyAtOnce          too many of its requests are under way
│   └── TokenBudgetSpent       its drafts took the tokens of the day
├── ConfigurationError         settings, a policy or a prompt file is at fault
├── ModelError                 no text was obtained from the model (`draft_id` once the draft has an id)
│   ├── EndpointFailed         it refused, hung up, or answered something that is no completion
│   │   └── AnswerUnusable     it answered, but with no text to draft from: empty, refused, or cut off at once
│   │       └── PlaceholderLost   its text holds a placeholder for personal data that stands for nothing
│   ├── EndpointBusy           it, or Amends itself, asks to come back in `retry_after` seconds
│   │   └── NoTurn             the endpoint was not even asked: others were let through until the time was over
│   ├── DeadlinePassed         the time for the whole draft was over
│   └── EmbeddedModelFailed    the local model did not start or stopped; its log is named
├── DraftFinished              what is finished cannot be cancelled
├── BatchFinished              likewise
├── NoAsyncWork                nothing is worked on later here
└── StoreError                 the database could not keep or give what was asked
    ├── DraftNotFound          there is no draft with that id
    │   └── DraftUnmade        its case was accepted, and there is no result of it
    ├── DraftDeleted           there was one, and its texts were deleted
    ├── BatchNotFound          there is no batch with that id
    ├── WebhookNotFound        there is no webhook with that id
    └── DeliveryNotFound       there is no delivery with that id

Errors carry no status codes and no exit codes: api/problems.py and cli.py map them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from service.limiting.policies import Policy

# What can be wrong with a call of a model, the more particular the better.
FaultKind = Literal[
    "failed",  # none of the others
    "unusable",  # there is no text in the answer, or it refused
    "busy",  # 429, or a time to wait: too much is under way
    "no_turn",  # it was not asked: others were let through
    "deadline",  # it gave no answer in time
    "embedded",  # the local model did not start, or stopped
    "quota",  # the account is used up
    "server_error",  # 5xx or 408
    "key_refused",  # 401 or 403
    "not_found",  # 404
    "redirected",  # 3xx
    "too_long",  # the prompt, for the model's context
    "refused",  # any other 4xx
    "tls",
    "address",  # it cannot be called
    "dns",
    "connection_refused",
    "unreachable",
    "connection_lost",
    "connection_slow",  # none was accepted in time
    "bad_answer",  # no chat completion
    "too_large",  # the answer
]


class AmendsError(Exception):
    """Base of all; `str()` is one line for a person."""


class InputError(AmendsError):
    """Bad input. `field` is a dotted path such as `complaint.text`, or None for the whole."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.message = message
        self.field = field


class NotJson(InputError):
    """The text is not JSON, or not UTF-8."""


class NotLines(NotJson):
    """What should be one JSON object a line is something else as a whole."""


class TooLarge(InputError):
    """The body or the line is over its limit."""


class InvalidField(InputError):
    """A field breaks the contract; `faults` lists every one as (field, message)."""

    def __init__(self, message: str, field: str | None, faults: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, field)
        self.faults = faults or ((field or "", message),)


class KeyReused(InputError):
    """The idempotency key stands for another request."""


class AccessKeyNotFound(InputError):
    """There is no access key with that id to be changed."""


class AccessKeyNeeded(AmendsError):
    """A request without an access key."""

    def __init__(self) -> None:
        super().__init__("Send an access key in the header `Authorization: Bearer amends_...`.")


class AccessKeyWrong(AmendsError):
    """A request with an access key that does not work: to say why would help who guesses."""

    def __init__(self) -> None:
        super().__init__(
            "This access key does not work: it is unknown, expired or revoked, or not sent as one `Bearer amends_...`."
        )


class ScopeMissing(AmendsError):
    """The caller's access key lacks a scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"The access key has no scope `{scope}`, which this needs: use one that has it.")
        self.scope = scope


class LinkExpired(AmendsError):
    """A link to the desk that has expired, also with its key, or never was one."""

    def __init__(self) -> None:
        super().__init__("This link has expired. Open the draft from the ticket again, or sign in with an access key.")


class CsrfMissing(AmendsError):
    """A request with a cookie that did not come from a page of ours."""

    def __init__(self) -> None:
        super().__init__("This page is out of date: load it again.")


class HostRefused(AmendsError):
    """The Host of a request is none by which this service may be called."""


class OriginRefused(AmendsError):
    """A page of another host sent the request."""


class KeyInUse(AmendsError):
    """The first request with an idempotency key has not ended; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class FiguresBusy(AmendsError):
    """Too many reports are asked for at once; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OverLimit(AmendsError):
    """The caller is over one of its limits; `policies` are those that were looked at, `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int, policies: Sequence[Policy]) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.policies = policies


class RateLimited(OverLimit):
    """Too many requests in a time."""

    def __init__(self, amount: int, seconds: int, what: str, retry_after: int, policies: Sequence[Policy]) -> None:
        many = f"{amount} request{'s' * (amount > 1)} in {seconds} second{'s' * (seconds > 1)}"
        super().__init__(
            f"More than {many}, the limit for {what}: send it again in {retry_after} s.", retry_after, policies
        )


class TooManyAtOnce(OverLimit):
    """As many requests of the caller are under way as it may have."""

    def __init__(self, most: int, policies: Sequence[Policy]) -> None:
        message = f"{most} of your requests are under way, as many as are allowed: send it again when one has ended."
        super().__init__(message, 1, policies)


class TokenBudgetSpent(OverLimit):
    """The caller's drafts of today have taken as many tokens as they may."""

    def __init__(self, budget: int, retry_after: int, policies: Sequence[Policy]) -> None:
        message = f"Your drafts of today took {budget} tokens or more, the limit for a day: it ends at midnight, UTC."
        super().__init__(message, retry_after, policies)


class ConfigurationError(AmendsError):
    """What the operator set up is wrong: the start must stop."""


class ModelError(AmendsError):
    """No text was obtained; `kind` says why in a word, for who counts faults."""

    kind: FaultKind = "failed"
    draft_id: str | None = None


class EndpointFailed(ModelError):
    """The endpoint answered wrongly or not at all."""

    def __init__(self, message: str, kind: FaultKind | None = None) -> None:
        super().__init__(message)
        self.kind = kind or self.kind


class AnswerUnusable(EndpointFailed):
    """There is an answer without a text in it: another attempt may do better.

    It cost so many tokens all the same; 0 where the endpoint does not count them.
    """

    kind: FaultKind = "unusable"

    def __init__(self, message: str, prompt_tokens: int = 0, completion_tokens: int = 0) -> None:
        super().__init__(message)
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens


class PlaceholderLost(AnswerUnusable):
    """A text holds a placeholder that nothing can be put in the place of; no word of the text is in the message."""


class EndpointBusy(ModelError):
    """Too much is under way, here or at the endpoint; `retry_after` is in seconds."""

    kind: FaultKind = "busy"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoTurn(EndpointBusy):
    """So many calls waited for the endpoint that it was not asked: that says nothing of the endpoint."""

    kind: FaultKind = "no_turn"


class DeadlinePassed(ModelError):
    """The deadline passed before there was any text."""

    kind: FaultKind = "deadline"


class EmbeddedModelFailed(ModelError):
    """The local model is not there; the message names its log file."""

    kind: FaultKind = "embedded"


class DraftFinished(AmendsError):
    """The draft is finished: nothing is left to cancel."""


class BatchFinished(AmendsError):
    """Every draft of the batch has ended: nothing is left to cancel."""


class NoAsyncWork(AmendsError):
    """Drafts cannot be made later here; the message says why."""


class StoreError(AmendsError):
    """The database failed."""


class StatementFailed(StoreError):
    """The database refuses what it is asked, and would refuse it again."""


class DraftNotFound(StoreError):
    """No draft has that id."""


class DraftUnmade(DraftNotFound):
    """The case with that id was accepted and is not drafted yet, or was cancelled."""


class DraftDeleted(StoreError):
    """The texts of a draft were deleted at a moment."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"The texts of this draft were deleted at {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}.")
        self.at = at


class BatchNotFound(StoreError):
    """No batch has that id."""


class WebhookNotFound(StoreError):
    """No webhook has that id."""


class DeliveryNotFound(StoreError):
    """No delivery has that id."""
