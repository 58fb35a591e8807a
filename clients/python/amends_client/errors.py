"""Every error that the client raises, each with a message for a person.

AmendsError
├── ProblemAnswered     Amends, or what stands before it, answered an error
│   ├── Invalid         400, 413, 422: what was sent is at fault; `errors` names the fields
│   ├── AccessRefused   401, 403: the access key is missing, wrong, or for other things
│   ├── NotFound        404, 410: it is not there, or was deleted
│   ├── Conflict        409: the draft or batch is finished, or the idempotency key is in use for too long
│   ├── TooManyRequests 429: over a limit; `retry_after` says when to come again
│   └── Unavailable     5xx: the model, the database or Amends itself failed
├── NoAnswer            there was no connection, or it broke, at every try
├── UnexpectedAnswer    what came is not as the contract says
├── NotFinished         the time to wait for a draft was over; it is still being made
├── DraftCancelled      there will be no draft: somebody cancelled it
└── NotOurs             an event that Amends did not send, or long ago
"""

from __future__ import annotations

from amends_client.generated.models import FieldFault, Problem


class AmendsError(Exception):
    """Base of all; `str()` is one line for a person."""


class ProblemAnswered(AmendsError):
    """An error that was answered.

    `problem` is the answer as RFC 9457 has it; `retry_after` is in seconds, where the answer said when to come again;
    `tried` is how often the request was sent.
    """

    def __init__(self, problem: Problem, retry_after: float | None = None, tried: int = 1) -> None:
        super().__init__(problem, retry_after, tried)  # all of it, so that queues of tasks can carry an error elsewhere
        self.problem = problem
        self.retry_after = retry_after
        self.tried = tried

    def __str__(self) -> str:
        request = f", request {self.request_id}" if self.request_id else ""
        times = f", sent {self.tried} times" if self.tried > 1 else ""
        return f"{self.title}: {self.detail} ({self.status}{request}{times})"

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return self.problem.status

    @property
    def type(self) -> str:
        """The stable name of the problem, such as `urn:amends:problem:draft-finished`."""
        return self.problem.type_

    @property
    def title(self) -> str:
        """What kind of problem it is, in words."""
        return self.problem.title

    @property
    def detail(self) -> str:
        """What is wrong and what to do, in words."""
        return self.problem.detail

    @property
    def errors(self) -> list[FieldFault]:
        """Each field at fault, with what is wrong with it."""
        return self.problem.errors or []

    @property
    def request_id(self) -> str | None:
        """The id under which the service's log has the request."""
        return self.problem.request_id or None

    @property
    def draft_id(self) -> str | None:
        """The id of the draft that failed, where it has one."""
        return self.problem.id or None


class Invalid(ProblemAnswered):
    """What was sent is at fault."""


class AccessRefused(ProblemAnswered):
    """The access key is missing, wrong, or for other things."""


class NotFound(ProblemAnswered):
    """It is not there, or was deleted."""


class Conflict(ProblemAnswered):
    """It does not go with what is there."""


class TooManyRequests(ProblemAnswered):
    """Over a limit."""


class Unavailable(ProblemAnswered):
    """The model, the database or Amends itself failed."""


class NoAnswer(AmendsError):
    """There was no connection, or it broke; `tried` is how often, and `__cause__` is the last fault."""

    def __init__(self, url: str, why: str, tried: int) -> None:
        super().__init__(url, why, tried)
        self.url = url
        self.why = why
        self.tried = tried

    def __str__(self) -> str:
        return f"No answer from {self.url}, sent {self.tried} time{'s' if self.tried > 1 else ''}: {self.why}"


class UnexpectedAnswer(AmendsError):
    """What came is not as the contract says: another service's address, or another version of Amends."""


class NotFinished(AmendsError, TimeoutError):
    """The time to wait was over; the draft is still being made."""

    def __init__(self, draft_id: str, seconds: float) -> None:
        super().__init__(draft_id, seconds)
        self.draft_id = draft_id
        self.seconds = seconds

    def __str__(self) -> str:
        return f"Draft {self.draft_id} was not made within {self.seconds:g} s; it still will be: ask for it later."


class DraftCancelled(AmendsError):
    """There will be no draft."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(draft_id)
        self.draft_id = draft_id

    def __str__(self) -> str:
        return f"Draft {self.draft_id} was cancelled."


class NotOurs(AmendsError):
    """An event that is not signed with the secret, or is more than five minutes old."""


KINDS: dict[int, type[ProblemAnswered]] = {
    400: Invalid,
    401: AccessRefused,
    403: AccessRefused,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    413: Invalid,
    422: Invalid,
    429: TooManyRequests,
}


def kind_of(status: int) -> type[ProblemAnswered]:
    """The error for a status."""
    return KINDS.get(status, Unavailable if status // 100 == 5 else ProblemAnswered)  # noqa: PLR2004 - 5xx
