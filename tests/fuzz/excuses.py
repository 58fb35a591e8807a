"""Why a request that the contract's schemas allow may be refused all the same: what no schema can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TAKEN = frozenset({401, 403, 404, 409, 429})  # what the built-in check lets pass beside 2xx, 3xx and 5xx
EVERY = ("",)


@dataclass(frozen=True, slots=True)
class Excuse:
    """A refusal that is in order: the end of the problem's type, the field where it is about one, and its words."""

    kind: str
    why: str
    operations: Sequence[str] = EVERY  # how their names begin
    field: str | None = None
    says: Sequence[str] = EVERY  # how the message begins

    def holds(self, operation: str, problem: Mapping[str, object], field: str | None, message: str) -> bool:
        """Whether it is for this refusal, or this fault of several."""
        return (
            problem.get("type") == f"urn:amends:problem:{self.kind}"
            and self.field == field
            and operation.startswith(tuple(self.operations))
            and message.startswith(tuple(self.says))
        )


EXCUSES = (
    Excuse("idempotency-key-reused", "a key says nothing of the requests before", ("POST ",)),
    Excuse("draft-deleted", "an id says nothing of what became of its draft", ("GET /v1/drafts/", "POST /v1/drafts")),
    Excuse("too-large", "a schema counts characters, and the limit is in bytes", ("POST ",)),
    Excuse("not-json-lines", "a schema cannot describe the lines of a text", ("POST /v1/batches",)),
    Excuse(
        "invalid-field",
        "which policies there are depends on the installation",
        ("POST /v1/checks",),
        field="policy",
        says=("there is no such policy",),
    ),
    Excuse(
        "invalid-field",
        "which policies there are depends on the installation",
        ("POST /v1/drafts",),
        field="options.policy",
        says=("there is no such policy",),
    ),
    Excuse(
        "invalid-field",
        "which situations there are depends on the installation",
        ("POST /v1/drafts",),
        field="options.situation",
        says=("there is no such situation",),
    ),
    Excuse(
        "invalid-field",
        "a body says nothing of what became of its draft",
        ("POST /v1/drafts/{draft_id}/feedback",),
        field="outcome",
        says=("there was no draft to send as it is",),
    ),
    Excuse(
        "invalid-field",
        "a pattern cannot tell a public host from others",
        ("POST /v1/webhooks",),
        field="url",
        says=("is not a URL", "must ", "leads to ", "holds ", "string should match pattern"),
    ),
    Excuse(
        "invalid-field",
        "a schema does not count what there is already",
        ("POST /v1/webhooks",),
        field="url",
        says=("there are 20 webhooks already",),
    ),
    Excuse(
        "invalid-field",
        "a schema does not know which drafts there are",
        ("GET /v1/drafts",),
        field="before",
        says=("is not the `next` of a page",),
    ),
    Excuse(
        "invalid-field",
        "a schema compares no two parameters, and no parameter with the clock",
        ("GET /v1/metrics/drafts",),
        field="from",
        says=("is more than ", "must be before ", "must be between "),
    ),
    Excuse(
        "invalid-field",
        "a schema knows no first and no last year",
        ("GET /v1/metrics/drafts", "GET /v1/drafts"),
        field="to",
        says=("must be between ",),
    ),
    Excuse(
        "invalid-field",
        "a schema knows no first and no last year",
        ("GET /v1/drafts",),
        field="from",
        says=("must be between ",),
    ),
)


def excuses_of(operation: str, problem: Mapping[str, object]) -> list[Excuse]:
    """The excuses for a refusal, one for each of its faults; empty where one of them has none."""
    faults = problem.get("errors")
    found = [_excuse_of(operation, problem, *each) for each in _faults(faults if isinstance(faults, list) else [])]
    return [excuse for excuse in found if excuse] if all(found) else []


def _faults(faults: list[dict[str, str]]) -> list[tuple[str | None, str]]:
    return [(fault["field"], fault["message"]) for fault in faults] or [(None, "")]


def _excuse_of(operation: str, problem: Mapping[str, object], field: str | None, message: str) -> Excuse | None:
    return next((excuse for excuse in EXCUSES if excuse.holds(operation, problem, field, message)), None)
